// SPDX-License-Identifier: Apache-2.0
// Registers: what is loaded, what was quarantined and why, what is odd, and one record.
import { useState } from "preact/hooks";
import { fetchJson, useAct, useLoad } from "../api";
import type { JunkReport, QuarantineRow, Register } from "../api-types";
import { type Route, go, hrefOf } from "../route";
import { plainOf } from "../safe";
import { may, useHere } from "../session";
import { number, percent, t, word } from "../text";
import {
  Button,
  Dialog,
  Empty,
  English,
  Facts,
  Failed,
  LinkButton,
  Loading,
  Page,
  Section,
  Tabs,
  Text,
  Time,
} from "../ui/basic";
import { PagedTable, Table } from "../ui/table";
import { OneRecord, Records } from "./records";
import { UploadPage } from "./upload";

function List() {
  const registers = useLoad<{ items: Register[] }>("/v1/registers");
  return (
    <Page
      title={t("nav.registers")}
      lead={t("registers.lead")}
      actions={
        <LinkButton kind="main" href={hrefOf(["registers", "new"])}>
          {t("registers.load")}
        </LinkButton>
      }
    >
      {registers.failure && <Failed failure={registers.failure} again={registers.reload} />}
      {!registers.data && !registers.failure && <Loading />}
      {registers.data?.items.length === 0 && (
        <Empty title={t("registers.none")}>
          <p>{t("registers.none_do")}</p>
          <p>
            <LinkButton kind="main" href={hrefOf(["registers", "new"])}>
              {t("registers.load")}
            </LinkButton>
          </p>
        </Empty>
      )}
      {registers.data && registers.data.items.length > 0 && (
        <Table
          caption={t("nav.registers")}
          rows={registers.data.items}
          keyOf={(r) => r.name}
          columns={[
            {
              name: t("word.register"),
              cell: (r) => (
                <a class="row-name" href={hrefOf(["registers", r.name])}>
                  <Text value={r.name} max={80} />
                </a>
              ),
            },
            { name: t("registers.format"), cell: (r) => word("format", r.format) },
            { name: t("word.records"), cell: (r) => number(r.records), isNumber: true },
            {
              name: t("registers.quarantined"),
              cell: (r) =>
                r.quarantined > 0 ? (
                  <a href={hrefOf(["registers", r.name], { part: "quarantine" })}>
                    {number(r.quarantined)}
                  </a>
                ) : (
                  "0"
                ),
              isNumber: true,
            },
            { name: t("registers.loaded"), cell: (r) => <Time iso={r.loaded} /> },
          ]}
        />
      )}
    </Page>
  );
}

function Junk({ name }: { name: string }) {
  const report = useLoad<JunkReport>(`/v1/registers/${encodeURIComponent(name)}/report`);
  if (report.failure) return <Failed failure={report.failure} again={report.reload} />;
  if (!report.data) return <Loading />;
  const { data } = report;
  return (
    <>
      <Facts
        facts={[
          { label: t("word.records"), value: number(data.records) },
          { label: t("junk.values"), value: number(data.values) },
          { label: t("registers.quarantined"), value: number(data.quarantined) },
        ]}
      />
      <Section title={t("junk.types")} note={t("junk.note")}>
        {data.types.length === 0 ? (
          <Empty title={t("junk.none")} />
        ) : (
          <Table
            caption={t("junk.types")}
            rows={data.types}
            keyOf={(row) => row.type}
            file={`values-${name}`}
            columns={[
              { name: t("junk.type"), cell: (r) => word("field", r.type), plain: (r) => r.type },
              {
                name: t("junk.values"),
                cell: (r) => number(r.values),
                plain: (r) => r.values,
                isNumber: true,
              },
              {
                name: t("junk.distinct"),
                cell: (r) =>
                  `${number(r.distinct)} (${percent(r.values ? r.distinct / r.values : 1, 0)})`,
                plain: (r) => r.distinct,
                isNumber: true,
              },
              {
                name: t("junk.check_failed"),
                cell: (r) => number(r.check_failed),
                plain: (r) => r.check_failed,
                isNumber: true,
              },
              {
                name: t("junk.unchecked"),
                cell: (r) => number(r.unchecked),
                plain: (r) => r.unchecked,
                isNumber: true,
              },
              {
                name: t("junk.test"),
                cell: (r) => number(r.test),
                plain: (r) => r.test,
                isNumber: true,
              },
            ]}
          />
        )}
      </Section>
      {data.reasons.length > 0 && (
        <Section title={t("junk.reasons")}>
          <Table
            caption={t("junk.reasons")}
            rows={data.reasons}
            keyOf={(row) => row.reason}
            columns={[
              {
                name: t("quarantine.reason"),
                cell: (r) => (
                  <English>
                    <Text value={r.reason} />
                  </English>
                ),
              },
              { name: t("junk.rows"), cell: (r) => number(r.rows), isNumber: true },
            ]}
          />
        </Section>
      )}
    </>
  );
}

