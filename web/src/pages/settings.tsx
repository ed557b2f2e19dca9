// SPDX-License-Identifier: Apache-2.0
// Our authority and its key, the other parties, the users, and the own password and tokens.
import { useState } from "preact/hooks";
import { fetchJson, useAct, useLoad } from "../api";
import type { Authority, Party, Token, TokenMade, User } from "../api-types";
import { may, useHere } from "../session";
import { number, t, word } from "../text";
import {
  Button,
  Code,
  Empty,
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
import { Form, Input } from "../ui/form";
import { Table } from "../ui/table";

/** A key in groups of four, as one reads it to another on the telephone. */
function Fingerprint({ value }: { value: string }) {
  return <code class="code fingerprint">{(value.match(/.{1,4}/g) ?? []).join(" ")}</code>;
}

function Ours() {
  const authority = useLoad<Authority>("/v1/authority");
  if (authority.failure) return <Failed failure={authority.failure} again={authority.reload} />;
  if (!authority.data) return <Loading />;
  const a = authority.data;
  return (
    <Facts
      facts={[
        { label: t("word.party"), value: <Text value={a.code} max={40} /> },
        { label: t("word.name"), value: <Text value={a.name} max={200} /> },
        { label: t("settings.kind"), value: word("authority_kind", a.kind) },
        { label: t("settings.address"), value: <Code value={a.address} /> },
        { label: t("settings.contact"), value: <Text value={a.contact} max={200} /> },
        { label: t("settings.key"), value: <Fingerprint value={a.identity_key} /> },
      ]}
    />
  );
}

function Parties() {
  const parties = useLoad<{ items: Party[] }>("/v1/parties");
  if (parties.failure) return <Failed failure={parties.failure} again={parties.reload} />;
  if (!parties.data) return <Loading />;
  const others = parties.data.items.filter((party) => !party.is_us);
  if (others.length === 0) return <Empty title={t("ring.none")} />;
  return (
    <Table
      caption={t("settings.parties")}
      rows={others}
      keyOf={(p) => p.code}
      columns={[
        {
          name: t("word.party"),
          cell: (p) => (
            <span class="two-lines">
              <strong>
                <Text value={p.code} max={40} />
              </strong>
              <span class="under">
                <Text value={p.name} max={160} />
              </span>
            </span>
          ),
        },
        {
          name: t("settings.address"),
          cell: (p) => (
            <span class="two-lines">
              <Code value={p.address} />
              <span class="under">
                <Text value={p.contact} max={160} />
              </span>
            </span>
          ),
        },
        { name: t("settings.key"), cell: (p) => <Fingerprint value={p.identity_key} /> },
        { name: t("peers.title"), cell: (p) => <State family="verdict" value={p.ledger} /> },
        { name: t("health.outbox"), cell: (p) => number(p.waiting), isNumber: true },
      ]}
    />
  );
}

function Users() {
  const users = useLoad<{ items: User[] }>("/v1/users");
  if (users.failure) return <Failed failure={users.failure} again={users.reload} />;
  if (!users.data) return <Loading />;
  return (
    <Table
      caption={t("settings.users")}
      rows={users.data.items}
      keyOf={(u) => u.name}
      columns={[
        { name: t("word.name"), cell: (u) => <Text value={u.name} max={100} /> },
        { name: t("word.role"), cell: (u) => word("user_role", u.role) },
        { name: t("settings.created"), cell: (u) => <Time iso={u.created} /> },
        { name: t("session.password"), cell: (u) => t(u.has_password ? "yes" : "no") },
        { name: t("settings.tokens"), cell: (u) => number(u.tokens), isNumber: true },
      ]}
    />
  );
}

function Password() {
  const [old, setOld] = useState("");
  const [next, setNext] = useState("");
  const [again, setAgain] = useState("");
  const [said, say] = useSaid();
  const act = useAct();
  const differs = again !== "" && next !== again;
  return (
    <Form
      class="narrow"
      onSubmit={() =>
        act.run(async () => {
          if (next !== again) return;
          await fetchJson("/v1/session/password", { method: "PUT", json: { old, new: next } });
          setOld("");
          setNext("");
          setAgain("");
          say(t("settings.password_said"));
        })
      }
    >
      {said}
      <Input
        label={t("settings.password_old")}
        value={old}
        onValue={setOld}
        required
        input={{ type: "password", autocomplete: "current-password", dir: "ltr" }}
      />
      <Input
        label={t("settings.password_new")}
        value={next}
        onValue={setNext}
        required
        input={{ type: "password", autocomplete: "new-password", dir: "ltr" }}
      />
      <Input
        label={t("settings.password_again")}
        value={again}
        onValue={setAgain}
        required
        wrong={differs ? t("settings.password_differs") : undefined}
        input={{ type: "password", autocomplete: "new-password", dir: "ltr" }}
      />
      <Failed failure={act.failure} />
      <Button type="submit" busy={act.isBusy} disabled={differs}>
        {t("settings.password_do")}
      </Button>
    </Form>
  );
}

function Tokens() {
  const tokens = useLoad<{ items: Token[] }>("/v1/tokens");
  const [label, setLabel] = useState("");
  const [days, setDays] = useState("90");
  const [made, setMade] = useState<TokenMade | undefined>();
  const act = useAct();
  const items = tokens.data?.items ?? [];
  return (
    <>
      {tokens.failure && <Failed failure={tokens.failure} again={tokens.reload} />}
      {items.length > 0 && (
        <Table
          caption={t("settings.tokens")}
          rows={items}
          keyOf={(row) => row.token}
          columns={[
            { name: t("settings.token_label"), cell: (r) => <Text value={r.label} max={100} /> },
            { name: t("settings.created"), cell: (r) => <Time iso={r.created} /> },
            { name: t("settings.token_expires"), cell: (r) => <Time iso={r.expires} /> },
            { name: t("settings.token_used"), cell: (r) => <Time iso={r.used} /> },
            {
              name: t("settings.token_revoke"),
              cell: (r) => (
                <Button
                  kind="danger"
                  busy={act.isBusy}
                  onClick={() =>
                    act.run(async () => {
                      await fetchJson(`/v1/tokens/${encodeURIComponent(r.token)}`, {
                        method: "DELETE",
                      });
                      tokens.reload();
                    })
                  }
                >
                  {t("settings.token_revoke")}
                </Button>
              ),
            },
          ]}
        />
      )}
      {made && (
        <Notice tone="good" title={t("settings.token_once")} role="status">
          <p>
            <Code value={made.secret} />
          </p>
        </Notice>
      )}
      <Form
        class="filters"
        onSubmit={() =>
          act.run(async () => {
            const json = { label, days: Number(days) || undefined };
            setMade(await fetchJson<TokenMade>("/v1/tokens", { json }));
            setLabel("");
            tokens.reload();
          })
        }
      >
        <Input
          label={t("settings.token_label")}
          value={label}
          onValue={setLabel}
          required
          input={{ maxLength: 100 }}
        />
        <Input
          label={t("settings.token_days")}
          value={days}
          onValue={setDays}
          input={{ type: "number", min: 1, max: 3650, dir: "ltr" }}
        />
        <Button type="submit" busy={act.isBusy}>
          {t("settings.token_make")}
        </Button>
      </Form>
      <Failed failure={act.failure} />
    </>
  );
}

export function SettingsPage() {
  const { session } = useHere();
  return (
    <Page title={t("nav.settings")} lead={t("settings.lead")}>
      <Section title={t("settings.ours")} note={t("settings.ours_note")}>
        <Ours />
      </Section>
      <Section title={t("settings.parties")} note={t("settings.parties_note")}>
        <Parties />
      </Section>
      {may(session, "users") && (
        <Section title={t("settings.users")} note={t("settings.users_note")}>
          <Users />
        </Section>
      )}
      <Section title={t("settings.password")} note={t("settings.password_note")}>
        <Password />
      </Section>
      <Section title={t("settings.tokens")} note={t("settings.tokens_note")}>
        <Tokens />
      </Section>
    </Page>
  );
}
