// SPDX-License-Identifier: Apache-2.0
// How many several bodies know in common, and how many nobody knows.
import { useState } from "preact/hooks";
import { type Failure, fetchJson, fetchRaw, useAct, useLoad } from "../api";
import { overlapOf } from "../overlap";
import { Densities, type Density, Intervals, type MethodEstimate } from "../pictures/estimates";
import { type Overlap, UpSet } from "../pictures/upset";
import { hrefOf, type Route } from "../route";
import { download } from "../safe";
import { number, t } from "../text";
import {
  Button,
  Code,
  Empty,
  English,
  Failed,
  Loading,
  Notice,
  Page,
  Section,
  State,
  Tabs,
  Text,
  Time,
} from "../ui/basic";
import { Check, FileInput, Form, Input } from "../ui/form";
import { Table } from "../ui/table";

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

interface TallySummary {
  tally: string;
  purpose: string;
  parties: string[];
  state: string;
  started: string;
  table?: string;
}

function Tallies({ onTable }: { onTable: (name: string, table: string) => void }) {
  const loaded = useLoad<{ items: TallySummary[] }>("/v1/tallies");
  const isAbsent = (failure: Failure | undefined) => failure?.status === 404;
  if (isAbsent(loaded.failure)) {
    return (
      <Empty title={t("tally.absent")}>
        <p>{t("tally.absent_do")}</p>
        <p>
          <a href={hrefOf(["tally"], { part: "estimate" })}>{t("tally.estimate")}</a>
        </p>
      </Empty>
    );
  }
  if (loaded.failure) return <Failed failure={loaded.failure} again={loaded.reload} />;
  if (!loaded.data) return <Loading />;
  if (loaded.data.items.length === 0) {
    return (
      <Empty title={t("tally.none")}>
        <p>{t("tally.none_do")}</p>
      </Empty>
    );
  }
  return (
    <Table
      caption={t("tally.tallies")}
      rows={loaded.data.items}
      keyOf={(row) => row.tally}
      columns={[
        {
          name: t("nav.tally"),
          cell: (r) => (
            <span class="two-lines">
              <Code value={r.tally} short={8} />
              <span class="under">
                <Time iso={r.started} />
              </span>
            </span>
          ),
        },
        { name: t("accords.parties"), cell: (r) => <Text value={r.parties.join(", ")} /> },
        { name: t("word.purpose"), cell: (r) => <Text value={r.purpose} max={80} /> },
        { name: t("filter.state"), cell: (r) => <State family="run_state" value={r.state} /> },
        {
          name: t("tally.estimate"),
          cell: (r) =>
            r.table ? (
              <Button onClick={() => onTable(`tally-${r.tally.slice(0, 8)}.csv`, r.table ?? "")}>
                {t("tally.estimate_do")}
              </Button>
            ) : (
              ""
            ),
        },
      ]}
    />
  );
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

function Estimating({ given }: { given: { name: string; table: string } | null }) {
  const [table, setTable] = useState(given?.table ?? "");
  const [name, setName] = useState(given?.name ?? "");
  const [isQuick, setQuick] = useState(true);
  const [missed, setMissed] = useState("");
  const [wrongLinks, setWrongLinks] = useState("");
  const [view, setView] = useState<EstimateView | undefined>();
  const act = useAct();
  const overlap = table ? overlapOf(table) : null;
  const body = () => ({
    table,
    name: name || undefined,
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
        <FileInput
          label={t("estimate.table")}
          hint={t("estimate.table_hint")}
          wrong={table && !overlap ? t("estimate.no_table") : undefined}
          accept=".csv,text/csv"
          onFile={async (file) => {
            setView(undefined);
            setName(file?.name ?? "");
            setTable(file ? await file.text() : "");
          }}
        />
        <div class="field-row">
          <Input
            label={t("estimate.missed")}
            hint={t("estimate.rate_hint")}
            value={missed}
            onValue={setMissed}
            input={{ type: "number", min: 0, max: 0.99, step: "any", dir: "ltr" }}
          />
          <Input
            label={t("estimate.wrong")}
            hint={t("estimate.rate_hint")}
            value={wrongLinks}
            onValue={setWrongLinks}
            input={{ type: "number", min: 0, max: 0.99, step: "any", dir: "ltr" }}
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
          <Button kind="main" type="submit" busy={act.isBusy} disabled={!table}>
            {t("tally.estimate_do")}
          </Button>
          <Button
            busy={act.isBusy}
            disabled={!table}
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
      {!view && !table && (
        <Empty title={t("estimate.none")}>
          <p>{t("estimate.none_do")}</p>
        </Empty>
      )}
      {view && <EstimateResult view={view} overlap={overlap} />}
    </>
  );
}

export function TallyPage({ route }: { route: Route }) {
  const [given, setGiven] = useState<{ name: string; table: string } | null>(null);
  const part = given ? "estimate" : (route.query.get("part") ?? "tally");
  const tab = (value: string, label: string) => ({
    href: hrefOf(["tally"], { part: value }),
    label,
    isHere: part === value,
  });
  return (
    <Page title={t("nav.tally")} lead={t("tally.lead")}>
      <Tabs tabs={[tab("tally", t("tally.tallies")), tab("estimate", t("tally.estimate"))]} />
      {part === "tally" ? (
        <Tallies onTable={(name, table) => setGiven({ name, table })} />
      ) : (
        <Estimating given={given} />
      )}
    </Page>
  );
}
