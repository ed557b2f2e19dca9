// SPDX-License-Identifier: Apache-2.0
// What oversight asks of a ledger: who asked what, how often, with which outcome, without a name.
import { useState } from "preact/hooks";
import { useLoad } from "../api";
import type { LedgerReport } from "../api-types";
import { number, percent, t, word } from "../text";
import { Button, Empty, Failed, Figure, Loading, Text } from "../ui/basic";
import { Input, Select } from "../ui/form";
import { Table } from "../ui/table";

type Group = { [name: string]: string | number | boolean };

interface Row {
  group: Group;
  i: number;
}

const order = [
  "party",
  "purpose",
  "month",
  "hour",
  "we",
  "proposed",
  "done",
  "connections",
  "turned_away",
  "evaluated",
  "refused",
  "broken",
  "tokens",
  "batches",
  "hits",
  "hit_ratio",
  "active_hours",
  "busiest_hour_evaluated",
  "busiest_hour",
];

/** One table of groups, what they are grouped by first. */
function Groups(props: { caption: string; file: string; by: string; groups: Group[] }) {
  const { groups } = props;
  const names = groups[0] ? Object.keys(groups[0]).filter((name) => name !== "small") : [];
  const place = (name: string) => (name === props.by ? -1 : order.indexOf(name));
  names.sort((a, b) => place(a) - place(b));
  const shown = (name: string, value: number, isSmall: boolean) =>
    `${name === "hit_ratio" ? percent(value, 3) : number(value)}${isSmall && name !== "tokens" && value > 0 ? " *" : ""}`;
  return (
    <Table
      caption={props.caption}
      rows={groups.map((group, i) => ({ group, i }))}
      keyOf={(row) => String(row.i)}
      file={props.file}
      columns={names.map((name) => ({
        name: word("report", name),
        isNumber: typeof groups[0]?.[name] === "number",
        cell: ({ group }: Row) => {
          const value = group[name];
          if (typeof value === "number") return shown(name, value, Boolean(group.small));
          return name === "we" ? word("we", String(value)) : <Text value={value} max={80} />;
        },
        plain: ({ group }: Row) => group[name] ?? null,
      }))}
    />
  );
}

export function Report() {
  const [by, setBy] = useState("party");
  const [from, setFrom] = useState("");
  const [to, setTo] = useState("");
  const query = new URLSearchParams({ by, ...(from ? { from } : {}), ...(to ? { to } : {}) });
  const report = useLoad<LedgerReport>(`/v1/ledger/report?${query}`);
  const groups = (report.data?.groups ?? []) as Group[];
  const lookups = (report.data?.lookups ?? []) as unknown as Group[];
  return (
    <>
      <p class="hint">{t("ledger.report_note")}</p>
      <div class="filters no-print">
        <Select
          label={t("ledger.by")}
          value={by}
          onValue={setBy}
          choices={["party", "purpose", "month", "hour"].map((value) => ({
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
          {groups.length + lookups.length === 0 && <Empty title={t("ledger.report_none")} />}
          {groups.length > 0 && (
            <Groups caption={t("ledger.report")} file="ledger-report" by={by} groups={groups} />
          )}
          {lookups.length > 0 && (
            <Groups
              caption={t("ledger.report_lookups")}
              file="ledger-lookups"
              by={by}
              groups={lookups}
            />
          )}
          <p class="hint">{t("ledger.small", { n: report.data.small_below })}</p>
        </>
      )}
    </>
  );
}
