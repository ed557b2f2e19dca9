// SPDX-License-Identifier: Apache-2.0
// Runs: start one with one party or all, and the history.
import { useState } from "preact/hooks";
import { Failure, fetchJson, useAct, useLoad } from "../api";
import type { CaseSummary, Party, Run, RunStarted } from "../api-types";
import { go, hrefOf, type Route } from "../route";
import { plainOf } from "../safe";
import { may, useHere } from "../session";
import { number, t } from "../text";
import {
  Button,
  Empty,
  Failed,
  LinkButton,
  Loading,
  Notice,
  Page,
  Section,
  State,
  Tabs,
  Text,
} from "../ui/basic";
import { Check, Form, Group, Select, theOnly } from "../ui/form";
import { RunCell } from "../ui/run";
import { PagedTable } from "../ui/table";
import { RunBody } from "./run";
import { StandingList, StandingOne } from "./standing";
import { StandingNew } from "./standing-new";

function History({ part }: { part: string }) {
  const { session } = useHere();
  const tab = (value: string, label: string) => ({
    href: hrefOf(["runs"], value ? { part: value } : {}),
    label,
    isHere: part === value,
  });
  return (
    <Page
      title={t("nav.runs")}
      lead={t("runs.lead")}
      actions={
        may(session, "runs.start") && (
          <LinkButton kind="main" href={hrefOf(["runs", "new"])}>
            {t("runs.start")}
          </LinkButton>
        )
      }
    >
      <Tabs tabs={[tab("", t("runs.all")), tab("standing", t("standing.title"))]} />
      {part === "standing" ? <StandingList /> : <AllRuns />}
    </Page>
  );
}

function AllRuns() {
  const { session } = useHere();
  return (
    <PagedTable<Run>
      caption={t("nav.runs")}
      path="/v1/runs"
      file={`runs-${session.authority}`}
      keyOf={(r) => `${r.run}${r.side}`}
      columns={[
        {
          name: t("word.run"),
          cell: (r) => <RunCell run={r.run} time={r.started} />,
          plain: (r) => r.run,
        },
        {
          name: t("word.party"),
          cell: (r) => (
            <span class="two-lines">
              <Text value={r.with} max={40} />
              <span class="under">
                {t(r.side === "asker" ? "side.we_asked" : "side.they_asked")}
              </span>
            </span>
          ),
          plain: (r) => r.with,
        },
        {
          name: t("word.purpose"),
          cell: (r) => <Text value={r.purpose} max={60} />,
          plain: (r) => r.purpose,
        },
        {
          name: t("filter.state"),
          cell: (r) => <State family="run_state" value={r.state} />,
          plain: (r) => r.state,
        },
        {
          name: t("word.tokens"),
          cell: (r) => number(r.tokens),
          plain: (r) => r.tokens,
          isNumber: true,
        },
        {
          name: t("word.hits"),
          cell: (r) => number(r.hits),
          plain: (r) => r.hits,
          isNumber: true,
        },
      ]}
      empty={
        <Empty title={t("runs.none")}>
          <p>{t("runs.none_do")}</p>
        </Empty>
      }
    />
  );
}

