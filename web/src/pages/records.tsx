// SPDX-License-Identifier: Apache-2.0
// The records of a register: searched by an identifier, and one of them.
import { useState } from "preact/hooks";
import { useLoad } from "../api";
import type { StoredRecord } from "../api-types";
import { type Route, go, hrefOf } from "../route";
import { plainOf } from "../safe";
import { useHere } from "../session";
import { number, t, word } from "../text";
import { Button, Empty, Facts, Failed, Loading, Page, Section, State, Text } from "../ui/basic";
import { Form, Input, Select } from "../ui/form";
import { PagedTable, Table } from "../ui/table";

export function Records({ name, route }: { name: string; route: Route }) {
  const { words } = useHere();
  const [type, setType] = useState(route.query.get("type") ?? "");
  const [value, setValue] = useState(route.query.get("value") ?? "");
  const query = new URLSearchParams({ register: name });
  const wanted = route.query.get("value");
  if (wanted) {
    const by = route.query.get("type");
    if (by) {
      query.set("type", by);
      query.set("value", wanted);
    } else query.set("id", wanted);
  }
  return (
    <>
      <Form
        class="filters"
        onSubmit={() => go(["registers", name], { part: "records", type, value })}
      >
        <Select
          label={t("records.by")}
          value={type}
          onValue={setType}
          choices={[
            { value: "", label: t("word.source_id") },
            ...words.identifiers.map((i) => ({ value: i.type, label: word("field", i.type) })),
          ]}
        />
        <Input
          label={t("records.value")}
          value={value}
          onValue={setValue}
          input={{ type: "search", maxLength: 200 }}
        />
        <Button type="submit">{t("act.search")}</Button>
      </Form>
      <PagedTable<StoredRecord>
        caption={t("word.records")}
        path={`/v1/records?${query}`}
        keyOf={(r) => String(r.number)}
        columns={[
          {
            name: t("word.record"),
            cell: (r) => (
              <a class="row-name" href={hrefOf(["registers", name, String(r.number)])}>
                <Text
                  value={r.values.find((v) => v.type === "name")?.value ?? r.record}
                  max={120}
                />
                <span class="under">
                  <Text value={r.record} max={80} />
                </span>
              </a>
            ),
          },
          { name: t("word.kind"), cell: (r) => word("kind", r.kind) },
          { name: t("word.role"), cell: (r) => word("role", r.role) },
          {
            name: t("word.offences"),
            cell: (r) => <Text value={r.offences.join(", ")} max={120} />,
          },
          { name: t("junk.values"), cell: (r) => number(r.values.length), isNumber: true },
        ]}
        empty={
          <Empty title={t("records.none")}>
            {wanted && (
              <p>
                <a href={hrefOf(["registers", name], { part: "records" })}>{t("filter.clear")}</a>
              </p>
            )}
          </Empty>
        }
      />
    </>
  );
}

export function OneRecord({ register, id }: { register: string; id: string }) {
  const loaded = useLoad<StoredRecord>(`/v1/records/${encodeURIComponent(id)}`);
  const above = <a href={hrefOf(["registers", register])}>{plainOf(register)}</a>;
  const record = loaded.data;
  if (!record) {
    return (
      <Page title={t("word.record")} above={above}>
        {loaded.failure ? <Failed failure={loaded.failure} again={loaded.reload} /> : <Loading />}
      </Page>
    );
  }
  return (
    <Page
      title={plainOf(record.values.find((v) => v.type === "name")?.value ?? record.record)}
      above={above}
      lead={
        <>
          {word("kind", record.kind)} · {word("role", record.role)}{" "}
          {record.minor && <State family="record" value="minor" tone="wait" />}
        </>
      }
    >
      <Section title={t("records.values")}>
        <Table
          caption={t("records.values")}
          rows={record.values}
          keyOf={(value) => value.type + value.canonical + value.value}
          columns={[
            { name: t("junk.type"), cell: (v) => word("field", v.type) },
            { name: t("records.written"), cell: (v) => <Text value={v.value} max={400} /> },
            { name: t("records.canonical"), cell: (v) => <Text value={v.canonical} max={400} /> },
            {
              name: t("records.check"),
              cell: (v) =>
                v.check_failed ? <State family="record" value="check_failed" tone="wait" /> : "",
            },
          ]}
        />
      </Section>
      <Section title={t("records.handling")}>
        <Facts
          facts={[
            { label: t("word.source_id"), value: <Text value={record.record} max={200} /> },
            { label: t("word.offences"), value: <Text value={record.offences.join(", ")} /> },
            {
              label: t("records.grading"),
              value: <Text value={record.grading_words || record.grading} max={200} />,
            },
            { label: t("records.assessment"), value: t(record.assessment ? "yes" : "no") },
            { label: t("word.retention"), value: <Text value={record.retention} max={20} /> },
          ]}
        />
      </Section>
    </Page>
  );
}
