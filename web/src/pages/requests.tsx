// SPDX-License-Identifier: Apache-2.0
// The list of requests and offers, and the beginning of a new one.
import { useState } from "preact/hooks";
import { fetchJson, useAct, useLoad } from "../api";
import type { Draft, Party, RequestSummary } from "../api-types";
import { go, hrefOf, type Route } from "../route";
import { plainOf } from "../safe";
import { useHere } from "../session";
import { t, word } from "../text";
import {
  Button,
  Code,
  Due,
  Empty,
  Failed,
  LinkButton,
  Page,
  State,
  Tabs,
  Text,
  Time,
} from "../ui/basic";
import { Check, Form, Select, theOnly } from "../ui/form";
import { PagedTable } from "../ui/table";
import { RequestPage } from "./request";

function NewRequest() {
  const { words } = useHere();
  const parties = useLoad<{ items: Party[] }>("/v1/parties");
  const others = (parties.data?.items ?? []).filter((party) => !party.is_us);
  const [party, setParty] = useState("");
  const [kind, setKind] = useState(words.request_kinds[0] ?? "information");
  const [direction, setDirection] = useState("ask");
  const [isUrgent, setUrgent] = useState(false);
  const act = useAct();
  const chosen = party || theOnly(others.map((one) => one.code));
  const submit = () =>
    act.run(async (once) => {
      const document = { kind, direction, urgent: isUrgent };
      const made = await fetchJson<Draft>("/v1/requests", {
        json: { with: chosen, document },
        once,
      });
      go(["requests", made.request]);
    });
  return (
    <Page
      title={t("requests.new")}
      above={<a href={hrefOf(["requests"])}>{t("nav.requests")}</a>}
      lead={t("requests.new_lead")}
    >
      <Form onSubmit={submit} class="narrow">
        <Select
          label={t("requests.direction")}
          value={direction}
          onValue={setDirection}
          choices={["ask", "offer"].map((value) => ({ value, label: word("direction", value) }))}
          hint={t(direction === "ask" ? "requests.ask_hint" : "requests.offer_hint")}
        />
        <Select
          label={t("word.party")}
          value={chosen}
          onValue={setParty}
          mustChoose
          choices={others.map((p) => ({ value: p.code, label: plainOf(`${p.code} – ${p.name}`) }))}
        />
        <Select
          label={t("requests.kind")}
          value={kind}
          onValue={setKind}
          choices={words.request_kinds.map((value) => ({
            value,
            label: word("request_kind", value),
          }))}
        />
        <Check
          label={t("requests.urgent")}
          checked={isUrgent}
          onValue={setUrgent}
          hint={t("requests.urgent_hint")}
        />
        <Failed failure={act.failure} />
        <div class="form-foot">
          <Button kind="main" type="submit" busy={act.isBusy} disabled={others.length === 0}>
            {t("requests.draft")}
          </Button>
          <span class="hint">{t("requests.draft_hint")}</span>
        </div>
      </Form>
    </Page>
  );
}

export function RequestsPage({ route }: { route: Route }) {
  const { session } = useHere();
  const [, id] = route.path;
  if (id === "new") return <NewRequest />;
  if (id) return <RequestPage id={id} />;
  const view = route.query.get("due") ? "due" : (route.query.get("side") ?? "");
  const query = new URLSearchParams();
  for (const name of ["due", "state", "with", "side"]) {
    const value = route.query.get(name);
    if (value) query.set(name, value);
  }
  const tab = (name: string, label: string, of: Record<string, string>) => ({
    href: hrefOf(["requests"], of),
    label,
    isHere: view === name,
  });
  return (
    <Page
      title={t("nav.requests")}
      lead={t("requests.lead")}
      actions={
        <LinkButton kind="main" href={hrefOf(["requests", "new"])}>
          {t("requests.new")}
        </LinkButton>
      }
    >
      <Tabs
        tabs={[
          tab("", t("requests.all"), {}),
          tab("due", t("requests.due"), { due: "true" }),
          tab("requested", t("requests.in"), { side: "requested" }),
          tab("requester", t("requests.out"), { side: "requester" }),
        ]}
      />
      <PagedTable<RequestSummary>
        caption={t("nav.requests")}
        path={query.size ? `/v1/requests?${query}` : "/v1/requests"}
        file={`requests-${session.authority}`}
        keyOf={(r) => r.request}
        columns={[
          {
            name: t("word.request"),
            cell: (r) => (
              <a class="row-name" href={hrefOf(["requests", r.request])}>
                {word("request_kind", r.kind)}
                <span class="under">
                  {word("direction", r.direction)} · <Code value={r.request} short={8} />
                </span>
              </a>
            ),
            plain: (r) => r.request,
          },
          {
            name: t("word.party"),
            cell: (r) => (
              <span class="two-lines">
                <Text value={r.with} max={40} />
                <span class="under">
                  {t(r.side === "requester" ? "requests.we_ask" : "requests.they_ask")}
                </span>
              </span>
            ),
            plain: (r) => r.with,
          },
          {
            name: t("filter.state"),
            cell: (r) => (
              <span class="two-lines">
                <State family="request_state" value={r.state} />
                {r.urgent && <State family="request_state" value="urgent" tone="bad" />}
              </span>
            ),
            plain: (r) => r.state,
          },
          {
            name: t("requests.due"),
            cell: (r) => (
              <span class="two-lines">
                <Due iso={r.due} />
                {r.alarm && <State family="alarm" value={r.alarm} />}
              </span>
            ),
            plain: (r) => r.due,
          },
          {
            name: t("requests.changed"),
            cell: (r) => <Time iso={r.changed} />,
            plain: (r) => r.changed,
          },
        ]}
        empty={
          <Empty title={t("requests.none")}>
            <p>{t("requests.none_do")}</p>
            <p>
              <a href={hrefOf(["hits"])}>{t("nav.hits")}</a>
            </p>
          </Empty>
        }
      />
    </Page>
  );
}
