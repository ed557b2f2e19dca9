// SPDX-License-Identifier: Apache-2.0
// One request or offer: what it says, what was done, and what may be done now.
import { type Loaded, useLoad } from "../api";
import type { Request, Step } from "../api-types";
import { Timeline } from "../pictures/timeline";
import { hrefOf } from "../route";
import { may, useHere } from "../session";
import { bytes, t, word } from "../text";
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
import { DraftEditor } from "./request-draft";
import { ActForm, AttachForm, ExportForm } from "./request-act";

type Document = { [name: string]: unknown };

export function documentValue(document: Document, group: string | null, name: string): unknown {
  const place = group ? document[group] : document;
  return place && typeof place === "object" ? (place as Document)[name] : undefined;
}

function shownValue(value: unknown) {
  if (Array.isArray(value)) return <Text value={value.join(", ")} />;
  if (typeof value === "boolean") return t(value ? "yes" : "no");
  return <Text value={value} max={20_000} />;
}

function DocumentView({ document }: { document: Document }) {
  const { words } = useHere();
  const fields = words.request_fields
    .map((field) => ({ ...field, value: documentValue(document, field.group, field.name) }))
    .filter(({ value }) => value !== undefined && value !== null && value !== "");
  const offences = document.offences;
  return (
    <Facts
      facts={[
        ...(Array.isArray(offences)
          ? [{ label: t("word.offences"), value: <Text value={offences.join(", ")} /> }]
          : []),
        ...fields
          .filter((field) => !(field.group === null && field.name === "offences"))
          .map((field) => ({
            label:
              word("request_field", field.group ? `${field.group}.${field.name}` : field.name) ===
              (field.group ? `${field.group}.${field.name}` : field.name)
                ? field.label
                : word("request_field", field.group ? `${field.group}.${field.name}` : field.name),
            value: shownValue(field.value),
          })),
      ]}
    />
  );
}

function Conditions({ conditions }: { conditions: unknown }) {
  if (!conditions || typeof conditions !== "object") return null;
  return (
    <ul class="conditions">
      {Object.entries(conditions).map(([name, value]) => (
        <li key={name}>
          {word("condition", name)}: <strong>{shownValue(value)}</strong>
        </li>
      ))}
    </ul>
  );
}

function StepItem({ step, request }: { step: Step; request: Request }) {
  const content = (step.content ?? {}) as Document;
  const attachment = content.attachment as { name?: string; bytes?: number } | undefined;
  return (
    <li class={step.void ? "step-item void" : "step-item"} id={`step-${step.step}`}>
      <div class="step-head">
        <strong>{word("action", step.action)}</strong>
        <span class="under">
          <Text value={step.ours ? t("us") : request.with} max={40} /> · <Time iso={step.time} /> ·{" "}
          <Code value={step.step} /> · {word("delivery", step.delivery)}
        </span>
      </div>
      {step.erased && (
        <Notice tone="quiet" title={t("step.erased", { why: word("erased", step.erased) })} />
      )}
      {step.void && <Notice tone="quiet" title={t("step.void")} />}
      {typeof content.text === "string" && (
        <blockquote>
          <Text value={content.text} max={20_000} />
        </blockquote>
      )}
      {step.ground && (
        <p>
          <strong>{word("ground", step.ground)}</strong>{" "}
          <English>
            <Text value={step.ground_title} /> (<Text value={step.ground_source} />)
          </English>
        </p>
      )}
      {step.outcome && (
        <p>
          <State family="outcome" value={step.outcome} />
        </p>
      )}
      {step.until && (
        <p>
          {t("step.until")} <Time iso={step.until} />
        </p>
      )}
      {step.target && (
        <p class="hint">
          {t("step.target")} <Code value={step.target} />
        </p>
      )}
      <Conditions conditions={content.conditions} />
      {attachment && !step.erased && (
        <p>
          {t("step.file")}: <Text value={attachment.name} max={200} />{" "}
          <span class="under">{bytes(attachment.bytes ?? 0)}</span>
        </p>
      )}
    </li>
  );
}

function Sent({ loaded, request }: { loaded: Loaded<Request>; request: Request }) {
  const { session } = useHere();
  const [said, say] = useSaid();
  const done = (text: string) => {
    say(text);
    loaded.reload();
  };
  const acts = request.can.filter((action) => action !== "attach" && action !== "send");
  const happenings = request.steps
    .filter((step) => step.time)
    .map((step) => ({
      key: step.step,
      time: step.time ?? "",
      what: word("action", step.action),
      ours: step.ours,
      isVoid: step.void,
    }));
  return (
    <>
      {said}
      <div class="two-columns wide-left">
        <div>
          <Section title={t("request.document")}>
            {request.document ? (
              <DocumentView document={request.document} />
            ) : (
              <p class="hint">{t("request.document_erased")}</p>
            )}
          </Section>
          <Section title={t("request.steps")}>
            <ol class="steps">
              {request.steps.map((step) => (
                <StepItem key={step.step} step={step} request={request} />
              ))}
            </ol>
          </Section>
        </div>
        <div>
          {may(session, "requests.sign") && acts.length > 0 && (
            <Section title={t("request.act")} class="no-print">
              <ActForm request={request} actions={acts} done={done} />
            </Section>
          )}
          {may(session, "requests.sign") && request.can.includes("attach") && (
            <Section title={t("request.attach")} note={t("request.attach_note")} class="no-print">
              <AttachForm request={request} done={done} />
            </Section>
          )}
          <Section title={t("request.timeline")}>
            <Timeline
              happenings={happenings}
              us={session.authority}
              them={request.with}
              title={t("request.timeline")}
            />
          </Section>
          {may(session, "requests.sign") && (
            <Section title={t("request.export")} note={t("request.export_note")} class="no-print">
              <ExportForm request={request} />
            </Section>
          )}
        </div>
      </div>
    </>
  );
}

export function RequestPage({ id }: { id: string }) {
  const loaded = useLoad<Request>(`/v1/requests/${encodeURIComponent(id)}`);
  const request = loaded.data;
  const above = <a href={hrefOf(["requests"])}>{t("nav.requests")}</a>;
  if (!request) {
    return (
      <Page title={t("word.request")} above={above}>
        {loaded.failure ? <Failed failure={loaded.failure} again={loaded.reload} /> : <Loading />}
      </Page>
    );
  }
  const isDraft = request.state === "draft";
  return (
    <Page
      title={t(request.direction === "offer" ? "request.title_offer" : "request.title_ask", {
        kind: word("request_kind", request.kind),
        party: request.with,
      })}
      above={above}
      lead={
        <>
          <State family="request_state" value={request.state} />{" "}
          {request.urgent && <State family="request_state" value="urgent" tone="bad" />}{" "}
          {request.due && (
            <>
              {t("request.word_owed")} <Due iso={request.due} />
            </>
          )}
        </>
      }
      actions={!isDraft && <Button onClick={() => print()}>{t("act.print")}</Button>}
    >
      {isDraft ? (
        <DraftEditor request={request} reload={loaded.reload} />
      ) : (
        <Sent loaded={loaded} request={request} />
      )}
    </Page>
  );
}
