// SPDX-License-Identifier: Apache-2.0
// The log of what this node did with others: read, verify, report, search for a person, export.
import { useState } from "preact/hooks";
import { fetchJson, fetchRaw, useAct, useLoad } from "../api";
import type {
  Entry,
  EntryDetail,
  LedgerReport,
  PeerLedger,
  SubjectReport,
  Verification,
} from "../api-types";
import { go, hrefOf, type Route } from "../route";
import { download } from "../safe";
import { may, useHere } from "../session";
import { dateTime, number, t, word } from "../text";
import {
  Button,
  Code,
  Dialog,
  Empty,
  English,
  Facts,
  Failed,
  Figure,
  Loading,
  Notice,
  Page,
  Section,
  State,
  Tabs,
  Text,
  Time,
} from "../ui/basic";
import { Area, Form, Input, Select } from "../ui/form";
import { PagedTable, Table } from "../ui/table";
import { Tree } from "../ui/tree";

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
            setResult(await fetchJson<Verification>("/v1/ledger/verify", { method: "POST" })),
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
            cell: (e) => <Code value={e.hash} short={12} />,
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

interface Row {
  group: { [name: string]: string | number | boolean };
  i: number;
}

function Report() {
  const [by, setBy] = useState("party");
  const [from, setFrom] = useState("");
  const [to, setTo] = useState("");
  const query = new URLSearchParams({ by, ...(from ? { from } : {}), ...(to ? { to } : {}) });
  const report = useLoad<LedgerReport>(`/v1/ledger/report?${query}`);
  const groups = (report.data?.groups ?? []) as { [name: string]: string | number | boolean }[];
  const names = groups[0] ? Object.keys(groups[0]).filter((name) => name !== "small") : [];
  const order = [
    by,
    "party",
    "purpose",
    "month",
    "we",
    "proposed",
    "done",
    "refused",
    "broken",
    "tokens",
  ];
  names.sort((a, b) => ((order.indexOf(a) + 99) % 99) - ((order.indexOf(b) + 99) % 99));
  return (
    <>
      <p class="hint">{t("ledger.report_note")}</p>
      <div class="filters no-print">
        <Select
          label={t("ledger.by")}
          value={by}
          onValue={setBy}
          choices={["party", "purpose", "month"].map((value) => ({
            value,
            label: word("by", value),
          }))}
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
        <Button onClick={() => print()}>{t("act.print")}</Button>
      </div>
      {report.failure && <Failed failure={report.failure} again={report.reload} />}
      {!report.data && !report.failure && <Loading />}
      {report.data && (
        <>
          <div class="figures">
            <Figure n={report.data.entries} label={t("ledger.entries")} />
            <Figure n={report.data.subject_searches} label={t("ledger.subject_searches")} />
            <Figure n={report.data.records_expired} label={t("ledger.expired")} />
            <Figure n={report.data.findings} label={t("ledger.findings")} />
          </div>
          {groups.length === 0 ? (
            <Empty title={t("ledger.report_none")} />
          ) : (
            <Table
              caption={t("ledger.report")}
              rows={groups.map((group, i) => ({ group, i }))}
              keyOf={(row) => String(row.i)}
              file="ledger-report"
              columns={names.map((name) => ({
                name: word("report", name),
                isNumber: typeof groups[0]?.[name] === "number",
                cell: ({ group }: Row) => {
                  const value = group[name];
                  if (typeof value === "number") {
                    return `${number(value)}${group.small && name !== "tokens" && value > 0 ? " *" : ""}`;
                  }
                  return name === "we" ? (
                    word("we", String(value))
                  ) : (
                    <Text value={value} max={80} />
                  );
                },
                plain: ({ group }: Row) => group[name] ?? null,
              }))}
            />
          )}
          <p class="hint">{t("ledger.small", { n: report.data.small_below })}</p>
        </>
      )}
    </>
  );
}

