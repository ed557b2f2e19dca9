// SPDX-License-Identifier: Apache-2.0
// The overlap table as a file has it (a column of 0 and 1 for each list, and "count").
import type { Overlap } from "./pictures/upset";

/** null: it is no such table. Quotes are not expected: names of lists, 0, 1 and counts need none. */
export function overlapOf(text: string): Overlap | null {
  const lines = text
    .replace(/^\ufeff/, "")
    .split(/\r?\n/)
    .filter((line) => line.trim());
  const head = (lines[0] ?? "").split(",").map((cell) => cell.trim().replace(/^"|"$/g, ""));
  const count = head.findIndex((name) => name.toLowerCase() === "count");
  if (count < 0 || head.length < 3 || head.length > 20 || lines.length > 100_000) return null;
  const rows = lines.slice(1).map((line) => line.split(",").map((cell) => cell.trim()));
  const isList = head.map(
    (_, i) => i !== count && rows.every((row) => row[i] === "0" || row[i] === "1"),
  );
  const lists = head.filter((_, i) => isList[i]);
  if (lists.length < 2) return null;
  const places = head.map((_, i) => i).filter((i) => isList[i]);
  const sums = new Map<string, { on: number[]; count: number }>();
  for (const row of rows) {
    const on = places.map((place, i) => (row[place] === "1" ? i : -1)).filter((i) => i >= 0);
    const n = Number(row[count]);
    if (!Number.isFinite(n)) return null;
    const key = on.join("-");
    const cell = sums.get(key) ?? { on, count: 0 };
    cell.count += Math.max(n, 0); // noise may take a number below 0
    sums.set(key, cell);
  }
  return { lists, cells: [...sums.values()] };
}

/** A number of a tally's table: on which lists, and the stratum's values by its kinds. */
interface TallyCell {
  lists: string[];
  count: number | null;
}

export function stratumOf(cell: TallyCell, kind: string): string {
  return String((cell as unknown as Record<string, unknown>)[kind] ?? "");
}

/** The values of one kind of strata, in the table's order. */
export function strataOf(table: TallyCell[], kind: string): string[] {
  return [...new Set(table.map((cell) => stratumOf(cell, kind)))];
}

/** A tally's table, the strata with these values added up; what was suppressed is not in it. */
export function overlapOfTally(
  parties: string[],
  table: TallyCell[],
  only: [kind: string, value: string][] = [],
): Overlap | null {
  const lists = parties.filter((code) => table.some((cell) => cell.lists.includes(code)));
  const sums = new Map<string, { on: number[]; count: number }>();
  for (const cell of table) {
    if (!only.every(([kind, value]) => stratumOf(cell, kind) === value)) continue;
    const on = lists.flatMap((code, i) => (cell.lists.includes(code) ? [i] : []));
    const sum = sums.get(on.join()) ?? { on, count: 0 };
    sum.count += cell.count ?? 0;
    sums.set(on.join(), sum);
  }
  // Noise may take a number below nothing; a bar can't be.
  for (const sum of sums.values()) sum.count = Math.max(0, sum.count);
  return lists.length >= 2 ? { lists, cells: [...sums.values()] } : null;
}
