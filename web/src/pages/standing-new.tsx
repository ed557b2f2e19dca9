// SPDX-License-Identifier: Apache-2.0
// Starts a series of runs: only where an accord in force lets runs repeat, and no more often than that.
import { useEffect, useState } from "preact/hooks";
import { Failure, fetchJson, useAct, useLoad } from "../api";
import type { Accord, CaseSummary, NewStanding, Standing } from "../api-types";
import { go, hrefOf } from "../route";
import { plainOf } from "../safe";
import { date, duration, t } from "../text";
import { Button, Empty, Failed, Loading, Notice, Page } from "../ui/basic";
import { Form, Input, Select, theOnly } from "../ui/form";

interface Terms {
  shortest_minutes: number;
  whole_days?: number;
  last_day: string;
  started_by: string;
}

/** A party, a purpose and the accord by which runs with it repeat. */
interface Choice {
  accord: string;
  party: string;
  purpose: string;
  terms: Terms;
}

async function choicesOf(accord: Accord, signal: AbortSignal): Promise<Choice[]> {
  const text = await fetchJson<{ purposes?: { code: string; standing?: Terms }[] }>(
    `/v1/accords/${accord.accord}/text`,
    { signal },
  );
  const parties = accord.parties.filter((p) => p.in_force_with_us);
  return (text.purposes ?? []).flatMap(({ code, standing: terms }) =>
    terms
      ? parties.map(({ code: party }) => ({ accord: accord.accord, party, purpose: code, terms }))
      : [],
  );
}

/** Of all accords in force; undefined while they are read. */
function useChoices(): { choices?: Choice[]; failure?: Failure } {
  const accords = useLoad<{ items: Accord[] }>("/v1/accords");
  const [state, setState] = useState<{ choices?: Choice[]; failure?: Failure }>({});
  const { data } = accords;
  useEffect(() => {
    if (!data) return;
    const control = new AbortController();
    const inForce = data.items.filter((accord) => accord.amended_by.length === 0);
    Promise.all(inForce.map((accord) => choicesOf(accord, control.signal)))
      .then((lists) => setState({ choices: lists.flat() }))
      .catch((error: unknown) => {
        if (!control.signal.aborted)
          setState({ failure: error instanceof Failure ? error : undefined });
      });
    return () => control.abort();
  }, [data]);
  return accords.failure ? { failure: accords.failure } : state;
}

const MINUTES = { minutes: 1, hours: 60, days: 1440 } as const;
type Unit = keyof typeof MINUTES;

function SeriesForm({ choices, cases }: { choices: Choice[]; cases: CaseSummary[] }) {
  const [chosen, setChosen] = useState(choices.length === 1 ? "0" : "");
  const [reference, setReference] = useState("");
  const [every, setEvery] = useState("");
  const [unit, setUnit] = useState<Unit>("days");
  const act = useAct();
  const choice = choices[Number(chosen || -1)];
  const chosenCase = reference || theOnly(cases.map((c) => c.reference));
  const minutes = Number(every) * MINUTES[unit];
  const isTooOften = choice && every !== "" && minutes < choice.terms.shortest_minutes;
  const submit = () =>
    act.run(async (once) => {
      if (!choice) return;
      const json: NewStanding = {
        with: choice.party,
        purpose: choice.purpose,
        accord: choice.accord,
        case: chosenCase,
      };
      if (every !== "") json.every_minutes = minutes;
      const made = await fetchJson<Standing>("/v1/standing", { json, once });
      go(["runs", "standing", made.standing]);
    });
  return (
    <Form onSubmit={submit} class="narrow">
      <Select
        label={t("standing.what")}
        hint={t("standing.what_hint")}
        value={chosen}
        onValue={setChosen}
        mustChoose
        choices={choices.map(({ party, purpose }, i) => ({
          value: String(i),
          label: plainOf(`${party} · ${purpose}`),
        }))}
      />
      <Select
        label={t("word.case")}
        hint={t("runs.case_hint")}
        value={chosenCase}
        onValue={setReference}
        mustChoose
        choices={cases.map((c) => ({
          value: c.reference,
          label: plainOf(`${c.reference} – ${c.purpose}`.slice(0, 120)),
        }))}
      />
      <div class="field-row">
        <Input
          label={t("standing.every")}
          hint={
            choice && t("standing.every_hint", { time: duration(choice.terms.shortest_minutes) })
          }
          wrong={isTooOften ? t("standing.too_often") : undefined}
          value={every}
          onValue={setEvery}
          input={{ type: "number", min: 1, max: 525600, step: 1, dir: "ltr" }}
        />
        <Select
          label={t("standing.unit")}
          value={unit}
          onValue={(value) => setUnit(value as Unit)}
          choices={(Object.keys(MINUTES) as Unit[]).map((value) => ({
            value,
            label: t(`standing.${value}`),
          }))}
        />
      </div>
      <Notice tone="info">
        <p>{t("standing.what_goes")}</p>
        {choice && (
          <p>
            {choice.terms.whole_days
              ? t("standing.whole_every", { time: duration(choice.terms.whole_days * 1440) })
              : t("standing.whole_always")}{" "}
            {t("standing.last_day", { day: date(choice.terms.last_day) })}{" "}
            {choice.terms.started_by === "supervisor" && t("standing.by_supervisor")}
          </p>
        )}
      </Notice>
      <Failed failure={act.failure} />
      <Button kind="main" type="submit" busy={act.isBusy} disabled={!choice || isTooOften}>
        {t("standing.begin")}
      </Button>
    </Form>
  );
}

export function StandingNew() {
  const { choices, failure } = useChoices();
  const cases = useLoad<{ items: CaseSummary[] }>("/v1/cases?state=open&limit=500");
  const why = failure ?? cases.failure;
  return (
    <Page
      title={t("standing.start")}
      above={<a href={hrefOf(["runs"], { part: "standing" })}>{t("standing.title")}</a>}
      lead={t("standing.lead")}
    >
      {why && <Failed failure={why} />}
      {!why && (!choices || !cases.data) && <Loading />}
      {choices?.length === 0 && (
        <Empty title={t("standing.no_accord")}>
          <p>
            <a href={hrefOf(["accords"])}>{t("runs.no_accord_do")}</a>
          </p>
        </Empty>
      )}
      {choices && choices.length > 0 && cases.data?.items.length === 0 && (
        <Empty title={t("runs.no_case")}>
          <p>
            <a href={hrefOf(["cases", "new"])}>{t("runs.no_case_do")}</a>
          </p>
        </Empty>
      )}
      {choices && choices.length > 0 && cases.data && cases.data.items.length > 0 && (
        <SeriesForm choices={choices} cases={cases.data.items} />
      )}
    </Page>
  );
}
