// SPDX-License-Identifier: Apache-2.0
// From a table of overlaps to how many stand on no list, with what speaks against the number first.
import { useState } from "preact/hooks";
import { fetchJson, fetchRaw, useAct } from "../api";
import type { Tally } from "../api-types";
import { overlapOf, overlapOfTally, strataOf } from "../overlap";
import { Densities, type Density, Intervals, type MethodEstimate } from "../pictures/estimates";
import { type Overlap, UpSet } from "../pictures/upset";
import { download } from "../safe";
import { number, t, word } from "../text";
import { Button, Empty, English, Failed, Loading, Notice, Section, State, Text } from "../ui/basic";
import { Check, FileInput, Form, Input, Select } from "../ui/form";

interface Finding {
  level: string;
  code: string;
  text: string;
}
interface EstimateView {
  findings?: Finding[];
  refused?: boolean;
  methods?: MethodEstimate[];
  densities?: Density[];
  table?: { lists: string[]; persons: number; cells: { lists: number[]; count: number }[] };
}

const LEVEL_TONE: { [level: string]: "bad" | "wait" | "info" } = {
  refusal: "bad",
  error: "bad",
  warning: "wait",
  note: "info",
};

function Findings({ findings }: { findings: Finding[] }) {
  const order = ["refusal", "error", "warning", "note"];
  const sorted = [...findings].sort((a, b) => order.indexOf(a.level) - order.indexOf(b.level));
  return (
    <ul class="findings">
      {sorted.map((finding) => (
        <li key={finding.code + finding.text}>
          <State family="level" value={finding.level} tone={LEVEL_TONE[finding.level] ?? "info"} />
          <English>
            <Text value={finding.text} />
          </English>
        </li>
      ))}
    </ul>
  );
}

function EstimateResult({ view, overlap }: { view: EstimateView; overlap: Overlap | null }) {
  const methods = view.methods ?? [];
  const known = view.table?.persons ?? 0;
  const sure = methods.filter((m) => m.estimate !== null && !m.bound);
  const low = Math.min(...sure.map((m) => m.estimate ?? 0));
  const high = Math.max(...sure.map((m) => m.estimate ?? 0));
  return (
    <>
      {view.refused ? (
        <Notice tone="bad" title={t("estimate.refused")}>
          <p>{t("estimate.refused_do")}</p>
        </Notice>
      ) : (
        sure.length > 0 && (
          <p class="headline">
            {sure.length > 1 && low !== high
              ? t("estimate.between", {
                  low: number(low),
                  high: number(high),
                  known: number(known),
                })
              : t("estimate.one", { n: number(low), known: number(known) })}
          </p>
        )
      )}
      {(view.findings ?? []).length > 0 && (
        <Section title={t("estimate.findings")} note={t("estimate.findings_note")}>
          <Findings findings={view.findings ?? []} />
        </Section>
      )}
      {!view.refused && methods.length > 0 && (
        <Section title={t("estimate.methods")} note={t("estimate.methods_note")}>
          <Intervals methods={methods} known={known} />
        </Section>
      )}
      {view.densities && view.densities.length > 0 && (
        <Section title={t("estimate.densities")}>
          <Densities densities={view.densities} />
        </Section>
      )}
      {overlap && (
        <Section title={t("estimate.overlap")}>
          <UpSet overlap={overlap} />
        </Section>
      )}
    </>
  );
}

/** The tally that is estimated from, and which of its strata: those with all of these values. */
function OfTally(props: {
  tally: Tally;
  only: { [kind: string]: string };
  onOnly: (only: { [kind: string]: string }) => void;
}) {
  const { tally, only } = props;
  const name = tally.tally.slice(0, 8);
  const { table } = tally;
  return (
    <>
      <p class="hint">
        {table?.mechanism === "suppression"
          ? t("estimate.from_gaps", { name, n: table.threshold, most: table.threshold - 1 })
          : t("estimate.from", { name })}
      </p>
      {tally.terms.by.map((kind) => (
        <Select
          key={kind}
          label={word("stratum", kind)}
          value={only[kind] ?? ""}
          onValue={(value) => props.onOnly({ ...only, [kind]: value })}
          choices={[
            { value: "", label: t("estimate.all") },
            ...strataOf(table?.cells ?? [], kind).map((value) => ({
              value,
              label: word("stratum_value", value),
            })),
          ]}
        />
      ))}
    </>
  );
}

