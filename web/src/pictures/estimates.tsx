// SPDX-License-Identifier: Apache-2.0
// What the methods say of one number: their intervals beside one another, and densities.
import { plainOf } from "../safe";
import { number, t, word } from "../text";
import { Table } from "../ui/table";
import { Picture, ticksTo } from "./picture";

export interface MethodEstimate {
  method: string;
  estimate: number | null;
  low: number | null;
  high: number | null;
  interval: string;
  bound: boolean;
  none?: string;
}

const WIDTH = 720;
const LEFT = 270;
const ROW = 34;

export function Intervals({ methods, known }: { methods: MethodEstimate[]; known: number }) {
  const ends = methods.flatMap((m) => [m.high ?? 0, m.estimate ?? 0]);
  const ticks = ticksTo(Math.max(known, ...ends), 6);
  const top = ticks.at(-1) ?? 1;
  const x = (value: number) => LEFT + ((WIDTH - LEFT - 24) * value) / top;
  const height = methods.length * ROW + 54;
  const cell = (value: number | null) => (value === null ? "–" : number(value));
  const name = (m: MethodEstimate) => word("method", m.method);
  return (
    <Picture
      title={t("intervals.title")}
      summary={t("intervals.summary", { known })}
      file="estimates"
      width={WIDTH}
      height={height}
      table={
        <Table
          caption={t("intervals.title")}
          rows={methods}
          keyOf={(m) => m.method}
          file="estimates"
          columns={[
            { name: t("intervals.method"), cell: name, plain: name },
            {
              name: t("intervals.estimate"),
              cell: (m) => cell(m.estimate),
              plain: (m) => m.estimate,
              isNumber: true,
            },
            {
              name: t("intervals.low"),
              cell: (m) => cell(m.low),
              plain: (m) => m.low,
              isNumber: true,
            },
            {
              name: t("intervals.high"),
              cell: (m) => cell(m.high),
              plain: (m) => m.high,
              isNumber: true,
            },
            { name: t("intervals.kind"), cell: (m) => m.interval, plain: (m) => m.interval },
          ]}
        />
      }
    >
      {ticks.map((tick) => (
        <g key={tick}>
          <line class="axis" x1={x(tick)} x2={x(tick)} y1={12} y2={height - 30} />
          <text class="axis-label" x={x(tick)} y={height - 12} text-anchor="middle">
            {number(tick)}
          </text>
        </g>
      ))}
      <line class="known" x1={x(known)} x2={x(known)} y1={8} y2={height - 30} />
      {methods.map((m, i) => {
        const y = 30 + i * ROW;
        return (
          <g key={m.method}>
            <text class="row-label" x={8} y={y + 4}>
              {name(m)}
            </text>
            {m.low !== null && m.high !== null && (
              <line class="interval" x1={x(m.low)} x2={x(m.high)} y1={y} y2={y} />
            )}
            {m.estimate !== null ? (
              <circle class={m.bound ? "point bound" : "point"} cx={x(m.estimate)} cy={y} r={6} />
            ) : (
              <text class="axis-label" x={x(known) + 10} y={y + 4}>
                {plainOf(m.none ?? "–").slice(0, 70)}
              </text>
            )}
          </g>
        );
      })}
    </Picture>
  );
}

export interface Density {
  method: string;
  points: [number, number][];
}

export function Densities({ densities }: { densities: Density[] }) {
  const all = densities.flatMap((d) => d.points);
  const right = Math.max(1, ...all.map((p) => p[0]));
  const left = Math.min(right, ...all.map((p) => p[0]));
  const most = Math.max(Number.MIN_VALUE, ...all.map((p) => p[1]));
  const height = 240;
  const x = (value: number) => 24 + ((WIDTH - 48) * (value - left)) / Math.max(1, right - left);
  const y = (value: number) => height - 36 - ((height - 60) * value) / most;
  const ticks = ticksTo(right, 6).filter((tick) => tick >= left && tick <= right);
  const modeOf = (d: Density) => d.points.reduce((a, b) => (b[1] > a[1] ? b : a), [0, 0])[0];
  return (
    <Picture
      title={t("density.title")}
      summary={t("density.summary", { n: densities.length })}
      file="densities"
      width={WIDTH}
      height={height}
      table={
        <Table
          caption={t("density.title")}
          rows={densities.flatMap((d) =>
            d.points.map((p) => ({ method: d.method, n: p[0], p: p[1] })),
          )}
          keyOf={(row) => `${row.method} ${row.n}`}
          file="densities"
          columns={[
            {
              name: t("intervals.method"),
              cell: (r) => word("method", r.method),
              plain: (r) => r.method,
            },
            { name: t("density.n"), cell: (r) => number(r.n), plain: (r) => r.n, isNumber: true },
            {
              name: t("density.p"),
              cell: (r) => r.p.toExponential(3),
              plain: (r) => r.p,
              isNumber: true,
            },
          ]}
        />
      }
    >
      {ticks.map((tick) => (
        <g key={tick}>
          <line class="axis" x1={x(tick)} x2={x(tick)} y1={12} y2={height - 34} />
          <text class="axis-label" x={x(tick)} y={height - 14} text-anchor="middle">
            {number(tick)}
          </text>
        </g>
      ))}
      {densities.map((d, i) => (
        <g key={d.method}>
          <path
            class={`density density-${i % 4}`}
            d={`M${x(d.points[0]?.[0] ?? 0)},${y(0)}${d.points
              .map((p) => `L${x(p[0]).toFixed(1)},${y(p[1]).toFixed(1)}`)
              .join("")}L${x(d.points.at(-1)?.[0] ?? 0)},${y(0)}Z`}
          />
          <text
            class={`density-label density-label-${i % 4}`}
            x={WIDTH - 20}
            y={28 + 18 * i}
            text-anchor="end"
          >
            {`${word("method", d.method)}: ${number(modeOf(d))}`}
          </text>
        </g>
      ))}
    </Picture>
  );
}
