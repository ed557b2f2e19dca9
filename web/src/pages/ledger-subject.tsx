// SPDX-License-Identifier: Apache-2.0
// What is held of one person, the runs it took part in, and what was disclosed: for who asks for access.
import { useState } from "preact/hooks";
import { fetchJson, useAct } from "../api";
import type { SubjectReport } from "../api-types";
import { plainOf } from "../safe";
import { useHere } from "../session";
import { date, t, word } from "../text";
import { Button, Empty, Facts, Failed, Notice, Section, State, Text } from "../ui/basic";
import { Area, Form, Input, Select } from "../ui/form";
import { RunCell } from "../ui/run";
import { Table } from "../ui/table";

interface Disclosure {
  hit: number;
  state: string;
  fields: string;
}
interface SubjectRun {
  run: string;
  time?: string;
  with?: string;
  purpose?: string;
  we?: string;
  hit_by: string[];
  disclosures: Disclosure[];
}
interface SubjectRecord {
  record: string;
  register: string;
  kind: string;
  role: string;
  grading: string;
  assessment: boolean;
  delete_after: string | null;
  runs: SubjectRun[];
}

function Disclosed({ run }: { run: SubjectRun }) {
  if (run.disclosures.length === 0) return <span class="none">–</span>;
  return (
    <span class="two-lines">
      {run.disclosures.map((one) => (
        <span key={one.hit}>
          <State family="state" value={one.state} />
          {one.fields && (
            <span class="under">
              <Text value={one.fields} max={300} />
            </span>
          )}
        </span>
      ))}
    </span>
  );
}

function Runs({ record }: { record: SubjectRecord }) {
  if (record.runs.length === 0) return <p class="hint">{t("subject.no_runs")}</p>;
  return (
    <Table
      caption={t("subject.runs")}
      showCaption
      rows={record.runs}
      keyOf={(run) => run.run}
      file={`subject-${record.record}`}
      columns={[
        {
          name: t("word.run"),
          cell: (r) => <RunCell run={r.run} time={r.time} />,
          plain: (r) => r.run,
        },
        {
          name: t("word.party"),
          cell: (r) => (
            <span class="two-lines">
              <Text value={r.with} max={40} />
              <span class="under">{r.we && word("we", r.we)}</span>
            </span>
          ),
          plain: (r) => r.with,
        },
        {
          name: t("word.purpose"),
          cell: (r) => <Text value={r.purpose} max={60} />,
          plain: (r) => r.purpose,
        },
        {
          name: t("hits.why"),
          cell: (r) => <Text value={r.hit_by.join(", ")} max={300} />,
          plain: (r) => r.hit_by.join(" "),
        },
        {
          name: t("subject.disclosed"),
          cell: (r) => <Disclosed run={r} />,
          plain: (r) => r.disclosures.map((one) => `${one.state} ${one.fields}`).join("; "),
        },
      ]}
    />
  );
}

function Found({ record }: { record: SubjectRecord }) {
  return (
    <Section title={plainOf(record.record)}>
      <Facts
        facts={[
          { label: t("word.register"), value: <Text value={record.register} max={80} /> },
          { label: t("word.kind"), value: word("kind", record.kind) },
          { label: t("word.role"), value: word("role", record.role) },
          { label: t("records.assessment"), value: t(record.assessment ? "yes" : "no") },
          ...(record.grading
            ? [{ label: t("records.grading"), value: <Text value={record.grading} max={20} /> }]
            : []),
          { label: t("word.retention"), value: date(record.delete_after) || "–" },
        ]}
      />
      <Runs record={record} />
    </Section>
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
        <>
          <p role="status">{t("subject.found", { n: result.records.length })}</p>
          {result.records.length === 0 && <Empty title={t("subject.none")} />}
          {(result.records as unknown as SubjectRecord[]).map((record) => (
            <Found key={`${record.register}/${record.record}`} record={record} />
          ))}
        </>
      )}
    </>
  );
}
