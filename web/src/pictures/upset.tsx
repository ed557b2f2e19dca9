// SPDX-License-Identifier: Apache-2.0
// UpSet (Lex et al., 2014): how several lists overlap. A column for each combination of lists, its
// bar the number of persons on exactly those; a row for each list, its bar the whole list.
import { plainOf } from "../safe";
import { number, t } from "../text";
import { Table } from "../ui/table";
import { Picture, ticksTo } from "./picture";

export interface Overlap {
  lists: string[];
  /** `on` has the numbers of the lists, from 0. */
  cells: { on: number[]; count: number }[];
}

const COLUMN = 26;
const ROW = 26;
const BARS = 170;
const LABELS = 190;
const SHOWN = 24;

export function sizeOf(overlap: Overlap, list: number): number {
  return overlap.cells.reduce((sum, cell) => sum + (cell.on.includes(list) ? cell.count : 0), 0);
}

export function UpSet({ overlap }: { overlap: Overlap }) {
  const cells = overlap.cells
    .filter((cell) => cell.on.length > 0 && cell.count > 0)
    .sort((a, b) => b.count - a.count);
  const shown = cells.slice(0, SHOWN);
  const most = Math.max(1, ...shown.map((cell) => cell.count));
  const ticks = ticksTo(most);
  const top = ticks.at(-1) ?? most;
  const sizes = overlap.lists.map((_, i) => sizeOf(overlap, i));
  const largest = Math.max(1, ...sizes);
  const persons = cells.reduce((sum, cell) => sum + cell.count, 0);
  const width = LABELS + 20 + Math.max(shown.length, 8) * COLUMN + 16;
  const below = BARS + 34;
  const height = below + overlap.lists.length * ROW + 8;
  const y = (count: number) => 20 + BARS - (BARS * count) / top;
  const names = (on: number[]) => on.map((i) => plainOf(overlap.lists[i] ?? "")).join(" + ");
  return (
    <Picture
      title={t("upset.title")}
      summary={t("upset.summary", { lists: overlap.lists.length, persons })}
      file="overlap"
      width={width}
      height={height}
      table={
        <Table
          caption={t("upset.title")}
          rows={cells}
          keyOf={(cell) => cell.on.join("-")}
          file="overlap"
          columns={[
            { name: t("upset.lists"), cell: (c) => names(c.on), plain: (c) => names(c.on) },
            {
              name: t("upset.persons"),
              cell: (c) => number(c.count),
              plain: (c) => c.count,
              isNumber: true,
            },
          ]}
        />
      }
    >
      {ticks.map((tick) => (
        <g key={tick}>
          <line class="axis" x1={LABELS + 14} x2={width - 8} y1={y(tick)} y2={y(tick)} />
          <text class="axis-label" x={LABELS + 8} y={y(tick) + 4} text-anchor="end">
            {number(tick)}
          </text>
        </g>
      ))}
      {overlap.lists.map((name, row) => {
        const middle = below + row * ROW + ROW / 2;
        const bar = (70 * (sizes[row] ?? 0)) / largest;
        return (
          <g key={name}>
            {row % 2 === 0 && (
              <rect class="band" x={0} width={width} y={middle - ROW / 2} height={ROW} />
            )}
            <rect class="bar quiet" x={LABELS - 96} width={bar} y={middle - 8} height={16} />
            <text class="axis-label" x={LABELS - 96 + bar + 4} y={middle + 4}>
              {number(sizes[row] ?? 0)}
            </text>
            <text class="row-label" x={6} y={middle + 4}>
              {plainOf(name).slice(0, 12)}
            </text>
          </g>
        );
      })}
      {shown.map((cell, i) => {
        const x = LABELS + 20 + i * COLUMN + COLUMN / 2;
        const rows = [...cell.on].sort((a, b) => a - b);
        const place = (row: number) => below + row * ROW + ROW / 2;
        return (
          <g key={cell.on.join("-")}>
            <rect
              class="bar"
              x={x - 8}
              width={16}
              y={y(cell.count)}
              height={Math.max(1, 20 + BARS - y(cell.count))}
            >
              <title>{`${names(cell.on)}: ${number(cell.count)}`}</title>
            </rect>
            {overlap.lists.map((name, row) => (
              <circle
                key={name}
                class={cell.on.includes(row) ? "dot on" : "dot"}
                cx={x}
                cy={place(row)}
                r={5.5}
              />
            ))}
            {rows.length > 1 && (
              <line
                class="dot-line"
                x1={x}
                x2={x}
                y1={place(rows[0] ?? 0)}
                y2={place(rows.at(-1) ?? 0)}
              />
            )}
          </g>
        );
      })}
    </Picture>
  );
}
