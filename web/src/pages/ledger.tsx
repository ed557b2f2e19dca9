// SPDX-License-Identifier: Apache-2.0
// The log of what this node did with others: read, verify, report, search for a person, export.
import { useState } from "preact/hooks";
import { fetchJson, fetchRaw, useAct, useLoad } from "../api";
import type { Entry, EntryDetail, Verification } from "../api-types";
import { type Route, go, hrefOf } from "../route";
import { download } from "../safe";
import { useHere } from "../session";
import { dateTime, number, t, word } from "../text";
import {
  Button,
  Code,
  Empty,
  English,
  Facts,
  Failed,
  Loading,
  Notice,
  Page,
  Section,
  Tabs,
  Text,
  Time,
} from "../ui/basic";
import { Form, Input } from "../ui/form";
import { PagedTable } from "../ui/table";
import { Peers } from "./ledger-peers";
import { Report } from "./ledger-report";
import { Subject } from "./ledger-subject";

function Verify() {
  const [result, setResult] = useState<Verification | undefined>();
  const act = useAct();
  return (
    <>
      <Button
        kind="main"
        busy={act.isBusy}
        onClick={() =>
          act.run(async () =>
            setResult(await fetchJson<Verification>("/v1/ledger/verify", { json: {} })),
          )
        }
      >
        {t("ledger.verify")}
      </Button>
      <Failed failure={act.failure} />
      {result && (
        <Notice
          tone={result.good ? "good" : "bad"}
          title={t(result.good ? "ledger.good" : "ledger.bad")}
          role={result.good ? "status" : "alert"}
        >
          <p>
            {t("ledger.checked", {
              entries: result.entries,
              heads: result.heads,
              countersignatures: result.countersignatures,
              signatures: result.signatures,
            })}
          </p>
          {result.finding && (
            <p lang="en">
              <Text value={result.finding} />
            </p>
          )}
          {!result.good && <p>{t("ledger.bad_do", { n: result.bad })}</p>}
        </Notice>
      )}
    </>
  );
}

function Entries({ route }: { route: Route }) {
  const { session } = useHere();
  const [typed, setTyped] = useState(route.query.get("q") ?? "");
  const [from, setFrom] = useState(route.query.get("from") ?? "");
  const [to, setTo] = useState(route.query.get("to") ?? "");
  const query = new URLSearchParams();
  for (const name of ["q", "from", "to", "kind"]) {
    const value = route.query.get(name);
    if (value) query.set(name, value);
  }
  return (
    <>
      <Form class="filters no-print" onSubmit={() => go(["ledger"], { q: typed, from, to })}>
        <Input
          label={t("filter.search")}
          value={typed}
          onValue={setTyped}
          input={{ type: "search", maxLength: 100 }}
        />
        <Input
          label={t("filter.from")}
          value={from}
          onValue={setFrom}
          input={{ type: "date", dir: "ltr" }}
        />
        <Input
          label={t("filter.to")}
          value={to}
          onValue={setTo}
          input={{ type: "date", dir: "ltr" }}
        />
        <Button type="submit">{t("act.search")}</Button>
        {query.size > 0 && (
          <a class="button quiet" href={hrefOf(["ledger"])}>
            {t("filter.clear")}
          </a>
        )}
      </Form>
      <PagedTable<Entry>
        caption={t("nav.ledger")}
        path={query.size ? `/v1/ledger?${query}` : "/v1/ledger"}
        file={`ledger-${session.authority}`}
        keyOf={(e) => String(e.sequence)}
        columns={[
          {
            name: t("ledger.number"),
            cell: (e) => <a href={hrefOf(["ledger", String(e.sequence)])}>{number(e.sequence)}</a>,
            plain: (e) => e.sequence,
            isNumber: true,
          },
          { name: t("word.time"), cell: (e) => <Time iso={e.time} />, plain: (e) => e.time },
          { name: t("ledger.kind"), cell: (e) => word("entry", e.kind), plain: (e) => e.kind },
          {
            name: t("ledger.line"),
            cell: (e) => (
              <English>
                <Text value={e.line} max={300} />
              </English>
            ),
            plain: (e) => e.line,
          },
          {
            name: t("ledger.hash"),
            cell: (e) => <Code value={e.hash} short={8} />,
            plain: (e) => e.hash,
          },
        ]}
        empty={
          <Empty title={t(query.size ? "ledger.none_filtered" : "ledger.none")}>
            <p>{t("ledger.none_do")}</p>
          </Empty>
        }
      />
    </>
  );
}

