// SPDX-License-Identifier: Apache-2.0
// One hit: our record, why it matched, the gates, and what may be done with it now.
import { fetchJson, useAct, useLoad } from "../api";
import type { Draft, HitDetail } from "../api-types";
import { go, hrefOf } from "../route";
import { plainOf } from "../safe";
import { useHere } from "../session";
import { t, word } from "../text";
import {
  Button,
  Code,
  Due,
  English,
  Facts,
  Failed,
  Loading,
  Notice,
  Page,
  Section,
  State,
  Text,
  Time,
  useSaid,
} from "../ui/basic";
import { Decide, OutcomeForm } from "./hit-decide";
import { RuleList } from "./hits";

const SHOWN_OF_RECORD = 60;

/** What of the other side's fields belongs beside which of our values. */
function fieldsOf(hit: HitDetail): [string, string[]][] {
  return Object.entries(hit.fields ?? {}).map(([name, value]) => [
    name,
    (Array.isArray(value) ? value : [value]).map((one) =>
      typeof one === "string" ? one : JSON.stringify(one),
    ),
  ]);
}

function Comparison({ value }: { value: string }) {
  if (!value) return null;
  return <State family="compare" value={value} tone={value === "same" ? "good" : "wait"} />;
}

const CODES = ["kind", "role", "offences", "grading"];

/** Whether both sides wrote a value alike; a text written differently may still be the same. */
function comparisonOf(name: string, ours: string[], theirs: string[]): string {
  if (ours.length === 0 || theirs.length === 0) return "";
  const written = new Set(ours.map((value) => value.toLocaleLowerCase()));
  return theirs.some((value) => written.has(value.toLocaleLowerCase()))
    ? "same"
    : CODES.includes(name)
      ? "other"
      : "differs";
}

