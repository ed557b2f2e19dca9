// SPDX-License-Identifier: Apache-2.0
// A draft: a form made from the node's own list of fields, and beside it what is still missing.
import { useEffect, useRef, useState } from "preact/hooks";
import { fetchJson, useAct } from "../api";
import type { Completeness, Draft, Missing, Request, Words } from "../api-types";
import { may, useHere } from "../session";
import { hasWord, t, word } from "../text";
import { Button, English, Failed, Notice, Section, State, useSaid } from "../ui/basic";
import { Area, Check, Form, Group, Input, Select } from "../ui/form";

type Field = Words["request_fields"][number];
type Document = { [name: string]: unknown };

const LONG = [
  "facts",
  "assistance",
  "procedure",
  "description",
  "questions",
  "needs",
  "safety",
  "items",
];

function pathOf(field: Field): string {
  return field.group ? `/${field.group}/${field.name}` : `/${field.name}`;
}
function nameOf(field: Field): string {
  const key = pathOf(field).slice(1).replace("/", ".");
  return hasWord("request_field", key) ? word("request_field", key) : field.label;
}

/** The document with one value set; an empty value is a field that is not there. */
export function withValue(document: Document, field: Field, value: unknown): Document {
  const isEmpty = value === "" || value === undefined || (Array.isArray(value) && !value.length);
  const change = (place: Document): Document => {
    const { [field.name]: _, ...rest } = place;
    return isEmpty ? rest : { ...rest, [field.name]: value };
  };
  if (!field.group) return change(document);
  const inner = change((document[field.group] as Document | undefined) ?? {});
  const { [field.group]: _, ...rest } = document;
  return Object.keys(inner).length ? { ...rest, [field.group]: inner } : rest;
}

function FieldInput(props: {
  field: Field;
  document: Document;
  missing: Missing | undefined;
  onValue: (value: unknown) => void;
}) {
  const { field } = props;
  const place = field.group
    ? (props.document[field.group] as Document | undefined)
    : props.document;
  const value = place?.[field.name];
  const wrong = props.missing ? `${props.missing.what} (${props.missing.article})` : undefined;
  const label = nameOf(field);
  if (field.type === "flag") {
    return <Check label={label} checked={value === true} onValue={props.onValue} hint={wrong} />;
  }
  if (field.type === "list") {
    return (
      <Input
        label={label}
        hint={t("draft.list_hint")}
        wrong={wrong}
        value={Array.isArray(value) ? value.join("; ") : ""}
        onValue={(text) =>
          props.onValue(
            text
              .split(";")
              .map((part) => part.trim())
              .filter(Boolean),
          )
        }
      />
    );
  }
  const text = typeof value === "string" ? value : "";
  if (field.type === "text" && LONG.includes(field.name)) {
    return (
      <Area
        label={label}
        wrong={wrong}
        value={text}
        onValue={props.onValue}
        rows={4}
        max={60_000}
      />
    );
  }
  return (
    <Input
      label={label}
      wrong={wrong}
      value={text}
      onValue={props.onValue}
      input={{ maxLength: 60_000 }}
    />
  );
}

/** The fields that matter for this kind: mandatory ones, those that are filled in, the common ones. */
function fieldsFor(words: Words, kind: string, document: Document, all: boolean): Field[] {
  if (all) return words.request_fields;
  const wanted = new Set(
    words.request_mandatory
      .filter((m) => m.ask.includes(kind) || m.offer.includes(kind))
      .map((m) => m.field),
  );
  return words.request_fields.filter((field) => {
    const place = field.group ? (document[field.group] as Document | undefined) : document;
    const isFilled = place?.[field.name] !== undefined;
    return isFilled || wanted.has(pathOf(field)) || field.group === "person";
  });
}

