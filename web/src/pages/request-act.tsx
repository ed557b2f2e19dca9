// SPDX-License-Identifier: Apache-2.0
// What a side may do with a request that is under way: a step, a file, an export.
import { useState } from "preact/hooks";
import { fetchJson, fetchRaw, useAct, useLoad } from "../api";
import type { Accord, NewStep, Request } from "../api-types";
import { download } from "../safe";
import { useHere } from "../session";
import { type Key, t, word } from "../text";
import { Button, Failed } from "../ui/basic";
import { Area, Check, FileInput, Form, Group, Input, Select, theOnly } from "../ui/form";

const TAKES_CONDITIONS = ["accept", "answer"];
const NEEDS_TEXT = ["consult", "postpone", "refuse", "withdraw", "recall", "answer"];

/** The purposes of the accord that a request stands under. */
function usePurposes(accord: string): string[] {
  const accords = useLoad<{ items: Accord[] }>("/v1/accords");
  return accords.data?.items.find((a) => a.accord === accord)?.purposes ?? [];
}

interface ConditionsState {
  purpose: string;
  confidential: boolean;
  thirdParties: boolean;
  retention: string;
  assurances: string[];
}

function ConditionFields(props: {
  purposes: string[];
  value: ConditionsState;
  onValue: (value: ConditionsState) => void;
}) {
  const { words } = useHere();
  const { value } = props;
  const set = (change: Partial<ConditionsState>) => props.onValue({ ...value, ...change });
  return (
    <Group label={t("condition.title")}>
      <p class="hint">{t("condition.note")}</p>
      <Select
        label={word("condition", "purpose")}
        value={value.purpose}
        onValue={(purpose) => set({ purpose })}
        choices={[
          { value: "", label: t("condition.as_document") },
          ...props.purposes.map((purpose) => ({ value: purpose, label: purpose })),
        ]}
      />
      <Input
        label={word("condition", "retention")}
        value={value.retention}
        onValue={(retention) => set({ retention })}
        input={{ type: "date", dir: "ltr" }}
      />
      <Check
        label={word("condition", "confidential")}
        checked={value.confidential}
        onValue={(confidential) => set({ confidential })}
      />
      <Check
        label={word("condition", "third_parties")}
        checked={value.thirdParties}
        onValue={(thirdParties) => set({ thirdParties })}
      />
      {words.assurances.map((assurance) => (
        <Check
          key={assurance}
          label={word("assurance", assurance)}
          checked={value.assurances.includes(assurance)}
          onValue={(on) =>
            set({
              assurances: on
                ? [...value.assurances, assurance]
                : value.assurances.filter((a) => a !== assurance),
            })
          }
        />
      ))}
    </Group>
  );
}

function conditionsOf(value: ConditionsState): Record<string, unknown> | undefined {
  const conditions: Record<string, unknown> = {};
  if (value.purpose) conditions.purpose = value.purpose;
  if (value.confidential) conditions.confidential = true;
  if (value.thirdParties) conditions.third_parties = true;
  if (value.retention) conditions.retention = value.retention;
  if (value.assurances.length) conditions.assurances = value.assurances;
  return Object.keys(conditions).length ? conditions : undefined;
}

