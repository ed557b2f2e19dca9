// SPDX-License-Identifier: Apache-2.0
// Two acts of a supervisor that bind the authority: to ratify an accord, and to leave it.
import { useState } from "preact/hooks";
import { fetchJson, useAct } from "../api";
import type { Accord, SignedDocument } from "../api-types";
import { download } from "../safe";
import { t } from "../text";
import { Button, Dialog, Failed, Notice } from "../ui/basic";
import { Area, Form, Input } from "../ui/form";

export function RatifyDialog({
  accord,
  onClose,
  done,
}: {
  accord: Accord;
  onClose: () => void;
  done: () => void;
}) {
  const [reservations, setReservations] = useState("");
  const [made, setMade] = useState<SignedDocument | undefined>();
  const [wrong, setWrong] = useState("");
  const act = useAct();
  const submit = () => {
    let wished: Record<string, unknown>[] | undefined;
    try {
      const given = reservations.trim() ? JSON.parse(reservations) : undefined;
      wished = Array.isArray(given) ? given : given?.reservations;
    } catch {
      setWrong(t("accords.not_json"));
      return;
    }
    act.run(async (once) => {
      const json = wished ? { reservations: wished } : {};
      setMade(
        await fetchJson<SignedDocument>(`/v1/accords/${accord.accord}/ratify`, { json, once }),
      );
      done();
    });
  };
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
        <Form onSubmit={submit}>
          <p>{t("accords.ratify_what", { title: accord.title })}</p>
          <Area
            label={t("accords.reservations")}
            hint={t("accords.reservations_hint")}
            wrong={wrong}
            value={reservations}
            onValue={setReservations}
            rows={5}
            code
            max={100_000}
          />
          <Failed failure={act.failure} />
          <div class="form-foot">
            <Button kind="main" type="submit" busy={act.isBusy}>
              {t("accords.ratify")}
            </Button>
            <Button onClick={onClose}>{t("act.back")}</Button>
          </div>
        </Form>
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
