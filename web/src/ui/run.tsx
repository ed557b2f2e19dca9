// SPDX-License-Identifier: Apache-2.0
// A run as a cell of a table: when, with the beginning of its id, leading to its page.
import { hrefOf } from "../route";
import { Code, Time } from "./basic";

export function RunCell({ run, time }: { run: string; time: string | null | undefined }) {
  return (
    <a class="row-name" href={hrefOf(["runs", run])}>
      <Time iso={time} />
      <span class="under">
        <Code value={run} short={8} />
      </span>
    </a>
  );
}