export function Offences(props: {
  label?: string;
  chosen: string[];
  wrong?: string;
  onValue: (codes: string[]) => void;
}) {
  const { words } = useHere();
  const [more, setMore] = useState("");
  const titleOf = (code: string) => words.offences.find((o) => o.code === code)?.title ?? "";
  return (
    <div class="field">
      <Select
        label={props.label ?? t("word.offences")}
        wrong={props.wrong}
        value={more}
        onValue={(code) => {
          if (code && !props.chosen.includes(code)) props.onValue([...props.chosen, code]);
          setMore("");
        }}
        choices={[
          { value: "", label: t("offences.add") },
          ...words.offences.map((o) => ({ value: o.code, label: `${o.code} – ${o.title}` })),
        ]}
      />
      <ul class="chips">
        {props.chosen.map((code) => (
          <li key={code}>
            <span title={titleOf(code)}>{code}</span>
            <button
              type="button"
              aria-label={t("offences.remove", { code })}
              onClick={() => props.onValue(props.chosen.filter((c) => c !== code))}
            >
              ×
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

export function DraftEditor({ request, reload }: { request: Request; reload: () => void }) {
  const { session, words } = useHere();
  const [document, setDocument] = useState<Document>(request.document ?? {});
  const [missing, setMissing] = useState<Missing[]>([]);
  const [isAll, setAll] = useState(false);
  const [isSaved, setSaved] = useState(true);
  const [said, say] = useSaid();
  const act = useAct();
  const kind = String(document.kind ?? request.kind);

  useEffect(() => {
    const timer = setTimeout(() => {
      fetchJson<Completeness>("/v1/requests/check", { json: document })
        .then((answer) => setMissing(answer.missing))
        .catch(() => {});
    }, 500);
    return () => clearTimeout(timer);
  }, [document]);

  const unsaved = useRef<Document | null>(null);
  unsaved.current = isSaved ? null : document;
  const path = `/v1/requests/${request.request}`;
  // Who leaves the page loses nothing; who closes the window is asked.
  useEffect(() => {
    const leave = (event: BeforeUnloadEvent) => unsaved.current && event.preventDefault();
    addEventListener("beforeunload", leave);
    return () => {
      removeEventListener("beforeunload", leave);
      if (unsaved.current) {
        fetchJson(path, { method: "PUT", json: unsaved.current }).catch(() => {});
      }
    };
  }, [path]);

  const change = (next: Document) => {
    setDocument(next);
    setSaved(false);
  };
  const save = async () => {
    const draft = await fetchJson<Draft>(path, { method: "PUT", json: document });
    setMissing(draft.missing);
    setSaved(true);
  };
  const send = () =>
    act.run(async (once) => {
      await save();
      await fetchJson(`${path}/send`, { method: "POST", once });
      reload();
    });
  const missingOf = (path: string) => missing.find((m) => m.field === path);
  const fields = fieldsFor(words, kind, document, isAll).filter(
    (field) => !(field.group === null && field.name === "offences") && field.group !== "hit",
  );
  const groups = [...new Set(fields.map((field) => field.group))];
  const total = words.request_mandatory.filter((m) =>
    (request.direction === "offer" ? m.offer : m.ask).includes(kind),
  ).length;
  const conditions = (document.conditions as Document | undefined) ?? {};
  return (
    <div class="two-columns wide-left">
      <Form
        onSubmit={() =>
          act.run(async () => {
            await save();
            say(t("draft.saved"));
          })
        }
      >
        {said}
        <Offences
          chosen={Array.isArray(document.offences) ? (document.offences as string[]) : []}
          wrong={missingOf("/offences")?.what}
          onValue={(offences) => change({ ...document, offences })}
        />
        {groups.map((group) => {
          const inner = fields
            .filter((field) => field.group === group)
            .map((field) => (
              <FieldInput
                key={pathOf(field)}
                field={field}
                document={document}
                missing={missingOf(pathOf(field))}
                onValue={(value) => change(withValue(document, field, value))}
              />
            ));
          return group ? (
            <Group key={group} label={word("request_group", group)}>
              {inner}
            </Group>
          ) : (
            <div key="root" class="fields">
              {inner}
            </div>
          );
        })}
        {!groups.includes("conditions") && (
          <Group label={t("condition.title")}>
            <Input
              label={word("condition", "purpose")}
              wrong={missingOf("/conditions/purpose")?.what}
              value={String(conditions.purpose ?? "")}
              onValue={(purpose) => change({ ...document, conditions: { ...conditions, purpose } })}
            />
            <Check
              label={word("condition", "confidential")}
              checked={conditions.confidential === true}
              onValue={(confidential) =>
                change({ ...document, conditions: { ...conditions, confidential } })
              }
            />
          </Group>
        )}
        <Check label={t("draft.all_fields")} checked={isAll} onValue={setAll} />
        <Failed failure={act.failure} />
        <div class="form-foot ruled">
          <Button type="submit" busy={act.isBusy}>
            {t("draft.save")}
          </Button>
          {may(session, "requests.sign") && (
            <Button kind="main" busy={act.isBusy} disabled={missing.length > 0} onClick={send}>
              {t("draft.send")}
            </Button>
          )}
          <span class="hint">{t(isSaved ? "draft.is_saved" : "draft.not_saved")}</span>
        </div>
      </Form>
      <div>
        <Section title={t("draft.missing")} class="sticky-side">
          {missing.length === 0 ? (
            <Notice tone="good" title={t("draft.complete")}>
              <p>{t("draft.complete_do")}</p>
            </Notice>
          ) : (
            <>
              <progress
                max={Math.max(total, missing.length)}
                value={Math.max(total, missing.length) - missing.length}
                aria-label={t("draft.missing")}
              />
              <p class="hint">{t("draft.missing_n", { n: missing.length })}</p>
              <ul class="missing">
                {missing.map((m) => (
                  <li key={m.field}>
                    <State family="draft_state" value="missing" tone="wait" />
                    <span>
                      <English>{m.what}</English>
                      <span class="under">
                        <English>{m.article}</English>
                      </span>
                    </span>
                  </li>
                ))}
              </ul>
            </>
          )}
        </Section>
      </div>
    </div>
  );
}
