// SPDX-License-Identifier: Apache-2.0
// The small parts of every page.
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import type { Failure } from "../api";
import { clip, piecesOf } from "../safe";
import { dateTime, hasWord, type Key, number, relative, t, word } from "../text";

const LONGEST = 2000;

/** Text that others wrote: never markup, hidden characters shown, isolated from what stands around. */
export function Text({ value, max = LONGEST }: { value: unknown; max?: number }) {
  if (value === null || value === undefined || value === "") return <span class="none">–</span>;
  const [text, left] = clip(typeof value === "string" ? value : JSON.stringify(value), max);
  return (
    // Without a letter nothing says from where it reads: numbers do from the left, in Arabic too.
    <bdi class="text" dir={/\p{L}/u.test(text) ? undefined : "ltr"}>
      {piecesOf(text).map((piece, i) =>
        piece.code ? (
          <span class="hidden-character" key={i} title={t("safe.hidden")}>
            {piece.code}
          </span>
        ) : (
          piece.text
        ),
      )}
      {left > 0 && <span class="left-out"> {t("safe.left_out", { n: left })}</span>}
    </bdi>
  );
}

export function Code({ value, short }: { value: string; short?: number }) {
  return (
    <code class="code" title={short ? value : undefined}>
      {short ? value.slice(0, short) : value}
    </code>
  );
}

/** A sentence of the node's own, which is in English whatever the console speaks. */
export function English({ children }: { children: ComponentChildren }) {
  return (
    <span lang="en" dir="ltr">
      {children}
    </span>
  );
}

const TONES: { [state: string]: Tone } = {
  pending: "wait",
  approved: "wait",
  releasing: "info",
  released: "good",
  lapsed: "quiet",
  received: "good",
  known: "info",
  confirmed: "good",
  wrong: "bad",
  unknown: "quiet",
  done: "good",
  running: "info",
  active: "good",
  paused: "wait",
  stopped: "quiet",
  asked: "info",
  failing: "bad",
  starting: "info",
  proposed: "info",
  refused: "bad",
  broken: "bad",
  open: "info",
  closed: "quiet",
  draft: "quiet",
  sent: "info",
  consulting: "wait",
  accepted: "info",
  postponed: "wait",
  answered: "good",
  withdrawn: "quiet",
  overdue: "bad",
  escalated: "bad",
  clear: "good",
  raised: "wait",
  barred: "bad",
  consistent: "good",
  finding: "bad",
  none: "quiet",
  possible: "quiet",
  probable: "info",
  strong: "good",
  "no-hit": "quiet",
  hit: "wait",
  "no-answer": "bad",
};
export type Tone = "good" | "bad" | "wait" | "info" | "quiet";

/** A state: colour, a mark, and a word, so that no one of them is needed alone. */
export function State({ family, value, tone }: { family: string; value: string; tone?: Tone }) {
  if (!value) return <span class="none">–</span>;
  return <span class={`state ${tone ?? TONES[value] ?? "quiet"}`}>{word(family, value)}</span>;
}

export function Time({ iso }: { iso: string | null | undefined }) {
  if (!iso) return <span class="none">–</span>;
  return (
    <time dateTime={iso} title={iso}>
      {dateTime(iso)}
    </time>
  );
}

/** A time by which something is owed. */
export function Due({ iso }: { iso: string | null | undefined }) {
  if (!iso) return <span class="none">–</span>;
  const isLate = new Date(iso).getTime() < Date.now();
  return (
    <span class={isLate ? "due late" : "due"}>
      <time dateTime={iso} title={dateTime(iso)}>
        {relative(iso)}
      </time>
    </span>
  );
}

