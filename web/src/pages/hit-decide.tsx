// SPDX-License-Identifier: Apache-2.0
// What the holder decides on a hit that it sees first: the gates, release or lapse, and the outcome.
import { useState } from "preact/hooks";
import { type Loaded, fetchJson, useAct } from "../api";
import type { Gate, HitDetail } from "../api-types";
import { t, word } from "../text";
import { Button, Confirmed, English, Failed, Section, State } from "../ui/basic";
import { Area, Check, Form, Select } from "../ui/form";

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

export function Decide({
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
              <Confirmed
                label={t("hit.lapse")}
                title={t("hit.lapse_ask")}
                busy={act.isBusy}
                onYes={() => decide("lapse")}
              >
                <p>{t("hit.lapse_note")}</p>
                <p>{t("act.final")}</p>
              </Confirmed>
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

export function OutcomeForm({
  hit,
  loaded,
  say,
}: {
  hit: HitDetail;
  loaded: Loaded<HitDetail>;
  say: (text: string) => void;
}) {
  const [outcome, setOutcome] = useState<string>(hit.outcome || "");
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
          mustChoose
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
