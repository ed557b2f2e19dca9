// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { explainedParts } from "../src/explained";
import { guessColumn, guessDateFormat, mappingOf } from "../src/mapping";
import { overlapOf, overlapOfTally, strataOf } from "../src/overlap";
import { documentOf, isWhole, NO_RESERVATION } from "../src/reservation";
import { hrefOf, routeOf } from "../src/route";
import { clip, csvOf, piecesOf, plainOf } from "../src/safe";

// Tests run in web/.
const TEXTS = "src/text";

function catalogue(language: string): Record<string, string> {
  return JSON.parse(readFileSync(`${TEXTS}/${language}.json`, "utf-8"));
}

test("every language has every key, with the same parameters, and nothing else", () => {
  const english = catalogue("en");
  const parameters = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort().join();
  const languages = readdirSync(TEXTS).map((name) => name.replace(".json", ""));
  assert.deepEqual(languages.sort(), ["ar", "en", "fr", "ru"]);
  for (const language of languages) {
    const texts = catalogue(language);
    assert.deepEqual(Object.keys(texts).sort(), Object.keys(english).sort(), language);
    for (const [key, text] of Object.entries(texts)) {
      assert.ok(text.trim().length > 0, `${language} ${key}`);
      assert.equal(parameters(text), parameters(english[key] ?? ""), `${language} ${key}`);
      assert.deepEqual(piecesOf(text).length, 1, `${language} ${key}: a hidden character`);
    }
  }
});