export function Page(props: {
  title: string;
  lead?: ComponentChildren;
  actions?: ComponentChildren;
  above?: ComponentChildren;
  children: ComponentChildren;
}) {
  const head = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${props.title} · Palermo`;
  }, [props.title]);
  useEffect(() => head.current?.focus({ preventScroll: true }), []);
  return (
    <div class="page">
      {props.above && <p class="above">{props.above}</p>}
      <header class="page-head">
        <div>
          <h1 ref={head} tabIndex={-1}>
            {props.title}
          </h1>
          {props.lead && <p class="lead">{props.lead}</p>}
        </div>
        {props.actions && <div class="actions">{props.actions}</div>}
      </header>
      {props.children}
    </div>
  );
}

export function Section(props: {
  title: string;
  note?: ComponentChildren;
  actions?: ComponentChildren;
  children: ComponentChildren;
  class?: string;
}) {
  const id = useId();
  return (
    <section class={`section ${props.class ?? ""}`} aria-labelledby={id}>
      <header class="section-head">
        <h2 id={id}>{props.title}</h2>
        {props.actions && <div class="actions">{props.actions}</div>}
      </header>
      {props.note && <p class="note">{props.note}</p>}
      {props.children}
    </section>
  );
}

export function Button(
  props: {
    kind?: "main" | "plain" | "danger" | "quiet";
    busy?: boolean;
    children: ComponentChildren;
  } & Omit<JSX.IntrinsicElements["button"], "kind">,
) {
  const { kind = "plain", busy, children, class: more, ...rest } = props;
  return (
    <button
      type="button"
      {...rest}
      class={`button ${kind} ${typeof more === "string" ? more : ""}`}
      aria-busy={busy || undefined}
      aria-disabled={busy || undefined}
    >
      {children}
    </button>
  );
}

export function LinkButton(props: {
  href: string;
  kind?: "main" | "plain";
  children: ComponentChildren;
}) {
  return (
    <a class={`button ${props.kind ?? "plain"}`} href={props.href}>
      {props.children}
    </a>
  );
}

export function Notice(props: {
  tone: Tone;
  title?: string;
  children?: ComponentChildren;
  role?: "alert" | "status";
}) {
  return (
    <div class={`notice ${props.tone}`} role={props.role}>
      {props.title && <p class="notice-title">{props.title}</p>}
      {props.children}
    </div>
  );
}

/** What happened, what was kept, what to do. */
export function Failed({ failure, again }: { failure: Failure | undefined; again?: () => void }) {
  if (!failure) return null;
  const family = failure.status === 0 ? failure.code : String(failure.status);
  const advice = (
    hasWord("failure_do", family) ? `failure_do.${family}` : "failure_do.other"
  ) as Key;
  const title = (hasWord("failure", family) ? `failure.${family}` : "failure.other") as Key;
  // What the message says already is not said again.
  const errors = (failure.problem.errors ?? []).filter(
    (error) => !failure.message.includes(error.reason),
  );
  return (
    <Notice tone="bad" title={t(title)} role="alert">
      {failure.message && (
        <p lang="en" dir="auto">
          <Text value={failure.message} />
        </p>
      )}
      {errors.length > 0 && (
        <ul class="plain-list" lang="en">
          {errors.slice(0, 20).map((error) => (
            <li key={error.field + error.reason}>
              {error.field && <code class="code">{clip(error.field, 100)[0]}</code>}{" "}
              <Text value={error.reason} />
            </li>
          ))}
        </ul>
      )}
      {failure.problem.clause && (
        <p>
          {t("failure.clause")} <Code value={failure.problem.clause} />
        </p>
      )}
      <p>
        {failure.waitSeconds > 0 ? t("failure_do.wait", { n: failure.waitSeconds }) : t(advice)}
      </p>
      {again && (
        <p>
          <Button onClick={again}>{t("act.again")}</Button>
        </p>
      )}
    </Notice>
  );
}

export function Loading() {
  return (
    <p class="loading" role="status">
      {t("load.wait")}
    </p>
  );
}

/** How far something has come: a share of 1, or undefined where nobody knows. */
export function Progress(props: {
  label: string;
  share: number | undefined;
  children: ComponentChildren;
}) {
  return (
    <div class="progress">
      <progress max={1} value={props.share} aria-label={props.label} />
      <p role="status">{props.children}</p>
    </div>
  );
}

/** Nothing here: says why, and what to do next. */
export function Empty(props: { title: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <svg width="56" height="36" viewBox="0 0 56 36" aria-hidden="true">
        <circle cx="20" cy="18" r="14" fill="none" stroke="currentColor" stroke-width="1.5" />
        <circle cx="36" cy="18" r="14" fill="none" stroke="currentColor" stroke-width="1.5" />
      </svg>
      <p class="empty-title">{props.title}</p>
      {props.children}
    </div>
  );
}

export interface Fact {
  label: string;
  value: ComponentChildren;
}

export function Facts({ facts }: { facts: Fact[] }) {
  return (
    <dl class="facts">
      {facts.map((fact) => (
        <div key={fact.label}>
          <dt>{fact.label}</dt>
          <dd>{fact.value}</dd>
        </div>
      ))}
    </dl>
  );
}

export function Figure({ n, label, href }: { n: number | string; label: string; href?: string }) {
  const inner = (
    <>
      <span class="figure-n">{typeof n === "number" ? number(n) : n}</span>
      <span class="figure-label">{label}</span>
    </>
  );
  return href ? (
    <a class="figure" href={href}>
      {inner}
    </a>
  ) : (
    <div class="figure">{inner}</div>
  );
}

/** A question before something that can't be taken back. The browser's own dialog keeps the focus. */
export function Dialog(props: {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
  wide?: boolean;
}) {
  const box = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    box.current?.showModal();
  }, []);
  return (
    <dialog
      ref={box}
      class={props.wide ? "dialog wide" : "dialog"}
      aria-labelledby={id}
      onClose={props.onClose}
    >
      <h2 id={id}>{props.title}</h2>
      {props.children}
    </dialog>
  );
}

/** A button whose act can't be taken back: a click opens the question, the second does it. */
export function Confirmed(props: {
  label: string;
  title: string;
  children: ComponentChildren;
  busy?: boolean;
  onYes: () => void;
}) {
  const [isAsking, setAsking] = useState(false);
  return (
    <>
      <Button kind="danger" busy={props.busy} onClick={() => !props.busy && setAsking(true)}>
        {props.label}
      </Button>
      {isAsking && (
        <Dialog title={props.title} onClose={() => setAsking(false)}>
          {props.children}
          <div class="form-foot">
            <Button
              kind="danger"
              onClick={() => {
                setAsking(false);
                props.onYes();
              }}
            >
              {props.label}
            </Button>
            <Button onClick={() => setAsking(false)}>{t("act.back")}</Button>
          </div>
        </Dialog>
      )}
    </>
  );
}

export function Tabs({ tabs }: { tabs: { href: string; label: string; isHere: boolean }[] }) {
  return (
    <nav class="tabs" aria-label={t("nav.parts")}>
      {tabs.map((tab) => (
        <a key={tab.href} href={tab.href} aria-current={tab.isHere ? "page" : undefined}>
          {tab.label}
        </a>
      ))}
    </nav>
  );
}

/** Says what was done, for eyes and ears, and goes away when something else is done. */
export function useSaid(): [ComponentChildren, (text: string) => void] {
  const [text, setText] = useState("");
  const shown = (
    <div role="status" aria-live="polite" class="said-place no-print">
      {text && <Notice tone="good" title={text} />}
    </div>
  );
  return [shown, setText];
}
