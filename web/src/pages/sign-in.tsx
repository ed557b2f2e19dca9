// SPDX-License-Identifier: Apache-2.0
import { useEffect, useRef, useState } from "preact/hooks";
import { fetchJson, useAct } from "../api";
import type { Session } from "../api-types";
import { t } from "../text";
import { Button, Failed, Notice } from "../ui/basic";
import { Form, Input } from "../ui/form";

/** The sign-in; again: over the page of a session that ended, which stays as it was. */
export function SignIn(props: {
  onSession: (session: Session) => Promise<void>;
  isAgain?: boolean;
  user?: string;
}) {
  const [name, setName] = useState(props.user ?? "");
  const [password, setPassword] = useState("");
  const act = useAct();
  const box = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    box.current?.showModal();
  }, []);

  const submit = () =>
    act.run(async () => {
      const session = await fetchJson<Session>("/v1/session", { json: { name, password } });
      setPassword("");
      await props.onSession(session);
    });

  const form = (
    <Form onSubmit={submit} class="sign-in">
      <svg class="mark large" width="60" height="40" viewBox="0 0 30 20" aria-hidden="true">
        <path class="mark-common" d="M15 2.6a9 9 0 0 1 0 14.8 9 9 0 0 1 0-14.8z" />
        <circle cx="10" cy="10" r="8.6" />
        <circle cx="20" cy="10" r="8.6" />
      </svg>
      <h1>{props.isAgain ? t("session.again") : "Palermo"}</h1>
      <p class="lead">{props.isAgain ? t("session.kept") : t("session.what")}</p>
      {act.failure?.status === 401 || act.failure?.status === 403 ? (
        <Notice tone="bad" title={t("session.wrong")} role="alert">
          <p>{t("session.wrong_do")}</p>
        </Notice>
      ) : (
        <Failed failure={act.failure} />
      )}
      <Input
        label={t("session.name")}
        value={name}
        onValue={setName}
        required
        input={{ autocomplete: "username", autofocus: !props.user, maxLength: 100 }}
      />
      <Input
        label={t("session.password")}
        value={password}
        onValue={setPassword}
        required
        input={{
          type: "password",
          autocomplete: "current-password",
          autofocus: Boolean(props.user),
          dir: "ltr",
          maxLength: 1000,
        }}
      />
      <Button kind="main" type="submit" busy={act.isBusy}>
        {t("session.in")}
      </Button>
      {!props.isAgain && <p class="hint">{t("session.help")}</p>}
    </Form>
  );
  if (!props.isAgain) return form;
  return (
    <dialog
      ref={box}
      class="dialog"
      aria-label={t("session.again")}
      onCancel={(event) => event.preventDefault()}
    >
      {form}
    </dialog>
  );
}
