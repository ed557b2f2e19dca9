// SPDX-License-Identifier: Apache-2.0
// What came of a load, or would come of it: counts, what is wrong by line, and first records.
import type { LoadResult } from "../api-types";
import { number, t, word } from "../text";
import { English, Figure, Notice, Section, State, Text } from "../ui/basic";
import { Table } from "../ui/table";

export function Result({ result }: { result: LoadResult }) {
  return (
    <Section title={t(result.dry_run ? "upload.preview" : "upload.done")}>
      <div class="figures">
        <Figure n={result.records} label={t("word.records")} />
        {!result.dry_run && (
          <>
            <Figure n={result.new} label={t("upload.new")} />
            <Figure n={result.changed} label={t("upload.changed")} />
          </>
        )}
        <Figure n={result.quarantined} label={t("registers.quarantined")} />
        <Figure n={result.warnings} label={t("upload.warnings")} />
      </div>
      {result.quarantined > 0 && (
        <Notice tone="wait" title={t("upload.quarantine", { n: result.quarantined })}>
          <p>{t("upload.quarantine_do")}</p>
        </Notice>
      )}
      {result.diagnostics.length > 0 && (
        <Table
          caption={t("upload.diagnostics")}
          showCaption
          rows={result.diagnostics.slice(0, 100).map((d, i) => ({ ...d, i }))}
          keyOf={(row) => String(row.i)}
          file="diagnostics"
          columns={[
            {
              name: t("upload.severity"),
              cell: (d) => (
                <State
                  family="severity"
                  value={d.severity}
                  tone={d.severity === "error" ? "bad" : "wait"}
                />
              ),
              plain: (d) => d.severity,
            },
            {
              name: t("quarantine.line"),
              cell: (d) => number(d.line),
              plain: (d) => d.line,
              isNumber: true,
            },
            {
              name: t("quarantine.field"),
              cell: (d) => <Text value={d.field} max={80} />,
              plain: (d) => d.field,
            },
            {
              name: t("quarantine.reason"),
              cell: (d) => (
                <English>
                  <Text value={d.reason} max={400} />
                </English>
              ),
              plain: (d) => d.reason,
            },
          ]}
        />
      )}
      {result.sample.length > 0 && (
        <Table
          caption={t("upload.sample")}
          showCaption
          rows={result.sample}
          keyOf={(row) => row.record}
          columns={[
            { name: t("word.source_id"), cell: (r) => <Text value={r.record} max={80} /> },
            { name: t("word.role"), cell: (r) => word("role", r.role) },
            {
              name: t("word.offences"),
              cell: (r) => <Text value={r.offences.join(", ")} max={80} />,
            },
            {
              name: t("junk.values"),
              cell: (r) => (
                <span class="rules">
                  {r.values.map((v) => (
                    <span class="rule" key={v.type + v.value}>
                      {word("field", v.type)}: <Text value={v.value} max={60} />
                    </span>
                  ))}
                </span>
              ),
            },
          ]}
        />
      )}
    </Section>
  );
}
