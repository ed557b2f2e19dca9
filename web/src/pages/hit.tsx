// SPDX-License-Identifier: Apache-2.0
// One hit: our record, why it matched, the gates, and what may be done with it now.
import { useState } from "preact/hooks";
import { fetchJson, type Loaded, useAct, useLoad } from "../api";
import type { Draft, Gate, HitDetail } from "../api-types";
import { go, hrefOf } from "../route";
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
import { Area, Check, Form, Select } from "../ui/form";
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

function SideBySide({ hit }: { hit: HitDetail }) {
  const record = hit.of_record;
  const theirs = fieldsOf(hit);
  const ours: [string, string[]][] = [
    ["kind", [word("kind", record.kind)]],
    ["role", [word("role", record.role)]],
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
              <td data-label={t("hit.ours")}>
                <span class="cell">{shown(name, find(ours, name))}</span>
              </td>
              {hasTheirs && (
                <td data-label={t("hit.theirs")}>
                  <span class="cell">{shown(name, find(theirs, name))}</span>
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function GateRow(props: {
  gate: Gate;
  canJudge: boolean;
  isChosen: boolean;
  onChoose: (chosen: boolean) => void;
}) {
  const { gate } = props;
  const isOpen = gate.state !== "clear" && gate.state !== "barred" && !gate.cleared;
  const title = word("gate", gate.gate);
  return (
    <li class="gate">
      <div class="gate-state">
        <State family="gate_state" value={gate.cleared ? "clear" : gate.state} />
      </div>
      <div class="gate-what">
        {props.canJudge && isOpen ? (
          <Check
            label={title}
            checked={props.isChosen}
            onValue={props.onChoose}
            hint={<English>{gate.words}</English>}
          />
        ) : (
          <>
            <strong>{title}</strong>
            <p class="hint">
              <English>{gate.words}</English>
            </p>
          </>
        )}
        {gate.state === "raised" && <p class="raised-note">{t("gate.raised_note")}</p>}
        {gate.state === "barred" && <p class="raised-note">{t("gate.barred_note")}</p>}
      </div>
    </li>
  );
}

function Decide({
  hit,
  loaded,
  say,
}: {
  hit: HitDetail;
  loaded: Loaded<HitDetail>;
  say: (text: string) => void;
}) {
  const [chosen, setChosen] = useState<string[]>([]);
  const [because, setBecause] = useState("");
  const act = useAct();
  const open = hit.gates.filter(
    (gate) => gate.state !== "clear" && gate.state !== "barred" && !gate.cleared,
  );
  const needsWords = open.some((gate) => gate.state === "raised");
  const left = open.filter((gate) => !chosen.includes(gate.gate)).length;
  const decide = (verb: "approve" | "lapse") =>
    act.run(async (once) => {
      const json = {
        clear: verb === "approve" ? chosen : undefined,
        because: because || undefined,
      };
      await fetchJson(`/v1/hits/${hit.run}/${hit.hit}/${verb}`, { json, once });
      say(t(verb === "approve" ? "hit.said_approved" : "hit.said_lapsed"));
      setChosen([]);
      loaded.reload();
    });
  const canDecide = hit.can.approve || hit.can.lapse;
  return (
    <Section title={t("gate.title")} note={canDecide ? t("gate.note") : undefined}>
      {canDecide && open.length > 1 && (
        <p class="no-print">
          <Button
            kind="quiet"
            onClick={() => setChosen(left === 0 ? [] : open.map((gate) => gate.gate))}
          >
            {t(left === 0 ? "gate.none" : "gate.all")}
          </Button>
        </p>
      )}
      <ul class="gates">
        {hit.gates.map((gate) => (
          <GateRow
            key={gate.gate}
            gate={gate}
            canJudge={hit.can.approve}
            isChosen={chosen.includes(gate.gate)}
            onChoose={(on) =>
              setChosen(on ? [...chosen, gate.gate] : chosen.filter((name) => name !== gate.gate))
            }
          />
        ))}
      </ul>
      {canDecide && (
        <Form onSubmit={() => decide("approve")} class="no-print">
          <Area
            label={t("hit.because")}
            hint={t(needsWords ? "hit.because_needed" : "hit.because_hint")}
            value={because}
            onValue={setBecause}
            max={1000}
          />
          <Failed failure={act.failure} />
          <div class="form-foot">
            {hit.can.approve && (
              <Button kind="main" type="submit" busy={act.isBusy} disabled={left > 0}>
                {t("hit.approve")}
              </Button>
            )}
            {hit.can.lapse && (
              <Button kind="danger" busy={act.isBusy} onClick={() => decide("lapse")}>
                {t("hit.lapse")}
              </Button>
            )}
            <span class="hint">
              {left > 0
                ? t("gate.left", { n: left })
                : t(hit.approvals_needed > 1 ? "hit.second_needed" : "hit.will_go")}
            </span>
          </div>
          <p class="hint">{t("hit.lapse_note")}</p>
        </Form>
      )}
    </Section>
  );
}

function OutcomeForm({
  hit,
  loaded,
  say,
}: {
  hit: HitDetail;
  loaded: Loaded<HitDetail>;
  say: (text: string) => void;
}) {
  const [outcome, setOutcome] = useState<string>(hit.outcome || "confirmed");
  const act = useAct();
  if (!hit.can.outcome) return null;
  return (
    <Section title={t("hit.outcome")} note={t("hit.outcome_note")} class="no-print">
      <Form
        onSubmit={() =>
          act.run(async (once) => {
            await fetchJson(`/v1/hits/${hit.run}/${hit.hit}/outcome`, { json: { outcome }, once });
            say(t("hit.said_outcome"));
            loaded.reload();
          })
        }
      >
        <Select
          label={t("hit.outcome_what")}
          value={outcome}
          onValue={setOutcome}
          choices={["confirmed", "wrong", "unknown"].map((value) => ({
            value,
            label: word("outcome", value),
          }))}
        />
        <Failed failure={act.failure} />
        <Button type="submit" busy={act.isBusy}>
          {t("hit.outcome_save")}
        </Button>
      </Form>
    </Section>
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
      title={hit.name ?? hit.record}
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
  return (
    <>
      <RuleList rules={hit.rules} />
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