function NewRun({ route }: { route: Route }) {
  const parties = useLoad<{ items: Party[] }>("/v1/parties");
  const cases = useLoad<{ items: CaseSummary[] }>("/v1/cases?state=open&limit=500");
  const [purpose, setPurpose] = useState("");
  const [reference, setReference] = useState(route.query.get("case") ?? "");
  const [without, setWithout] = useState<string[]>([]);
  const [started, setStarted] = useState<{ party: string; run?: string; failure?: Failure }[]>([]);
  const act = useAct();
  const others = (parties.data?.items ?? []).filter((party) => !party.is_us);
  const inForce = (party: Party, code?: string) =>
    party.accords.some((a) => a.in_force && (!code || a.purposes.includes(code)));
  const purposes = [
    ...new Set(
      others.flatMap((p) => p.accords.filter((a) => a.in_force).flatMap((a) => a.purposes)),
    ),
  ];
  // What there is one of only is chosen; between several the user chooses.
  const chosenPurpose = purpose || theOnly(purposes);
  const references = (cases.data?.items ?? []).map((c) => c.reference);
  const chosenCase = references.includes(reference) ? reference : theOnly(references);
  const askable = others.filter((party) => inForce(party, chosenPurpose));
  const asked = askable.filter((party) => !without.includes(party.code));
  const submit = () =>
    act.run(async (once) => {
      const answers: typeof started = [];
      for (const party of asked) {
        const json = { with: party.code, purpose: chosenPurpose, case: chosenCase };
        try {
          const answer = await fetchJson<RunStarted>("/v1/runs", {
            json,
            once: `${once.slice(0, 40)}-${party.code}`.slice(0, 64),
          });
          answers.push({ party: party.code, run: answer.run });
        } catch (error) {
          if (!(error instanceof Failure)) throw error;
          answers.push({ party: party.code, failure: error });
        }
        setStarted([...answers]);
      }
      const only = answers.length === 1 ? answers[0]?.run : undefined;
      if (only) go(["runs", only]);
    });
  const above = <a href={hrefOf(["runs"])}>{t("nav.runs")}</a>;
  const failure = parties.failure ?? cases.failure;
  if (!parties.data || !cases.data) {
    return (
      <Page title={t("runs.start")} above={above}>
        {failure ? <Failed failure={failure} again={parties.reload} /> : <Loading />}
      </Page>
    );
  }
  return (
    <Page title={t("runs.start")} above={above} lead={t("runs.new_lead")}>
      {purposes.length === 0 && (
        <Empty title={t("runs.no_accord")}>
          <p>
            <a href={hrefOf(["accords"])}>{t("runs.no_accord_do")}</a>
          </p>
        </Empty>
      )}
      {purposes.length > 0 && cases.data.items.length === 0 && (
        <Empty title={t("runs.no_case")}>
          <p>
            <a href={hrefOf(["cases", "new"])}>{t("runs.no_case_do")}</a>
          </p>
        </Empty>
      )}
      {purposes.length > 0 && cases.data.items.length > 0 && started.length === 0 && (
        <Form onSubmit={submit} class="narrow">
          <Select
            label={t("word.purpose")}
            hint={t("runs.purpose_hint")}
            value={chosenPurpose}
            onValue={setPurpose}
            mustChoose
            choices={purposes.map((value) => ({ value, label: value }))}
          />
          <Select
            label={t("word.case")}
            hint={t("runs.case_hint")}
            value={chosenCase}
            onValue={setReference}
            mustChoose
            choices={cases.data.items.map((c) => ({
              value: c.reference,
              label: plainOf(`${c.reference} – ${c.purpose}`.slice(0, 120)),
            }))}
          />
          <Group label={t("runs.parties")}>
            {askable.map((party) => (
              <Check
                key={party.code}
                label={
                  <>
                    <strong>{party.code}</strong> <Text value={party.name} max={120} />
                  </>
                }
                checked={!without.includes(party.code)}
                onValue={(on) =>
                  setWithout(
                    on ? without.filter((c) => c !== party.code) : [...without, party.code],
                  )
                }
              />
            ))}
          </Group>
          <Notice tone="info">
            <p>{t("runs.what_goes")}</p>
          </Notice>
          <Failed failure={act.failure} />
          <Button kind="main" type="submit" busy={act.isBusy} disabled={asked.length === 0}>
            {t("runs.ask", { n: asked.length })}
          </Button>
        </Form>
      )}
      {started.map(({ party, run, failure: why }) =>
        run ? (
          <Watched key={party} run={run} />
        ) : (
          <Section key={party} title={party}>
            <Failed failure={why} />
          </Section>
        ),
      )}
      {started.length > 0 && (
        <p>
          <Button onClick={() => setStarted([])}>{t("runs.another")}</Button>
        </p>
      )}
    </Page>
  );
}

function Watched({ run }: { run: string }) {
  return (
    <Section title={t("runs.one", { run: run.slice(0, 8) })}>
      <RunBody id={run} />
    </Section>
  );
}

export function RunsPage({ route }: { route: Route }) {
  const { session } = useHere();
  const [, id, series] = route.path;
  if (id === "new" && may(session, "runs.start")) return <NewRun route={route} />;
  if (id === "standing" && series === "new" && may(session, "runs.start")) return <StandingNew />;
  if (id === "standing" && series && series !== "new") return <StandingOne id={series} />;
  if (id === "standing") return <History part="standing" />;
  if (!id || id === "new") return <History part={route.query.get("part") ?? ""} />;
  return (
    <Page
      title={t("runs.one", { run: id.slice(0, 8) })}
      above={<a href={hrefOf(["runs"])}>{t("nav.runs")}</a>}
    >
      <RunBody id={id} />
    </Page>
  );
}
