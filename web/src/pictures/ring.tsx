// SPDX-License-Identifier: Apache-2.0
// Us in the middle, the other parties around, and on each line what we have in common with it.
import { plainOf } from "../safe";
import { number, t } from "../text";
import { Table } from "../ui/table";
import { Picture } from "./picture";

export interface RingParty {
  code: string;
  name: string;
  inForce: boolean;
  runs: number;
  hits: number;
}

const WIDTH = 400;

export function Ring({ us, parties }: { us: string; parties: RingParty[] }) {
  const most = Math.max(1, ...parties.map((party) => party.hits));
  const height = parties.length <= 2 ? 130 : 290;
  const middle = { x: WIDTH / 2, y: height / 2 };
  const places = parties.map((party, i) => {
    const angle = -Math.PI / 2 + ((i + 0.5) / parties.length) * 2 * Math.PI;
    const radius = { x: 148, y: 104 };
    return {
      party,
      x: middle.x + radius.x * Math.cos(angle),
      y: middle.y + radius.y * Math.sin(angle),
    };
  });
  const total = parties.reduce((sum, party) => sum + party.hits, 0);
  return (
    <Picture
      title={t("ring.title")}
      summary={t("ring.summary", { parties: parties.length, hits: total })}
      file="parties"
      width={WIDTH}
      height={height}
      table={
        <Table
          caption={t("ring.title")}
          rows={parties}
          keyOf={(party) => party.code}
          file="parties"
          columns={[
            { name: t("word.party"), cell: (p) => p.code, plain: (p) => p.code },
            { name: t("word.name"), cell: (p) => plainOf(p.name), plain: (p) => p.name },
            {
              name: t("word.runs"),
              cell: (p) => number(p.runs),
              plain: (p) => p.runs,
              isNumber: true,
            },
            {
              name: t("word.hits"),
              cell: (p) => number(p.hits),
              plain: (p) => p.hits,
              isNumber: true,
            },
          ]}
        />
      }
    >
      {places.map(({ party, x, y }) => (
        <line
          key={party.code}
          class={party.hits ? "ring-line" : "ring-line empty"}
          x1={middle.x}
          y1={middle.y}
          x2={x}
          y2={y}
          stroke-width={party.hits ? 2 + (6 * party.hits) / most : 1}
        />
      ))}
      {places.map(({ party, x, y }) => {
        const at = { x: middle.x + (x - middle.x) * 0.54, y: middle.y + (y - middle.y) * 0.54 };
        return (
          <g key={party.code}>
            <circle class={party.inForce ? "ring-party" : "ring-party off"} cx={x} cy={y} r={36} />
            <text class="ring-code" x={x} y={y + 4} text-anchor="middle">
              {party.code.slice(0, 9)}
            </text>
            {party.hits > 0 && (
              <>
                <circle class="ring-count-back" cx={at.x} cy={at.y} r={15} />
                <text class="ring-count" x={at.x} y={at.y + 4.5} text-anchor="middle">
                  {number(party.hits)}
                </text>
              </>
            )}
          </g>
        );
      })}
      <circle class="ring-us" cx={middle.x} cy={middle.y} r={42} />
      <text class="ring-us-code" x={middle.x} y={middle.y + 4.5} text-anchor="middle">
        {us.slice(0, 9)}
      </text>
    </Picture>
  );
}