function OneEntry({ sequence }: { sequence: string }) {
  const loaded = useLoad<EntryDetail>(`/v1/ledger/${encodeURIComponent(sequence)}`);
  const act = useAct();
  const entry = loaded.data;
  const above = <a href={hrefOf(["ledger"])}>{t("nav.ledger")}</a>;
  if (!entry) {
    return (
      <Page title={t("ledger.entry", { n: sequence })} above={above}>
        {loaded.failure ? <Failed failure={loaded.failure} again={loaded.reload} /> : <Loading />}
      </Page>
    );
  }
  return (
    <Page
      title={t("ledger.entry", { n: entry.sequence })}
      above={above}
      lead={
        <>
          {word("entry", entry.kind)} · {dateTime(entry.time)}
        </>
      }
      actions={
        <Button
          busy={act.isBusy}
          onClick={() =>
            act.run(async () => {
              const answer = await fetchRaw(`/v1/ledger/${entry.sequence}/proof`);
              download(`proof-${entry.sequence}.json`, "application/json", await answer.blob());
            })
          }
        >
          {t("ledger.proof")}
        </Button>
      }
    >
      <Failed failure={act.failure} />
      <Facts
        facts={[
          {
            label: t("ledger.line"),
            value: (
              <English>
                <Text value={entry.line} />
              </English>
            ),
          },
          { label: t("ledger.hash"), value: <Code value={entry.hash} /> },
          { label: t("ledger.bytes"), value: number(entry.bytes) },
        ]}
      />
      <Section title={t("ledger.body")}>
        <pre class="hex" dir="ltr">
          {(entry.body.slice(0, 8192).match(/.{1,64}/g) ?? []).join("\n")}
        </pre>
      </Section>
    </Page>
  );
}

export function LedgerPage({ route }: { route: Route }) {
  const { session } = useHere();
  const act = useAct();
  const [, place] = route.path;
  if (place && /^\d+$/.test(place)) return <OneEntry sequence={place} />;
  const part = place ?? "entries";
  const tab = (value: string, label: string) => ({
    href: hrefOf(value === "entries" ? ["ledger"] : ["ledger", value]),
    label,
    isHere: part === value,
  });
  return (
    <Page
      title={t("nav.ledger")}
      lead={t("ledger.lead")}
      actions={
        <Button
          busy={act.isBusy}
          onClick={() =>
            act.run(async () => {
              const answer = await fetchRaw("/v1/ledger/export");
              download(
                `ledger-${session.authority}.palermo`,
                "application/octet-stream",
                await answer.blob(),
              );
            })
          }
        >
          {t("ledger.export")}
        </Button>
      }
    >
      <Failed failure={act.failure} />
      <Tabs
        tabs={[
          tab("entries", t("ledger.entries")),
          tab("verify", t("ledger.verify_tab")),
          tab("report", t("ledger.report")),
          tab("subject", t("subject.title")),
          tab("peers", t("peers.title")),
        ]}
      />
      {part === "entries" && <Entries route={route} />}
      {part === "verify" && (
        <Section title={t("ledger.verify_tab")} note={t("ledger.verify_note")}>
          <Verify />
        </Section>
      )}
      {part === "report" && <Report />}
      {part === "subject" && <Subject />}
      {part === "peers" && <Peers />}
    </Page>
  );
}