function Subject() {
  const { words } = useHere();
  const [by, setBy] = useState("record");
  const [value, setValue] = useState("");
  const [reason, setReason] = useState("");
  const [result, setResult] = useState<SubjectReport | undefined>();
  const act = useAct();
  return (
    <>
      <Notice tone="info" title={t("subject.logged")}>
        <p>{t("subject.logged_note")}</p>
      </Notice>
      <Form
        class="narrow"
        onSubmit={() =>
          act.run(async (once) => {
            const json = by === "record" ? { record: value, reason } : { type: by, value, reason };
            setResult(await fetchJson<SubjectReport>("/v1/ledger/subject", { json, once }));
          })
        }
      >
        <Select
          label={t("records.by")}
          value={by}
          onValue={setBy}
          choices={[
            { value: "record", label: t("word.source_id") },
            ...words.identifiers.map((i) => ({ value: i.type, label: word("field", i.type) })),
          ]}
        />
        <Input
          label={t("records.value")}
          value={value}
          onValue={setValue}
          required
          input={{ maxLength: 400 }}
        />
        <Area label={t("subject.reason")} value={reason} onValue={setReason} required max={1000} />
        <Failed failure={act.failure} />
        <Button kind="main" type="submit" busy={act.isBusy}>
          {t("subject.search")}
        </Button>
      </Form>
      {result && (
        <Section title={t("subject.found", { n: result.records.length })}>
          {result.records.length === 0 ? (
            <Empty title={t("subject.none")} />
          ) : (
            result.records.map((record) => <Tree key={JSON.stringify(record)} value={record} />)
          )}
        </Section>
      )}
    </>
  );
}

function Peers() {
  const { session } = useHere();
  const peers = useLoad<{ items: PeerLedger[] }>("/v1/peers");
  const [asked, setAsked] = useState<PeerLedger | null>(null);
  const [reason, setReason] = useState("");
  const act = useAct();
  if (peers.failure) return <Failed failure={peers.failure} again={peers.reload} />;
  if (!peers.data) return <Loading />;
  if (peers.data.items.length === 0) {
    return (
      <Empty title={t("peers.none")}>
        <p>{t("peers.none_do")}</p>
      </Empty>
    );
  }
  return (
    <>
      <p class="hint">{t("peers.note")}</p>
      <Table
        caption={t("peers.title")}
        rows={peers.data.items}
        keyOf={(p) => p.party}
        columns={[
          { name: t("word.party"), cell: (p) => <Text value={p.party} max={40} /> },
          { name: t("peers.size"), cell: (p) => number(p.size), isNumber: true },
          { name: t("peers.seen"), cell: (p) => <Time iso={p.seen} /> },
          { name: t("peers.countersigned"), cell: (p) => number(p.countersigned), isNumber: true },
          {
            name: t("filter.state"),
            cell: (p) =>
              p.finding ? (
                <span class="two-lines">
                  <State family="verdict" value="finding" />
                  <English>
                    <Text value={p.finding} />
                  </English>
                  {may(session, "ledger.acknowledge") && (
                    <Button onClick={() => setAsked(p)}>{t("peers.acknowledge")}</Button>
                  )}
                </span>
              ) : (
                <State family="verdict" value={p.size > 0 ? "consistent" : "none"} />
              ),
          },
        ]}
      />
      {asked && (
        <Dialog
          title={t("peers.acknowledge_ask", { party: asked.party })}
          onClose={() => setAsked(null)}
        >
          <Form
            onSubmit={() =>
              act.run(async (once) => {
                await fetchJson(`/v1/peers/${encodeURIComponent(asked.party)}/acknowledge`, {
                  json: { reason },
                  once,
                });
                setAsked(null);
                peers.reload();
              })
            }
          >
            <p>{t("peers.acknowledge_what")}</p>
            <Area
              label={t("subject.reason")}
              value={reason}
              onValue={setReason}
              required
              max={1000}
            />
            <Failed failure={act.failure} />
            <div class="form-foot">
              <Button kind="danger" type="submit" busy={act.isBusy}>
                {t("peers.acknowledge")}
              </Button>
              <Button onClick={() => setAsked(null)}>{t("act.back")}</Button>
            </div>
          </Form>
        </Dialog>
      )}
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
