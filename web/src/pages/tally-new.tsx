// SPDX-License-Identifier: Apache-2.0
// Proposes a tally in which we count: with whom, for which purpose, and by what persons are told apart.
import { useEffect, useState } from "preact/hooks";
import { Failure, fetchJson, useAct, useLoad } from "../api";
import type { Accord, TallyProposed } from "../api-types";
import { go, hrefOf } from "../route";
import { plainOf } from "../safe";
import { t, word } from "../text";
import { Button, Empty, Failed, Loading, Page, Text } from "../ui/basic";
import { Check, Form, Group, Input, Select } from "../ui/form";

interface TallyPurpose {
  code: string;
  title: string;
  tally?: { strata?: string[] };
}
interface AccordText {
  purposes?: TallyPurpose[];
}

const YEARS_MAX = 60;

/** A purpose of an accord that has tallies. */
interface Choice {
  accord: Accord;
  purpose: TallyPurpose;
}

/** Of all accords in force; undefined while they are read. */
function useChoices(): { choices?: Choice[]; failure?: Failure } {
  const accords = useLoad<{ items: Accord[] }>("/v1/accords");
  const [state, setState] = useState<{ choices?: Choice[]; failure?: Failure }>({});
  const { data } = accords;
  useEffect(() => {
    if (!data) return;
    const control = new AbortController();
    const read = async (accord: Accord): Promise<Choice[]> => {
      const text = await fetchJson<AccordText>(`/v1/accords/${accord.accord}/text`, {
        signal: control.signal,
      });
      return (text.purposes ?? [])
        .filter((purpose) => purpose.tally)
        .map((purpose) => ({ accord, purpose }));
    };
    const inForce = data.items.filter(
      (accord) => accord.amended_by.length === 0 && accord.parties.some((p) => p.in_force_with_us),
    );
    Promise.all(inForce.map(read))
      .then((lists) => setState({ choices: lists.flat() }))
      .catch((error: unknown) => {
        if (!control.signal.aborted)
          setState({ failure: error instanceof Failure ? error : undefined });
      });
    return () => control.abort();
  }, [data]);
  return accords.failure ? { failure: accords.failure } : state;
}

function Strata(props: {
  offered: string[];
  by: string[];
  onBy: (by: string[]) => void;
  first: string;
  last: string;
  onYears: (first: string, last: string) => void;
}) {
  const { offered, by } = props;
  if (offered.length === 0) return null;
  return (
    <Group label={t("tally.by")}>
      <p class="hint">{t("tally.by_hint")}</p>
      {offered.map((kind) => (
        <Check
          key={kind}
          label={word("stratum", kind)}
          checked={by.includes(kind)}
          onValue={(on) => props.onBy(on ? [...by, kind] : by.filter((k) => k !== kind))}
        />
      ))}
      {by.includes("year") && (
        <div class="field-row">
          {(["first", "last"] as const).map((end) => (
            <Input
              key={end}
              label={t(end === "first" ? "tally.first_year" : "tally.last_year")}
              value={props[end]}
              onValue={(value) =>
                end === "first"
                  ? props.onYears(value, props.last)
                  : props.onYears(props.first, value)
              }
              required
              input={{ type: "number", min: 1900, max: 2200, step: 1, dir: "ltr" }}
            />
          ))}
        </div>
      )}
    </Group>
  );
}

function TallyForm({ choices }: { choices: Choice[] }) {
  const [chosen, setChosen] = useState(0);
  const [without, setWithout] = useState<string[]>([]);
  const [by, setBy] = useState<string[]>([]);
  const [years, setYears] = useState({ first: "", last: "" });
  const act = useAct();
  const choice = choices[chosen];
  if (!choice) return null;
  const others = choice.accord.parties.filter((p) => !p.is_us && p.in_force_with_us);
  const asked = others.filter((party) => !without.includes(party.code));
  const span = Number(years.last) - Number(years.first);
  const isWrong =
    by.includes("year") && years.first && years.last && (span < 0 || span >= YEARS_MAX);
  const submit = () =>
    act.run(async (once) => {
      const json = {
        with: asked.map((party) => party.code),
        purpose: choice.purpose.code,
        accord: choice.accord.accord,
        by,
        years: by.includes("year")
          ? { first: Number(years.first), last: Number(years.last) }
          : undefined,
      };
      const made = await fetchJson<TallyProposed>("/v1/tallies", { json, once });
      go(["tally", made.tally]);
    });
  return (
    <Form class="narrow" onSubmit={submit}>
      <Select
        label={t("word.purpose")}
        value={String(chosen)}
        onValue={(value) => {
          setChosen(Number(value));
          setBy([]);
        }}
        choices={choices.map(({ purpose }, i) => ({
          value: String(i),
          label: plainOf(`${purpose.code}: ${purpose.title}`),
        }))}
      />
      <Group label={t("tally.parties")}>
        <p class="hint">{t("tally.parties_hint")}</p>
        {others.map((party) => (
          <Check
            key={party.code}
            label={
              <>
                {party.code} <Text value={party.name} max={80} />
              </>
            }
            checked={!without.includes(party.code)}
            onValue={(on) =>
              setWithout(on ? without.filter((c) => c !== party.code) : [...without, party.code])
            }
          />
        ))}
      </Group>
      <Strata
        offered={choice.purpose.tally?.strata ?? []}
        by={by}
        onBy={setBy}
        first={years.first}
        last={years.last}
        onYears={(first, last) => setYears({ first, last })}
      />
      {isWrong && <p class="wrong">{t("tally.years_wrong", { n: YEARS_MAX })}</p>}
      <p class="hint">{t("tally.what_goes")}</p>
      <Failed failure={act.failure} />
      <div class="form-foot">
        <Button
          kind="main"
          type="submit"
          busy={act.isBusy}
          disabled={asked.length === 0 || asked.length > 7 || Boolean(isWrong)}
        >
          {t("tally.propose", { n: asked.length })}
        </Button>
      </div>
    </Form>
  );
}

export function NewTally() {
  const { choices, failure } = useChoices();
  return (
    <Page
      title={t("tally.new")}
      above={<a href={hrefOf(["tally"])}>{t("nav.tally")}</a>}
      lead={t("tally.new_lead")}
    >
      {failure ? (
        <Failed failure={failure} />
      ) : !choices ? (
        <Loading />
      ) : choices.length === 0 ? (
        <Empty title={t("tally.no_purpose")}>
          <p>{t("tally.no_purpose_do")}</p>
          <p>
            <a href={hrefOf(["accords"])}>{t("runs.no_accord_do")}</a>
          </p>
        </Empty>
      ) : (
        <TallyForm choices={choices} />
      )}
    </Page>
  );
}
