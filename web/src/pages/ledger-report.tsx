// SPDX-License-Identifier: Apache-2.0
// What oversight asks of a ledger: who asked what, how often, with which outcome, without a name.
import { useState } from "preact/hooks";
import { useLoad } from "../api";
import type { LedgerReport } from "../api-types";
import { number, t, word } from "../text";
import { Button, Empty, Failed, Figure, Loading, Text } from "../ui/basic";
import { Input, Select } from "../ui/form";
import { Table } from "../ui/table";

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