export function ActForm(props: {
  request: Request;
  actions: string[];
  done: (text: string) => void;
}) {
  const { words } = useHere();
  const { request } = props;
  const [action, setAction] = useState(props.actions[0] ?? "");
  const [text, setText] = useState("");
  const [ground, setGround] = useState("");
  const [until, setUntil] = useState("");
  const [outcome, setOutcome] = useState("");
  const ours = request.steps.filter((step) => step.ours && step.content && !step.erased);
  const [target, setTarget] = useState(ours.at(-1)?.step ?? "");
  const [conditions, setConditions] = useState<ConditionsState>({
    purpose: "",
    confidential: false,
    thirdParties: false,
    retention: "",
    assurances: [],
  });
  const purposes = usePurposes(request.accord);
  const act = useAct();
  const chosen = props.actions.includes(action) ? action : (props.actions[0] ?? "");
  const submit = () =>
    act.run(async (once) => {
      const json: NewStep = { action: chosen as NewStep["action"] };
      if (text.trim()) json.text = text;
      if (chosen === "refuse") json.ground = ground as NewStep["ground"];
      if (chosen === "postpone" && until) json.until = `${until}T00:00:00Z`;
      if (chosen === "close") json.outcome = outcome as NewStep["outcome"];
      if (chosen === "recall") json.step = target;
      if (TAKES_CONDITIONS.includes(chosen)) json.conditions = conditionsOf(conditions);
      await fetchJson(`/v1/requests/${request.request}/steps`, { json, once });
      setText("");
      props.done(t("step.said", { action: word("action", chosen) }));
    });
  return (
    <Form onSubmit={submit}>
      <Select
        label={t("step.action")}
        value={chosen}
        onValue={setAction}
        choices={props.actions.map((value) => ({ value, label: word("act", value) }))}
        hint={t(`act_hint.${chosen}` as Key)}
      />
      {chosen === "refuse" && (
        <Select
          label={t("step.ground")}
          value={ground}
          onValue={setGround}
          mustChoose
          choices={words.grounds.map((g) => ({
            value: g.ground,
            label: `${word("ground", g.ground)} (${g.source})`,
          }))}
        />
      )}
      {chosen === "postpone" && (
        <Input
          label={t("step.until")}
          value={until}
          onValue={setUntil}
          input={{ type: "date", dir: "ltr" }}
        />
      )}
      {chosen === "close" && (
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
      )}
      {chosen === "recall" && (
        <Select
          label={t("step.target")}
          value={target}
          onValue={setTarget}
          choices={ours.map((step) => ({
            value: step.step,
            label: `${step.step} – ${word("action", step.action)}`,
          }))}
        />
      )}
      <Area
        label={t("step.text")}
        value={text}
        onValue={setText}
        rows={4}
        required={NEEDS_TEXT.includes(chosen)}
        max={60_000}
      />
      {TAKES_CONDITIONS.includes(chosen) && (
        <ConditionFields purposes={purposes} value={conditions} onValue={setConditions} />
      )}
      <Failed failure={act.failure} />
      <Button
        kind={
          chosen === "refuse" || chosen === "recall" || chosen === "withdraw" ? "danger" : "main"
        }
        type="submit"
        busy={act.isBusy}
      >
        {word("act", chosen)}
      </Button>
    </Form>
  );
}

export function AttachForm(props: { request: Request; done: (text: string) => void }) {
  const [file, setFile] = useState<File | undefined>();
  const act = useAct();
  const submit = () =>
    act.run(async (once) => {
      if (!file) return;
      const query = new URLSearchParams({
        name: file.name,
        type: file.type || "application/octet-stream",
      });
      await fetchJson(`/v1/requests/${props.request.request}/attachments?${query}`, {
        body: file,
        type: "application/octet-stream",
        once,
      });
      props.done(t("request.attached"));
    });
  return (
    <Form onSubmit={submit}>
      <FileInput label={t("request.file")} onFile={setFile} />
      <Failed failure={act.failure} />
      <Button type="submit" busy={act.isBusy} disabled={!file}>
        {t("request.attach_do")}
      </Button>
    </Form>
  );
}

export function ExportForm({ request }: { request: Request }) {
  const purposes = usePurposes(request.accord);
  const [purpose, setPurpose] = useState("");
  const [to, setTo] = useState("");
  const act = useAct();
  const chosen = purpose || theOnly(purposes);
  const query = new URLSearchParams({ purpose: chosen, ...(to ? { to } : {}) });
  const fetchAs = (what: "export" | "page", name: string, type: string) =>
    act.run(async () => {
      const answer = await fetchRaw(`/v1/requests/${request.request}/${what}?${query}`);
      download(name, type, await answer.blob());
    });
  const short = request.request.slice(0, 8);
  const files = request.steps.filter(
    (step) => step.action === "attach" && !step.erased && !step.ours,
  );
  return (
    <Form onSubmit={() => fetchAs("export", `request-${short}.json`, "application/json")}>
      <Select
        label={t("word.purpose")}
        value={chosen}
        onValue={setPurpose}
        mustChoose
        choices={purposes.map((value) => ({ value, label: value }))}
      />
      <Input
        label={t("request.export_to")}
        hint={t("request.export_to_hint")}
        value={to}
        onValue={setTo}
        input={{ maxLength: 32, dir: "ltr" }}
      />
      <Failed failure={act.failure} />
      <div class="form-foot">
        <Button type="submit" busy={act.isBusy}>
          {t("request.export_json")}
        </Button>
        <Button
          busy={act.isBusy}
          disabled={!chosen}
          onClick={() => fetchAs("page", `request-${short}.html`, "text/html")}
        >
          {t("request.export_page")}
        </Button>
        {files.map((step) => (
          <Button
            key={step.step}
            busy={act.isBusy}
            disabled={!chosen}
            onClick={() =>
              act.run(async () => {
                const answer = await fetchRaw(
                  `/v1/requests/${request.request}/attachments/${step.step}?${query}`,
                );
                const named = (step.content?.attachment as { name?: string } | undefined)?.name;
                download(named ?? "attachment", "application/octet-stream", await answer.blob());
              })
            }
          >
            {t("request.file_save", { step: step.step })}
          </Button>
        ))}
      </div>
    </Form>
  );
}
