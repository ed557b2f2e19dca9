// SPDX-License-Identifier: Apache-2.0
// A JSON document as nested lists, for what has no form of its own.
import { Text } from "./basic";

const DEPTH = 8;
const SHOWN = 200;

export function Tree({ value, depth = 0 }: { value: unknown; depth?: number }) {
  if (value === null || typeof value !== "object" || depth >= DEPTH) {
    return typeof value === "boolean" || typeof value === "number" ? (
      <code class="code">{String(value)}</code>
    ) : (
      <Text value={value} />
    );
  }
  if (Array.isArray(value)) {
    if (value.every((item) => typeof item !== "object")) {
      return <Text value={value.slice(0, SHOWN).join(", ")} />;
    }
    return (
      <ol class="tree">
        {value.slice(0, SHOWN).map((item, i) => (
          <li key={i}>
            <Tree value={item} depth={depth + 1} />
          </li>
        ))}
      </ol>
    );
  }
  return (
    <dl class="tree">
      {Object.entries(value).map(([name, inner]) => (
        <div key={name}>
          <dt>
            <Text value={name} max={100} />
          </dt>
          <dd>
            <Tree value={inner} depth={depth + 1} />
          </dd>
        </div>
      ))}
    </dl>
  );
}
