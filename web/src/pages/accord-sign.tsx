// SPDX-License-Identifier: Apache-2.0
// Two acts of a supervisor that bind the authority: to ratify an accord, and to leave it.
import { useState } from "preact/hooks";
import { fetchJson, useAct } from "../api";
import type { Accord, AccordDetail, SignedDocument } from "../api-types";
import { documentOf, isWhole, type Reservation } from "../reservation";
import { download } from "../safe";
import { useHere } from "../session";
import { t } from "../text";
import { Button, Code, Dialog, English, Failed, Notice } from "../ui/basic";
import { Area, Check, Form, Group, Input } from "../ui/form";
import { Reservations } from "./reservations";

/** The offences that the accord's purposes name: which of them our own law punishes is declared. */
function offencesOf(accord: AccordDetail): string[] {
  const purposes = (accord.document.purposes ?? []) as { offences?: string[] }[];
  return [...new Set(purposes.flatMap((purpose) => purpose.offences ?? []))].sort();
}

function Catalogue(props: {
  all: string[];
  missing: string[];
  onValue: (codes: string[]) => void;
}) {
  const { words } = useHere();
  const { all, missing } = props;
  const titleOf = (code: string) => words.offences.find((o) => o.code === code)?.title ?? "";
  return (
    <Group label={t("accords.catalogue")}>
      <p class="hint">{t("accords.catalogue_hint")}</p>
      <div class="checks">
        {all.map((code) => (
          <Check
            key={code}
            label={
              <>
                <Code value={code} /> <English>{titleOf(code)}</English>
              </>
            }
            checked={!missing.includes(code)}
            onValue={(on) =>
              props.onValue(on ? missing.filter((c) => c !== code) : [...missing, code])
            }
          />
        ))}
      </div>
    </Group>
  );
}

/** What is given as JSON: a list, or an object with the member "reservations". Throws. */
function reservationsOf(text: string): Record<string, unknown>[] {
  const given = text.trim() ? JSON.parse(text) : [];
  const list = Array.isArray(given) ? given : given?.reservations;
  if (!Array.isArray(list)) throw new Error("no list");
  return list;
}

function RatifyForm(props: {
  accord: AccordDetail;
  onClose: () => void;
  onMade: (made: SignedDocument) => void;
}) {
  const { accord } = props;
  const all = offencesOf(accord);
  const [missing, setMissing] = useState<string[]>([]);
  const [list, setList] = useState<Reservation[]>([]);
  const [text, setText] = useState("");
  const [wrong, setWrong] = useState("");
  const act = useAct();
  const submit = () => {
    let reservations: Record<string, unknown>[];
    try {
      reservations = [...list.map(documentOf), ...reservationsOf(text)];
    } catch {
      setWrong(t("accords.not_json"));
      return;
    }
    setWrong("");
    act.run(async (once) => {
      const json = {
        reservations,
        catalogue: missing.length > 0 ? all.filter((c) => !missing.includes(c)) : undefined,
      };
      props.onMade(
        await fetchJson<SignedDocument>(`/v1/accords/${accord.accord}/ratify`, { json, once }),
      );
    });
  };
  return (
    <Form onSubmit={submit}>
      <p>{t("accords.ratify_what", { title: accord.title })}</p>
      <Catalogue all={all} missing={missing} onValue={setMissing} />
      <h3>{t("accords.reservations_n")}</h3>
      <p class="hint">{t("accords.reservations_hint")}</p>
      <Reservations accord={accord} list={list} onValue={setList} />
      <details>
        <summary>{t("accords.as_json")}</summary>
        <Area
          label={t("accords.reservations")}
          hint={t("accords.json_hint")}
          wrong={wrong}
          value={text}
          onValue={setText}
          rows={5}
          code
          max={100_000}
        />
      </details>
      <Failed failure={act.failure} />
      <div class="form-foot">
        <Button
          kind="main"
          type="submit"
          busy={act.isBusy}
          disabled={!list.every(isWhole) || missing.length === all.length}
        >
          {t("accords.ratify")}
        </Button>
        <Button onClick={props.onClose}>{t("act.back")}</Button>
      </div>
    </Form>
  );
}

export function RatifyDialog({
  accord,
  onClose,
  done,
}: {
  accord: AccordDetail;
  onClose: () => void;
  done: () => void;
}) {
  const [made, setMade] = useState<SignedDocument | undefined>();
  return (
    <Dialog title={t("accords.ratify_ask")} onClose={onClose} wide>
      {made ? (
        <>
          <Notice tone="good" title={t("accords.ratified")}>
            <p>{t("accords.ratified_do")}</p>
          </Notice>
          <div class="form-foot">
            <Button
              kind="main"
              onClick={() =>
                download(
                  `${made.party}.ratification.json`,
                  "application/json",
                  JSON.stringify(made.document),
                )
              }
            >
              {t("accords.ratification_save")}
            </Button>
            <Button onClick={onClose}>{t("act.close")}</Button>
          </div>
        </>
      ) : (
        <RatifyForm
          accord={accord}
          onClose={onClose}
          onMade={(signed) => {
            setMade(signed);
            done();
          }}
        />
      )}
    </Dialog>
  );
}

export function DenounceDialog({
  accord,
  onClose,
  done,
}: {
  accord: Accord;
  onClose: () => void;
  done: () => void;
}) {
  const [reason, setReason] = useState("");
  const [lastDay, setLastDay] = useState("");
  const act = useAct();
  return (
    <Dialog title={t("accords.denounce_ask")} onClose={onClose}>
      <Form
        onSubmit={() =>
          act.run(async (once) => {
            const json = { reason, last_day: lastDay || undefined };
            const made = await fetchJson<SignedDocument>(`/v1/accords/${accord.accord}/denounce`, {
              json,
              once,
            });
            download(
              `${made.party}.denunciation.json`,
              "application/json",
              JSON.stringify(made.document),
            );
            done();
            onClose();
          })
        }
      >
        <p>{t("accords.denounce_what")}</p>
        <Area label={t("accords.reason")} value={reason} onValue={setReason} required max={2000} />
        <Input
          label={t("accords.last_day")}
          value={lastDay}
          onValue={setLastDay}
          input={{ type: "date", dir: "ltr" }}
        />
        <Failed failure={act.failure} />
        <div class="form-foot">
          <Button kind="danger" type="submit" busy={act.isBusy}>
            {t("accords.denounce")}
          </Button>
          <Button onClick={onClose}>{t("act.back")}</Button>
        </div>
      </Form>
    </Dialog>
  );
}
