// SPDX-License-Identifier: Apache-2.0
// One traveller, one answer: a machine-readable zone or an identifier, asked of all parties at once.
import { useState } from "preact/hooks";
import { Failure, fetchJson, useAct, useLoad } from "../api";
import type { CaseSummary, LookupAnswer, LookupAnswers, Party } from "../api-types";
import { hrefOf } from "../route";
import { plainOf } from "../safe";
import { useHere } from "../session";
import { t, word } from "../text";
import { Button, Empty, Facts, Failed, Notice, Page, Section, State, Text } from "../ui/basic";
import { Area, Form, Input, Select, theOnly } from "../ui/form";
import { Tree } from "../ui/tree";

interface ZoneCheck {
  of: string;
  expected: string;
  found: string;
  fits: boolean;
}
interface Zone {
  accepted?: boolean;
  valid?: boolean;
  reason?: string;
  detail?: string;
  fields?: { [name: string]: string };
  checks?: ZoneCheck[];
  corrections?: string[];
  notes?: string[];
}

/** The fields in the order in which one reads a document; those not listed stand last. */
const ORDER = [
  "primary name",
  "secondary name",
  "date of birth",
  "sex",
  "nationality",
  "document code",
  "document number",
  "issuer",
  "date of expiry",
];
function placeOf(name: string): number {
  const place = ORDER.indexOf(name);
  return place < 0 ? ORDER.length : place;
}

function ZoneView({ zone }: { zone: Zone }) {
  if (zone.accepted === false) {
    return (
      <Notice tone="bad" title={t("lookup.unreadable")} role="alert">
        <p lang="en">
          <Text value={[zone.reason, zone.detail].filter(Boolean).join(" – ")} />
        </p>
        <p>{t("lookup.unreadable_do")}</p>
      </Notice>
    );
  }
  const wrong = (zone.checks ?? []).filter((check) => !check.fits);
  return (
    <>
      {wrong.length > 0 ? (
        <Notice tone="wait" title={t("lookup.checks_wrong", { n: wrong.length })}>
          <ul class="plain-list">
            {wrong.map((check) => (
              <li key={check.of}>
                {word("zone", check.of)}:{" "}
                {t("lookup.check", { expected: check.expected, found: check.found })}
              </li>
            ))}
          </ul>
        </Notice>
      ) : (
        <Notice tone="good" title={t("lookup.checks_good")} />
      )}
      <Facts
        facts={Object.entries(zone.fields ?? {})
          .filter(([, value]) => value)
          .sort(([a], [b]) => placeOf(a) - placeOf(b))
          .map(([name, value]) => ({ label: word("zone", name), value: <Text value={value} /> }))}
      />
      {(zone.corrections ?? []).length > 0 && <Tree value={zone.corrections} />}
      {(zone.notes ?? []).length > 0 && <Tree value={zone.notes} />}
    </>
  );
}

/** Why a party did not answer, or refused. A refusal without a code is about the case's offences. */
function reasonOf(answer: LookupAnswer): string {
  const { refusal, status } = answer;
  if (!refusal) return status ?? "";
  const code = refusal.code === "none" ? t("lookup.refused_offence") : refusal.code;
  return [code, refusal.clause].filter(Boolean).join(" – ");
}

/** What a party says of its hit: whom to call, how to behave, under which reference. */
function Label({ label }: { label: object }) {
  return (
    <Facts
      facts={Object.entries(label).map(([name, value]) => ({
        label: word("lookup_label", name),
        value: typeof value === "boolean" ? t(value ? "yes" : "no") : <Text value={value} />,
      }))}
    />
  );
}

function Answers({ answers }: { answers: LookupAnswer[] }) {
  return (
    <ul class="answers" aria-live="polite">
      {answers.map((answer) => (
        <li key={answer.party} class={`answer ${answer.answer}`}>
          <strong class="answer-party">
            <Text value={answer.party} max={40} />
          </strong>
          <State family="answer" value={answer.answer} />
          <span class="under">{t("lookup.ms", { n: answer.took_ms.toFixed(1) })}</span>
          {answer.rules && <Text value={answer.rules.join(", ")} max={300} />}
          {reasonOf(answer) && <Text value={reasonOf(answer)} max={300} />}
          {answer.label && <Label label={answer.label} />}
        </li>
      ))}
    </ul>
  );
}

