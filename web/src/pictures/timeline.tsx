// SPDX-License-Identifier: Apache-2.0
// What both sides did, in the order of time, on two lines.
import { dateTime, t } from "../text";
import { Table } from "../ui/table";
import { Picture } from "./picture";

export interface Happening {
  key: string;
  time: string;
  what: string;
  ours: boolean;
  isVoid?: boolean;
}

const ROW = 46;

export function Timeline({
  happenings,
  us,
  them,
  title,
}: {
  happenings: Happening[];
  us: string;
  them: string;
  title: string;
}) {
  const width = 450;
  const height = 44 + happenings.length * ROW;
  const lane = (ours: boolean) => (ours ? 150 : 300);
  const y = (i: number) => 58 + i * ROW;
  return (
    <Picture
      title={title}
      isHeaded
      summary={t("timeline.summary", { n: happenings.length, us, them })}
      file="timeline"
      width={width}
      height={height}
      table={
        <Table
          caption={title}
          rows={happenings}
          keyOf={(h) => h.key}
          file="timeline"
          columns={[
            { name: t("word.time"), cell: (h) => dateTime(h.time), plain: (h) => h.time },
            {
              name: t("timeline.by"),
              cell: (h) => (h.ours ? us : them),
              plain: (h) => (h.ours ? us : them),
            },
            { name: t("timeline.what"), cell: (h) => h.what, plain: (h) => h.what },
          ]}
        />
      }
    >
      <line class="lane" x1={lane(true)} x2={lane(true)} y1={30} y2={height - 10} />
      <line class="lane" x1={lane(false)} x2={lane(false)} y1={30} y2={height - 10} />
      <text class="lane-label" x={lane(true)} y={20} text-anchor="middle">
        {us}
      </text>
      <text class="lane-label" x={lane(false)} y={20} text-anchor="middle">
        {them}
      </text>
      {happenings.map((h, i) => {
        const before = happenings[i - 1];
        return (
          <g key={h.key} class={h.isVoid ? "void" : undefined}>
            {before && (
              <line
                class="step-line"
                x1={lane(before.ours)}
                y1={y(i - 1)}
                x2={lane(h.ours)}
                y2={y(i)}
              />
            )}
            <circle class={h.ours ? "step ours" : "step"} cx={lane(h.ours)} cy={y(i)} r={7} />
            <text
              class="row-label"
              x={h.ours ? lane(true) - 16 : lane(false) + 16}
              y={y(i)}
              text-anchor={h.ours ? "end" : "start"}
            >
              {h.what}
            </text>
            <text
              class="axis-label"
              x={h.ours ? lane(true) - 16 : lane(false) + 16}
              y={y(i) + 15}
              text-anchor={h.ours ? "end" : "start"}
            >
              {dateTime(h.time)}
            </text>
          </g>
        );
      })}
    </Picture>
  );
}
