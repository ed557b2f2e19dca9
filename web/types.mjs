// SPDX-License-Identifier: Apache-2.0
// types.mjs [--check]   writes src/api-types.ts from ../api/openapi.json, or says whether it is so.
// The console's types are the file's: what a handler no longer sends, the type check finds.
import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, "src", "api-types.ts");
const api = JSON.parse(await readFile(join(here, "..", "api", "openapi.json"), "utf-8"));

// TypeScript has a Record of its own.
const nameOf = (name) => (name === "Record" ? "StoredRecord" : name);

function typeOf(schema) {
  if (!schema || Object.keys(schema).length === 0) return "unknown";
  if (schema.$ref) return nameOf(schema.$ref.split("/").at(-1));
  if (schema.anyOf ?? schema.oneOf) return (schema.anyOf ?? schema.oneOf).map(typeOf).join(" | ");
  if (schema.allOf) return schema.allOf.map(typeOf).join(" & ");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  if (Array.isArray(schema.type)) {
    return schema.type.map((type) => typeOf({ ...schema, type })).join(" | ");
  }
  switch (schema.type) {
    case "array":
      return `(${typeOf(schema.items)})[]`;
    case "integer":
    case "number":
      return "number";
    case "boolean":
    case "string":
    case "null":
      return schema.type;
    default:
      return objectOf(schema);
  }
}

function objectOf(schema) {
  if (!schema.properties) return "Record<string, unknown>";
  const members = Object.entries(schema.properties).map(([name, of]) => {
    const mark = schema.required?.includes(name) ? "" : "?";
    return `  ${/^\w+$/.test(name) ? name : JSON.stringify(name)}${mark}: ${typeOf(of)}`;
  });
  return `{\n${members.join("\n")}\n}`;
}

const parts = Object.entries(api.components.schemas).map(
  ([name, schema]) => `export type ${nameOf(name)} = ${typeOf(schema)}\n`,
);
const text = `// SPDX-License-Identifier: Apache-2.0
// Written by types.mjs from api/openapi.json; not edited by hand.

${parts.join("\n")}`;

if (process.argv[2] === "--check") {
  const there = await readFile(target, "utf-8").catch(() => "");
  if (there !== text) {
    console.error("src/api-types.ts is not what api/openapi.json says: npm run api");
    process.exit(1);
  }
} else {
  await writeFile(target, text);
}
