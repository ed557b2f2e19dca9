// SPDX-License-Identifier: Apache-2.0
// Fields of forms: each with its label, a hint, and what is wrong with it.
import type { ComponentChildren, JSX } from "preact";
import { useId } from "preact/hooks";
import { t } from "../text";

interface FieldProps {
  label: string;
  hint?: ComponentChildren;
  wrong?: string;
  required?: boolean;
}

function Field(
  props: FieldProps & {
    children: (id: string, describedBy: string | undefined) => ComponentChildren;
  },
) {
  const id = useId();
  const described = [props.hint && `${id}-hint`, props.wrong && `${id}-wrong`].filter(Boolean);
  return (
    <div class="field">
      <label for={id}>
        {props.label}
        {props.required && <span class="needed"> {t("form.needed")}</span>}
      </label>
      {props.hint && (
        <p class="hint" id={`${id}-hint`}>
          {props.hint}
        </p>
      )}
      {props.children(id, described.length ? described.join(" ") : undefined)}
      {props.wrong && (
        <p class="wrong" id={`${id}-wrong`}>
          {props.wrong}
        </p>
      )}
    </div>
  );
}

export function Input(
  props: FieldProps & {
    value: string;
    onValue: (value: string) => void;
    input?: JSX.IntrinsicElements["input"];
  },
) {
  return (
    <Field {...props}>
      {(id, describedBy) => (
        <input
          type="text"
          dir="auto"
          autocomplete="off"
          {...props.input}
          id={id}
          value={props.value}
          required={props.required}
          aria-invalid={props.wrong ? true : undefined}
          aria-describedby={describedBy}
          onInput={(event) => props.onValue(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

export function Area(
  props: FieldProps & {
    value: string;
    onValue: (value: string) => void;
    rows?: number;
    code?: boolean;
    max?: number;
  },
) {
  return (
    <Field {...props}>
      {(id, describedBy) => (
        <textarea
          id={id}
          rows={props.rows ?? 3}
          dir={props.code ? "ltr" : "auto"}
          class={props.code ? "code-area" : undefined}
          spellcheck={!props.code}
          value={props.value}
          required={props.required}
          maxLength={props.max}
          aria-invalid={props.wrong ? true : undefined}
          aria-describedby={describedBy}
          onInput={(event) => props.onValue(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

/** The one that is chosen where there is no choice. */
export function theOnly(values: string[]): string {
  return values.length === 1 ? (values[0] ?? "") : "";
}

export interface Choice {
  value: string;
  label: string;
}

/** mustChoose: begins with nothing chosen, and the form is not sent so. */
export function Select(
  props: FieldProps & {
    value: string;
    onValue: (value: string) => void;
    choices: Choice[];
    mustChoose?: boolean;
  },
) {
  const first = props.mustChoose ? [{ value: "", label: t("form.choose") }] : [];
  return (
    <Field {...props}>
      {(id, describedBy) => (
        <select
          id={id}
          value={props.value}
          required={props.required || props.mustChoose}
          aria-invalid={props.wrong ? true : undefined}
          aria-describedby={describedBy}
          onChange={(event) => props.onValue(event.currentTarget.value)}
        >
          {[...first, ...props.choices].map((choice) => (
            <option key={choice.value} value={choice.value}>
              {choice.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

export function Check(props: {
  label: ComponentChildren;
  checked: boolean;
  onValue: (value: boolean) => void;
  disabled?: boolean;
  hint?: ComponentChildren;
}) {
  const id = useId();
  return (
    <div class="check">
      <input
        type="checkbox"
        id={id}
        checked={props.checked}
        disabled={props.disabled}
        aria-describedby={props.hint ? `${id}-hint` : undefined}
        onChange={(event) => props.onValue(event.currentTarget.checked)}
      />
      <div>
        <label for={id}>{props.label}</label>
        {props.hint && (
          <p class="hint" id={`${id}-hint`}>
            {props.hint}
          </p>
        )}
      </div>
    </div>
  );
}

export function Group({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    <fieldset class="group">
      <legend>{label}</legend>
      {children}
    </fieldset>
  );
}

export function FileInput(
  props: FieldProps & {
    accept?: string;
    disabled?: boolean;
    onFile: (file: File | undefined) => void;
  },
) {
  return (
    <Field {...props}>
      {(id, describedBy) => (
        <input
          type="file"
          id={id}
          accept={props.accept}
          disabled={props.disabled}
          aria-describedby={describedBy}
          onChange={(event) => props.onFile(event.currentTarget.files?.[0])}
        />
      )}
    </Field>
  );
}

export function Form(props: { onSubmit: () => void; children: ComponentChildren; class?: string }) {
  return (
    <form
      class={`form ${props.class ?? ""}`}
      onSubmit={(event) => {
        event.preventDefault();
        props.onSubmit();
      }}
    >
      {props.children}
    </form>
  );
}
