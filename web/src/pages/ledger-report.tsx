// SPDX-License-Identifier: Apache-2.0
// What oversight asks of a ledger: a report without a name, and what is held of one person.
import { useState } from "preact/hooks";
import { fetchJson, useAct, useLoad } from "../api";
import type { LedgerReport, SubjectReport } from "../api-types";
import { useHere } from "../session";
import { number, t, word } from "../text";
import { Button, Empty, Failed, Figure, Loading, Notice, Section, Text } from "../ui/basic";
import { Area, Form, Input, Select } from "../ui/form";
import { Table } from "../ui/table";
import { Tree } from "../ui/tree";

interface Row {
  group: { [name: string]: string | number | boolean };
  i: number;
}

export function Report() {
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

export function Subject() {
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