export function LookupPage() {
  const { words } = useHere();
  const parties = useLoad<{ items: Party[] }>("/v1/parties");
  const cases = useLoad<{ items: CaseSummary[] }>("/v1/cases?state=open&limit=500");
  const purposes = [
    ...new Set(
      (parties.data?.items ?? [])
        .filter((p) => !p.is_us)
        .flatMap((p) => p.accords.filter((a) => a.in_force).flatMap((a) => a.purposes)),
    ),
  ];
  const [mode, setMode] = useState("mrz");
  const [mrz, setMrz] = useState("");
  const [type, setType] = useState("plate");
  const [value, setValue] = useState("");
  const [country, setCountry] = useState("");
  const [purpose, setPurpose] = useState("");
  const [reference, setReference] = useState("");
  const [zone, setZone] = useState<Zone | undefined>();
  const [answers, setAnswers] = useState<LookupAnswer[] | undefined>();
  const [isAbsent, setAbsent] = useState(false);
  const act = useAct();
  const references = (cases.data?.items ?? []).map((c) => c.reference);
  const chosen = purpose || theOnly(purposes);
  const chosenCase = reference || theOnly(references);
  // Answers about one traveller never stand beside what is typed about the next.
  const forget = () => {
    setZone(undefined);
    setAnswers(undefined);
    setAbsent(false);
  };
  const typing = (set: (text: string) => void) => (text: string) => {
    forget();
    set(text);
  };
  const takesCountry = words.identifiers.find((i) => i.type === type)?.country;

  const ask = () =>
    act.run(async () => {
      forget();
      if (mode === "mrz") {
        const read = await fetchJson<Zone>("/v1/ident/mrz", { json: { mrz } });
        setZone(read);
        if (read.accepted === false) return;
      }
      const identifier = takesCountry && country ? { type, value, country } : { type, value };
      if (!chosenCase || !chosen) return;
      const subject = mode === "mrz" ? { mrz } : { identifiers: [identifier] };
      const json = { purpose: chosen, case: chosenCase, subject };
      try {
        const answer = await fetchJson<LookupAnswers>("/v1/lookups", { json });
        setAnswers(answer.answers);
      } catch (error) {
        if (error instanceof Failure && error.code === "no-lookups") setAbsent(true);
        else throw error;
      }
    });

  return (
    <Page title={t("nav.lookup")} lead={t("lookup.lead")}>
      <div class="two-columns">
        <Form onSubmit={ask}>
          <Select
            label={t("lookup.what")}
            value={mode}
            onValue={typing(setMode)}
            choices={["mrz", "identifier"].map((m) => ({
              value: m,
              label: word("lookup_mode", m),
            }))}
          />
          {mode === "mrz" ? (
            <Area
              label={t("lookup.mrz")}
              hint={t("lookup.mrz_hint")}
              value={mrz}
              onValue={typing((text) => setMrz(text.toUpperCase()))}
              rows={3}
              code
              required
              max={400}
            />
          ) : (
            <>
              <Select
                label={t("junk.type")}
                value={type}
                onValue={typing(setType)}
                choices={words.identifiers.map((i) => ({
                  value: i.type,
                  label: word("field", i.type),
                }))}
              />
              <Input
                label={t("records.value")}
                value={value}
                onValue={typing(setValue)}
                required
                input={{ maxLength: 400 }}
              />
              {takesCountry && (
                <Input
                  label={t("lookup.country")}
                  value={country}
                  onValue={typing((text) => setCountry(text.toUpperCase()))}
                  input={{ maxLength: 3, dir: "ltr" }}
                />
              )}
            </>
          )}
          {purposes.length > 0 && (
            <Select
              label={t("word.purpose")}
              value={chosen}
              onValue={typing(setPurpose)}
              mustChoose
              choices={purposes.map((p) => ({ value: p, label: p }))}
            />
          )}
          {references.length > 0 && (
            <Select
              label={t("word.case")}
              hint={t("runs.case_hint")}
              value={chosenCase}
              onValue={typing(setReference)}
              mustChoose
              choices={(cases.data?.items ?? []).map((c) => ({
                value: c.reference,
                label: plainOf(c.reference),
              }))}
            />
          )}
          <Failed failure={act.failure} />
          <Button kind="main" type="submit" busy={act.isBusy}>
            {t("lookup.ask")}
          </Button>
          <p class="hint">{t("lookup.counted")}</p>
        </Form>
        <div>
          <Section title={t("lookup.answers")}>
            {answers ? (
              answers.length > 0 ? (
                <Answers answers={answers} />
              ) : (
                <Empty title={t("lookup.nobody")}>
                  <p>
                    <a href={hrefOf(["accords"])}>{t("nav.accords")}</a>
                  </p>
                </Empty>
              )
            ) : isAbsent ? (
              <Empty title={t("lookup.absent")}>
                <p>{t("lookup.absent_do")}</p>
                <p>
                  <a href={hrefOf(["runs", "new"])}>{t("runs.start")}</a>
                </p>
              </Empty>
            ) : parties.data && purposes.length === 0 ? (
              <Empty title={t("runs.no_accord")}>
                <p>
                  <a href={hrefOf(["accords"])}>{t("runs.no_accord_do")}</a>
                </p>
              </Empty>
            ) : cases.data && references.length === 0 ? (
              <Empty title={t("runs.no_case")}>
                <p>
                  <a href={hrefOf(["cases", "new"])}>{t("runs.no_case_do")}</a>
                </p>
              </Empty>
            ) : (
              <Empty title={t("lookup.none_yet")}>
                <p>{t("lookup.none_yet_do")}</p>
              </Empty>
            )}
          </Section>
          {zone && (
            <Section title={t("lookup.read")}>
              <ZoneView zone={zone} />
            </Section>
          )}
        </div>
      </div>
    </Page>
  );
}
