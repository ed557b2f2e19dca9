// SPDX-License-Identifier: Apache-2.0
// build.mjs OUT          bundles the console into the folder OUT
// build.mjs --tests OUT  bundles the tests, so that Node 18 runs them without a loader
import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
// Programs among the tests; the others are their parts.
const MAINS = ["tour.ts", "short.ts", "many.ts", "fields.ts"];
const isTests = process.argv[2] === "--tests";
const out = process.argv[isTests ? 3 : 2];
if (!out) {
  console.error("usage: build.mjs [--tests] OUT");
  process.exit(2);
}
await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });

const common = {
  absWorkingDir: here,
  bundle: true,
  format: "esm",
  jsx: "automatic",
  jsxImportSource: "preact",
  logLevel: "warning",
};

if (isTests) {
  const names = (await readdir(join(here, "test"))).filter(
    (name) => name.endsWith(".test.ts") || MAINS.includes(name),
  );
  await build({
    ...common,
    entryPoints: names.map((name) => join("test", name)),
    outdir: out,
    outExtension: { ".js": ".mjs" },
    entryNames: "[name]",
    platform: "node",
    target: "node18",
    packages: "external",
  });
} else {
  await build({
    ...common,
    entryPoints: { console: "src/main.tsx" },
    outdir: out,
    minify: true,
    target: ["chrome109", "firefox115", "safari16"],
    assetNames: "[name]",
    loader: { ".woff2": "file", ".woff": "empty" },
    legalComments: "none",
  });
  for (const name of ["index.html", "icon.svg"]) {
    await cp(join(here, "src", name), join(out, name));
  }
  // English is in the bundle; another language is fetched when somebody chooses it.
  for (const name of await readdir(join(here, "src", "text"))) {
    if (!name.endsWith(".json") || name === "en.json") continue;
    const text = JSON.parse(await readFile(join(here, "src", "text", name), "utf-8"));
    await writeFile(join(out, name), JSON.stringify(text));
  }
}
