// SPDX-License-Identifier: Apache-2.0
// The reservations of a ratification, one form each: why, for what, with whom, and what they take away.
import type { AccordDetail } from "../api-types";
import { isWhole, NO_RESERVATION, type Reservation } from "../reservation";
import { plainOf } from "../safe";
import { useHere } from "../session";
import { t, word } from "../text";
import { Button } from "../ui/basic";
import { Check, Group, Input, Select } from "../ui/form";
import { Offences } from "./request-draft";

/** Ticks among what there is; none means all, or nothing, as the label says. */
function Several(props: {
  label: string;
  hint?: string;
  all: string[];
  chosen: string[];
  onValue: (chosen: string[]) => void;
  nameOf?: (value: string) => string;
}) {
  const { chosen } = props;
  if (props.all.length === 0) return null;
  return (
    <Group label={props.label}>
      {props.hint && <p class="hint">{props.hint}</p>}
      <div class="checks">
        {props.all.map((value) => (
          <Check
            key={value}
            label={plainOf(props.nameOf?.(value) ?? value)}
            checked={chosen.includes(value)}
            onValue={(on) =>
              props.onValue(on ? [...chosen, value] : chosen.filter((one) => one !== value))
            }
          />
        ))}
      </div>
    </Group>
  );
}

const NUMBERS = ["retentionDays", "smallestSet", "tokensPerDay", "runsPerDay"] as const;
const NUMBER_KEY = {
  retentionDays: "reserve.retention",
  smallestSet: "reserve.smallest",
  tokensPerDay: "reserve.tokens",
  runsPerDay: "reserve.runs",
} as const;

function Narrows({ r, set }: { r: Reservation; set: (change: Partial<Reservation>) => void }) {
  const { words } = useHere();
  return (
    <>
      <Select
        label={t("reserve.approval")}
        value={r.approval}
        onValue={(approval) => set({ approval })}
        choices={[
          { value: "", label: t("reserve.as_accord") },
          { value: "officer", label: word("approval", "officer") },
          { value: "two-officers", label: word("approval", "two-officers") },
        ]}
      />
      <Check
        label={t("reserve.holder_first")}
        checked={r.holderFirst}
        onValue={(holderFirst) => set({ holderFirst })}
      />
      <div class="field-row">
        {NUMBERS.map((name) => (
          <Input
            key={name}
            label={t(NUMBER_KEY[name])}
            value={r[name]}
            onValue={(value) => set({ [name]: value })}
            input={{ type: "number", min: 1, step: 1, dir: "ltr" }}
          />
        ))}
      </div>
      <details>
        <summary>{t("reserve.more")}</summary>
        <Offences
          label={t("reserve.offences")}
          chosen={r.offences}
          onValue={(offences) => set({ offences })}
        />
        <Several
          label={t("reserve.categories")}
          all={words.roles}
          chosen={r.categories}
          onValue={(categories) => set({ categories })}
          nameOf={(role) => word("role", role)}
        />
        <Several
          label={t("reserve.rules")}
          all={words.rules.map((rule) => rule.rule)}
          chosen={r.rules}
          onValue={(rules) => set({ rules })}
        />
        <Several
          label={t("reserve.labels")}
          all={["name", "birthDate", "nationality", "document", "phone", "email"]}
          chosen={r.labels}
          onValue={(labels) => set({ labels })}
          nameOf={(field) => word("field", field)}
        />
      </details>
    </>
  );
}

function One(props: {
  n: number;
  accord: AccordDetail;
  r: Reservation;
  set: (change: Partial<Reservation>) => void;
  drop: () => void;
}) {
  const { r, set, accord } = props;
  return (
    <fieldset class="group reservation">
      <legend>{t("reserve.one", { n: props.n })}</legend>
      <Input
        label={t("reserve.reason")}
        hint={t("reserve.reason_hint")}
        value={r.reason}
        onValue={(reason) => set({ reason })}
        required
        input={{ maxLength: 200 }}
      />
      <Several
        label={t("reserve.purposes")}
        hint={t("reserve.all_hint")}
        all={accord.purposes}
        chosen={r.purposes}
        onValue={(purposes) => set({ purposes })}
      />
      <Several
        label={t("reserve.with")}
        hint={t("reserve.all_hint")}
        all={accord.parties.filter((p) => !p.is_us).map((p) => p.code)}
        chosen={r.counterparties}
        onValue={(counterparties) => set({ counterparties })}
      />
      <Check
        label={t("reserve.refuses")}
        hint={t("reserve.refuses_hint")}
        checked={r.refuses}
        onValue={(refuses) => set({ refuses })}
      />
      {!r.refuses && <Narrows r={r} set={set} />}
      {!isWhole(r) && <p class="hint">{t("reserve.says_nothing")}</p>}
      <Button kind="quiet" onClick={props.drop}>
        {t("reserve.drop")}
      </Button>
    </fieldset>
  );
}

export function Reservations(props: {
  accord: AccordDetail;
  list: Reservation[];
  onValue: (list: Reservation[]) => void;
}) {
  const { list, onValue } = props;
  return (
    <>
      {list.map((r, i) => (
        <One
          key={i}
          n={i + 1}
          accord={props.accord}
          r={r}
          set={(change) => onValue(list.map((one, j) => (j === i ? { ...one, ...change } : one)))}
          drop={() => onValue(list.filter((_, j) => j !== i))}
        />
      ))}
      <p>
        <Button onClick={() => onValue([...list, NO_RESERVATION])}>{t("reserve.add")}</Button>
      </p>
    </>
  );
}