/** tally: where the table comes from, until another one is chosen; null: from a file only. */
export function Estimating({ tally }: { tally: Tally | null }) {
  const [source, setSource] = useState(tally?.table ? tally : null);
  const [only, setOnly] = useState<{ [kind: string]: string }>({});
  const [table, setTable] = useState("");
  const [name, setName] = useState("");
  const [isQuick, setQuick] = useState(true);
  const [missed, setMissed] = useState("");
  const [wrongLinks, setWrongLinks] = useState("");
  const [view, setView] = useState<EstimateView | undefined>();
  const act = useAct();
  const wanted = Object.entries(only).filter(([, value]) => value);
  const overlap = source?.table
    ? overlapOfTally(
        source.parties.map((party) => party.code),
        source.table.cells,
        wanted,
      )
    : overlapOf(table);
  const isReady = source !== null || table !== "";
  const body = () => ({
    ...(source
      ? { tally: source.tally, only: wanted.map(([kind, value]) => `${kind}=${value}`) }
      : { table, name: name || undefined }),
    quick: isQuick || undefined,
    missed_links: missed ? Number(missed) : undefined,
    false_links: wrongLinks ? Number(wrongLinks) : undefined,
  });
  return (
    <>
      <Form
        class="narrow"
        onSubmit={() =>
          act.run(async () =>
            setView(await fetchJson<EstimateView>("/v1/estimates", { json: body() })),
          )
        }
      >
        {source && (
          <OfTally
            tally={source}
            only={only}
            onOnly={(chosen) => {
              setView(undefined);
              setOnly(chosen);
            }}
          />
        )}
        <FileInput
          label={t("estimate.table")}
          hint={t("estimate.table_hint")}
          wrong={table && !overlap ? t("estimate.no_table") : undefined}
          accept=".csv,text/csv"
          onFile={async (file) => {
            setView(undefined);
            setName(file?.name ?? "");
            setSource(file ? null : source);
            setTable(file ? await file.text() : "");
          }}
        />
        <div class="field-row">
          <Input
            label={t("estimate.missed")}
            hint={t("estimate.rate_hint", { most: "0.5" })}
            value={missed}
            onValue={setMissed}
            input={{ type: "number", min: 0, max: 0.5, step: "any", dir: "ltr" }}
          />
          <Input
            label={t("estimate.wrong")}
            hint={t("estimate.rate_hint", { most: "0.2" })}
            value={wrongLinks}
            onValue={setWrongLinks}
            input={{ type: "number", min: 0, max: 0.2, step: "any", dir: "ltr" }}
          />
        </div>
        <Check
          label={t("estimate.quick")}
          checked={isQuick}
          onValue={setQuick}
          hint={t("estimate.quick_hint")}
        />
        <Failed failure={act.failure} />
        <div class="form-foot">
          <Button kind="main" type="submit" busy={act.isBusy} disabled={!isReady}>
            {t("tally.estimate_do")}
          </Button>
          <Button
            busy={act.isBusy}
            disabled={!isReady}
            onClick={() =>
              act.run(async () => {
                const answer = await fetchRaw("/v1/estimates/page", { json: body() });
                download("estimate.html", "text/html", await answer.blob());
              })
            }
          >
            {t("estimate.report")}
          </Button>
        </div>
      </Form>
      {act.isBusy && <Loading />}
      {!view && overlap && (
        <Section title={t("estimate.overlap")}>
          <UpSet overlap={overlap} />
        </Section>
      )}
      {!view && !isReady && (
        <Empty title={t("estimate.none")}>
          <p>{t("estimate.none_do")}</p>
        </Empty>
      )}
      {view && <EstimateResult view={view} overlap={overlap} />}
    </>
  );
}