function Quarantine({ name }: { name: string }) {
  return (
    <PagedTable<QuarantineRow>
      caption={t("registers.quarantined")}
      path={`/v1/registers/${encodeURIComponent(name)}/quarantine`}
      file={`quarantine-${name}`}
      keyOf={(row) => `${row.file}:${row.line}:${row.field}:${row.reason}`}
      columns={[
        {
          name: t("quarantine.file"),
          cell: (r) => <Text value={r.file} max={100} />,
          plain: (r) => r.file,
        },
        {
          name: t("quarantine.line"),
          cell: (r) => number(r.line),
          plain: (r) => r.line,
          isNumber: true,
        },
        {
          name: t("quarantine.field"),
          cell: (r) => <Text value={r.field} max={80} />,
          plain: (r) => r.field,
        },
        {
          name: t("quarantine.reason"),
          cell: (r) => (
            <English>
              <Text value={r.reason} />
            </English>
          ),
          plain: (r) => r.reason,
        },
      ]}
      empty={
        <Empty title={t("quarantine.none")}>
          <p>{t("quarantine.none_do")}</p>
        </Empty>
      }
    />
  );
}

function OneRegister({ name, route }: { name: string; route: Route }) {
  const { session } = useHere();
  const [isDropping, setDropping] = useState(false);
  const act = useAct();
  const part = route.query.get("part") ?? "records";
  const tab = (value: string, label: string) => ({
    href: hrefOf(["registers", name], { part: value }),
    label,
    isHere: part === value,
  });
  return (
    <Page
      title={plainOf(name)}
      above={<a href={hrefOf(["registers"])}>{t("nav.registers")}</a>}
      actions={
        <>
          {may(session, "registers.drop") && (
            <Button kind="danger" onClick={() => setDropping(true)}>
              {t("registers.drop")}
            </Button>
          )}
          <LinkButton kind="main" href={hrefOf(["registers", "new"], { name })}>
            {t("registers.load_again")}
          </LinkButton>
        </>
      }
    >
      <Tabs
        tabs={[
          tab("records", t("word.records")),
          tab("quarantine", t("registers.quarantined")),
          tab("report", t("junk.title")),
        ]}
      />
      {part === "quarantine" && <Quarantine name={name} />}
      {part === "report" && <Junk name={name} />}
      {part === "records" && <Records name={name} route={route} />}
      {isDropping && (
        <Dialog title={t("registers.drop_ask", { name })} onClose={() => setDropping(false)}>
          <p>{t("registers.drop_what")}</p>
          <Failed failure={act.failure} />
          <div class="form-foot">
            <Button
              kind="danger"
              busy={act.isBusy}
              onClick={() =>
                act.run(async () => {
                  await fetchJson(`/v1/registers/${encodeURIComponent(name)}`, {
                    method: "DELETE",
                  });
                  go(["registers"]);
                })
              }
            >
              {t("registers.drop")}
            </Button>
            <Button onClick={() => setDropping(false)}>{t("act.back")}</Button>
          </div>
        </Dialog>
      )}
    </Page>
  );
}

export function RegistersPage({ route }: { route: Route }) {
  const [, name, record] = route.path;
  if (!name) return <List />;
  if (name === "new") return <UploadPage name={route.query.get("name") ?? ""} />;
  if (record) return <OneRecord register={name} id={record} />;
  return <OneRegister name={name} route={route} />;
}