function SideBySide({ hit }: { hit: HitDetail }) {
  const record = hit.of_record;
  const theirs = fieldsOf(hit);
  const ours: [string, string[]][] = [
    ["kind", [record.kind]],
    ["role", [record.role]],
    ["offences", record.offences],
  ];
  const types = [...new Set(record.values.map((value) => value.type))];
  for (const type of types) {
    ours.push([
      type,
      record.values.filter((value) => value.type === type).map((value) => value.value),
    ]);
  }
  if (record.grading) ours.push(["grading", [record.grading]]);
  const names = [...new Set([...ours.map(([name]) => name), ...theirs.map(([name]) => name)])];
  const hasTheirs = theirs.length > 0;
  const find = (list: [string, string[]][], name: string) =>
    list.find(([n]) => n === name)?.[1] ?? [];
  const shown = (name: string, values: string[]) =>
    values.length === 0 ? (
      <span class="none">–</span>
    ) : (
      values
        .slice(0, SHOWN_OF_RECORD)
        .map((value) => (
          <div key={value}>
            {name === "role" ? (
              word("role", value)
            ) : name === "kind" ? (
              word("kind", value)
            ) : (
              <Text value={value} />
            )}
          </div>
        ))
    );
  return (
    <div class="table-frame">
      <table class="table side-by-side">
        <caption class="only-heard">{t("hit.record")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("hit.field")}</th>
            <th scope="col">{t("hit.ours")}</th>
            {hasTheirs && (
              <th scope="col">
                {t("hit.theirs")} <Text value={hit.with} max={40} />
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {names.map((name) => (
            <tr key={name}>
              <th scope="row">{word("field", name)}</th>
              <td data-label={hasTheirs ? t("hit.ours") : undefined}>
                <span class="cell">{shown(name, find(ours, name))}</span>
              </td>
              {hasTheirs && (
                <td data-label={t("hit.theirs")}>
                  <span class="cell">
                    {shown(name, find(theirs, name))}
                    <Comparison value={comparisonOf(name, find(ours, name), find(theirs, name))} />
                  </span>
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Standing({ hit }: { hit: HitDetail }) {
  if (hit.side === "holder" && hit.state === "pending") {
    return (
      <Notice tone="wait" title={t("hit.stand_pending")}>
        <p>{t("hit.stand_pending_do", { party: hit.with })}</p>
      </Notice>
    );
  }
  if (hit.state === "approved") {
    return (
      <Notice tone="wait" title={t("hit.stand_second")}>
        <p>{t("hit.stand_second_do")}</p>
      </Notice>
    );
  }
  if (hit.state === "releasing") {
    return (
      <Notice tone="info" title={t("hit.stand_releasing")}>
        <p>
          {t("hit.stand_releasing_do")} <Due iso={hit.next_batch} />
        </p>
      </Notice>
    );
  }
  if (hit.state === "lapsed") return <Notice tone="quiet" title={t("hit.stand_lapsed")} />;
  return null;
}

export function HitPage(props: { run: string; hit: string; side?: string }) {
  const loaded = useLoad<HitDetail>(
    `/v1/hits/${encodeURIComponent(props.run)}/${encodeURIComponent(props.hit)}`,
  );
  const act = useAct();
  const [said, say] = useSaid();
  const hit = loaded.data;
  const above = <a href={hrefOf(["hits"])}>{t("nav.hits")}</a>;
  if (!hit) {
    return (
      <Page title={t("hit.title")} above={above}>
        {loaded.failure ? <Failed failure={loaded.failure} again={loaded.reload} /> : <Loading />}
      </Page>
    );
  }
  const draft = () =>
    act.run(async (once) => {
      const json = { hit: `${hit.run}/${hit.record}`, document: { kind: "information" } };
      const made = await fetchJson<Draft>("/v1/requests", { json, once });
      go(["requests", made.request]);
    });
  return (
    <Page
      title={plainOf(hit.name ?? hit.record)}
      above={above}
      lead={
        <>
          <State family="state" value={hit.state} />{" "}
          {hit.outcome && <State family="outcome" value={hit.outcome} />}{" "}
          {t(hit.side === "holder" ? "hit.lead_holder" : "hit.lead_asker", { party: hit.with })}
        </>
      }
      actions={
        hit.can.request && (
          <Button kind="main" busy={act.isBusy} onClick={draft}>
            {t("hit.request")}
          </Button>
        )
      }
    >
      {said}
      <Failed failure={act.failure} />
      <Standing hit={hit} />
      {!hit.in_force && <Notice tone="bad" title={t("hit.not_in_force")} />}
      <div class="two-columns wide-left">
        <div>
          <Section title={t("hit.record")}>
            <SideBySide hit={hit} />
          </Section>
          <Section title={t("hit.why")} note={t("hits.lead_only")}>
            <RuleExplained hit={hit} />
          </Section>
          <OutcomeForm hit={hit} loaded={loaded} say={say} />
        </div>
        <div>
          {hit.side === "holder" && <Decide hit={hit} loaded={loaded} say={say} />}
          <Section title={t("hit.about")}>
            <Facts
              facts={[
                { label: t("word.party"), value: <Text value={hit.with} max={40} /> },
                { label: t("word.purpose"), value: <Text value={hit.purpose} max={60} /> },
                {
                  label: t("word.run"),
                  value: (
                    <a href={hrefOf(["runs", hit.run])}>
                      <Code value={hit.run} short={8} />
                    </a>
                  ),
                },
                { label: t("word.time"), value: <Time iso={hit.started} /> },
                { label: t("word.register"), value: <Text value={hit.register} max={80} /> },
                { label: t("word.source_id"), value: <Text value={hit.record} max={200} /> },
                ...(hit.officer
                  ? [{ label: t("hit.officer"), value: <Text value={hit.officer} max={80} /> }]
                  : []),
                ...(hit.second
                  ? [{ label: t("hit.second"), value: <Text value={hit.second} max={80} /> }]
                  : []),
                ...(hit.remark
                  ? [{ label: t("hit.because"), value: <Text value={hit.remark} /> }]
                  : []),
                { label: t("word.retention"), value: <Time iso={hit.retention} /> },
              ]}
            />
          </Section>
        </div>
      </div>
    </Page>
  );
}

function RuleExplained({ hit }: { hit: HitDetail }) {
  const { words } = useHere();
  return (
    <>
      <ul class="why">
        {hit.rules.map((rule) => (
          <li key={rule}>
            <RuleList rules={[rule]} />
            <English>
              <Text value={words.rules.find((one) => one.rule === rule)?.words ?? ""} max={400} />
            </English>
          </li>
        ))}
      </ul>
      {(hit.grade || hit.words) && (
        <div class="evidence">
          {hit.grade && (
            <p>
              <State family="grade" value={hit.grade} />
            </p>
          )}
          {hit.words && (
            <p>
              <English>
                <Text value={hit.words} />
              </English>
            </p>
          )}
        </div>
      )}
      {hit.grading_words && (
        <p class="hint">
          <English>
            <Text value={hit.grading_words} />
          </English>
        </p>
      )}
    </>
  );
}