test("every key is used, and every key that is used is there", () => {
  const files = (dir: string): string[] =>
    readdirSync(dir, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? files(`${dir}/${entry.name}`) : [`${dir}/${entry.name}`],
    );
  const source = files("src")
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => readFileSync(name, "utf-8"))
    .join("\n");
  // Families are looked up by a value: word("role", x), family="role", t(`waiting.${x}`).
  const families = new Set(
    [
      ...source.matchAll(/(?:word|hasWord)\(\s*"(\w+)"/g),
      ...source.matchAll(/family="(\w+)"/g),
      ...source.matchAll(/`(\w+)\.\$\{/g),
    ].map((found) => found[1]),
  );
  for (const key of Object.keys(catalogue("en"))) {
    const family = key.slice(0, key.indexOf("."));
    assert.ok(source.includes(`"${key}"`) || families.has(family), `${key} is not used`);
  }
});

test("hidden characters are shown, and text is never split within one", () => {
  assert.deepEqual(piecesOf("a\u202Eb"), [
    { text: "a" },
    { text: "\u202E", code: "U+202E" },
    { text: "b" },
  ]);
  assert.equal(plainOf("x\u0000\u200B\u2066y"), "x⟨U+0000⟩⟨U+200B⟩⟨U+2066⟩y");
  assert.equal(plainOf("\u{E0041}"), "⟨U+E0041⟩");
  assert.equal(plainOf("line\nمحمد می\u200cخواهم"), "line\nمحمد می\u200cخواهم");
  assert.deepEqual(clip("ab😀c", 3), ["ab", 3]);
  assert.deepEqual(clip("abc", 3), ["abc", 0]);
});

test("a spreadsheet finds no formula in an export", () => {
  for (const evil of ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "|cmd"]) {
    assert.equal(csvOf([[evil]]), `\ufeff"'${evil}"\r\n`);
  }
  assert.equal(csvOf([['say "=1"', 3, null, -2]]), '\ufeff"say ""=1""",3,,-2\r\n');
});

test("an address is read as it was written", () => {
  const href = hrefOf(["cases", "2026/17 é"], { q: "a&b=c", none: "" });
  assert.equal(href, "#/cases/2026%2F17%20%C3%A9?q=a%26b%3Dc");
  const route = routeOf(href);
  assert.deepEqual(route.path, ["cases", "2026/17 é"]);
  assert.equal(route.query.get("q"), "a&b=c");
  assert.deepEqual(routeOf("#/%E0%A4%A/x").path, ["%E0%A4%A", "x"]);
});

test("columns are guessed, and the mapping is the one of spec/mapping.md", () => {
  assert.deepEqual(
    ["id", "Surname", "date_of_birth", "DOB", "Passport no", "TEL", "xyz"].map(guessColumn),
    ["id", "name", "birthDate", "birthDate", "document", "phone", ""],
  );
  assert.equal(guessDateFormat(["21.05.1974", ""]), "DD.MM.YYYY");
  assert.equal(guessDateFormat(["1974-05-21", "1974-05-22"]), "YYYY-MM-DD");
  const mapping = mappingOf({
    separator: "\t",
    targets: ["id", "name", "birthDate", "role", "", "offences"],
    columns: ["ID", "N", "B", "R", "X", "O"],
    kind: "person",
    dateFormat: "YYYY-MM-DD",
    roles: { S: "suspect" },
  });
  assert.deepEqual(mapping, {
    format: "palermo-mapping/1",
    separator: "tab",
    header: true,
    kind: { constant: "person" },
    id: { column: "ID" },
    role: { column: "R", values: { S: "suspect" } },
    offences: { column: "O", split: ";" },
    properties: [
      { type: "name", column: "N" },
      { type: "birthDate", column: "B", dateFormat: ["YYYY-MM-DD"] },
    ],
  });
});

test("an overlap table is read, and what is none is refused", () => {
  const overlap = overlapOf("A,B,sex,count\n1,0,f,5\n1,0,m,6\n1,1,f,2\n0,1,m,3\n");
  assert.deepEqual(overlap?.lists, ["A", "B"]);
  assert.equal(overlap?.cells.find((cell) => cell.on.join() === "0")?.count, 11);
  for (const text of ["", "A,B\n1,0\n", "A,count\n1,2\n", "A,B,count\n1,0,x\n"]) {
    assert.equal(overlapOf(text), null, text);
  }
});

test("the plain words of an accord become heads and items", () => {
  const parts = explainedParts(
    "Accord      Title\nhash        ab\n\nPurpose     code: words\noffences    Only these:\n" +
      "          - A.1: one (art. 5,\n            and more)\n          - B.2: two\nkept        180 days.\n\n" +
      "A hit is a lead, never an identification.\n",
  );
  assert.equal(parts.length, 2);
  assert.deepEqual(parts[1]?.[1], {
    head: "offences",
    lines: ["Only these:", "- A.1: one (art. 5, and more)", "- B.2: two"],
  });
  assert.equal(parts[1]?.at(-1)?.lines[0], "A hit is a lead, never an identification.");
});

test("a reservation says only what it takes away, and must say why", () => {
  const wish = { ...NO_RESERVATION, reason: " Law 1 ", purposes: ["p"], approval: "two-officers" };
  assert.deepEqual(documentOf(wish), {
    reason: "Law 1",
    purposes: ["p"],
    approval: "two-officers",
  });
  assert.ok(isWhole(wish));
  assert.deepEqual(documentOf({ ...wish, refuses: true, runsPerDay: "3" }), {
    reason: "Law 1",
    purposes: ["p"],
    refuses: true,
  });
  assert.deepEqual(documentOf({ ...NO_RESERVATION, reason: "r", tokensPerDay: "20" }), {
    reason: "r",
    budgets: { tokens_per_day: 20 },
  });
  assert.ok(!isWhole({ ...wish, reason: " " }));
  assert.ok(!isWhole({ ...wish, approval: "" }));
  assert.ok(!isWhole({ ...NO_RESERVATION, reason: "r", refuses: true }));
  assert.ok(isWhole({ ...NO_RESERVATION, reason: "r", refuses: true, counterparties: ["X"] }));
});

test("a tally's strata are added up, what is suppressed counts as none, nothing is negative", () => {
  const cell = (lists: string[], count: number | null, sex: string) => ({ lists, count, sex });
  const overlap = overlapOfTally(
    ["A", "B", "C"],
    [
      cell(["A"], 5, "f"),
      cell(["A"], 6, "m"),
      cell(["A", "C"], 2, "f"),
      cell(["A", "C"], null, "m"),
      cell(["C"], -3, "f"),
    ],
  );
  assert.deepEqual(overlap?.lists, ["A", "C"]);
  assert.deepEqual(overlap?.cells, [
    { on: [0], count: 11 },
    { on: [0, 1], count: 2 },
    { on: [1], count: 0 },
  ]);
  assert.equal(overlapOfTally(["A", "B"], [cell(["A"], 1, "f")]), null);
  const table = [cell(["A"], 5, "f"), cell(["A"], 6, "m"), cell(["B"], 2, "m")];
  assert.deepEqual(strataOf(table, "sex"), ["f", "m"]);
  const men = overlapOfTally(["A", "B"], table, [["sex", "m"]]);
  assert.deepEqual(men?.cells, [
    { on: [0], count: 6 },
    { on: [1], count: 2 },
  ]);
});
