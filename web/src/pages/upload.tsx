// SPDX-License-Identifier: Apache-2.0
// Loading a register: the file, what its columns are, what would come of it, and then the load.
import { useState } from "preact/hooks";
import { Failure, fetchJson, useAct } from "../api";
import type { Load, LoadResult, Upload } from "../api-types";
import { DATE_FORMATS, guessColumn, guessDateFormat, MEMBERS, mappingOf } from "../mapping";
import { go, hrefOf } from "../route";
import { clip } from "../safe";
import { useHere } from "../session";
import { t, word } from "../text";
import { Button, Failed, Notice, Page, Section, Text, useSaid } from "../ui/basic";
import { FileInput, Form, Group, Input, Select } from "../ui/form";
import { Table } from "../ui/table";
import { Offences } from "./request-draft";
import { LoadProgress, Sending, useSending } from "./upload-progress";
import { Result } from "./upload-result";

interface Choices {
  name: string;
  format: string;
  role: string;
  kind: string;
  country: string;
  retention: string;
  dateFormat: string;
  offences: string[];
  targets: string[];
  roles: { [text: string]: string };
}

function firstChoices(upload: Upload, roles: string[]): Partial<Choices> {
  const targets: string[] = [];
  for (const column of upload.columns) {
    const guess = guessColumn(column);
    const isTaken = guess !== "name" && targets.includes(guess);
    targets.push(isTaken ? "" : guess);
  }
  if (!targets.includes("id") && targets.length) targets[0] = "id";
  const dates = targets.indexOf("birthDate");
  const role = targets.indexOf("role");
  const texts = role < 0 ? [] : [...new Set(upload.rows.map((row) => (row[role] ?? "").trim()))];
  return {
    targets,
    dateFormat: guessDateFormat(dates < 0 ? [] : upload.rows.map((row) => row[dates] ?? "")),
    roles: Object.fromEntries(
      texts
        .filter(Boolean)
        .slice(0, 40)
        .map((text) => [text, roles.includes(text) ? text : ""]),
    ),
  };
}

function Columns(props: {
  upload: Upload;
  choices: Choices;
  onChange: (change: Partial<Choices>) => void;
}) {
  const { words } = useHere();
  const { upload, choices } = props;
  const targets = [
    { value: "", label: t("upload.ignore") },
    ...MEMBERS.map((value) => ({ value, label: word("member", value) })),
    ...words.identifiers.map((i) => ({ value: i.type, label: word("field", i.type) })),
  ];
  return (
    <>
      <Table
        caption={t("upload.columns")}
        rows={upload.columns.map((column, i) => ({ column, i }))}
        keyOf={(row) => String(row.i)}
        columns={[
          {
            name: t("upload.column"),
            cell: (row) => (
              <strong>
                <Text value={row.column} max={80} />
              </strong>
            ),
          },
          {
            name: t("upload.examples"),
            cell: (row) => (
              <Text
                value={upload.rows
                  .slice(0, 3)
                  .map((cells) => clip(cells[row.i] ?? "", 40)[0])
                  .filter(Boolean)
                  .join(" · ")}
              />
            ),
          },
          {
            name: t("upload.means"),
            cell: (row) => (
              <select
                aria-label={t("upload.means_of", { column: row.column })}
                value={choices.targets[row.i] ?? ""}
                onChange={(event) => {
                  const next = [...choices.targets];
                  next[row.i] = event.currentTarget.value;
                  props.onChange({ targets: next });
                }}
              >
                {targets.map((target) => (
                  <option key={target.value} value={target.value}>
                    {target.label}
                  </option>
                ))}
              </select>
            ),
          },
        ]}
      />
      {choices.targets.includes("birthDate") && (
        <Select
          label={t("upload.dates")}
          value={choices.dateFormat}
          onValue={(dateFormat) => props.onChange({ dateFormat })}
          choices={DATE_FORMATS.map((value) => ({ value, label: value }))}
        />
      )}
      {Object.keys(choices.roles).length > 0 &&
        choices.targets.includes("role") &&
        Object.entries(choices.roles).some(([text, role]) => text !== role) && (
          <Group label={t("upload.roles")}>
            <p class="hint">{t("upload.roles_hint")}</p>
            {Object.entries(choices.roles).map(([text, role]) => (
              <Select
                key={text}
                label={clip(text, 60)[0]}
                value={role}
                onValue={(value) => props.onChange({ roles: { ...choices.roles, [text]: value } })}
                choices={[
                  { value: "", label: t("form.choose") },
                  ...words.roles.map((value) => ({ value, label: word("role", value) })),
                ]}
              />
            ))}
          </Group>
        )}
    </>
  );
}

export function UploadPage({ name }: { name: string }) {
  const { words } = useHere();
  const [file, setFile] = useState<File | undefined>();
  const [extra, setExtra] = useState<(File | undefined)[]>([]);
  const [uploads, setUploads] = useState<Upload[]>([]);
  const [result, setResult] = useState<LoadResult | undefined>();
  const [choices, setChoices] = useState<Choices>({
    name,
    format: "csv",
    role: "",
    kind: "person",
    country: "",
    retention: "",
    dateFormat: "YYYY-MM-DD",
    offences: [],
    targets: [],
    roles: {},
  });
  const act = useAct();
  const [said, say] = useSaid();
  const { sent, send, stop } = useSending();
  const change = (next: Partial<Choices>) => {
    setChoices((old) => ({ ...old, ...next }));
    setResult(undefined);
  };
  const isCsv = choices.format === "csv";
  const upload = uploads[0];
  const begin = () => {
    say("");
    setUploads([]);
    setResult(undefined);
  };
  // Only this list has more files, and a later one not without the one before.
  const others = choices.format === "ofac" ? extra.filter((one) => one !== undefined) : [];
  const files = file ? [file, ...others] : [];

  const take = () =>
    act.run(async () => {
      begin();
      const taken = await send(files);
      setUploads(taken);
      if (taken[0] && isCsv) change(firstChoices(taken[0], words.roles));
    });
  const load = (isDry: boolean) =>
    act.run(async (once) => {
      if (!upload) return;
      const json: Load = {
        format: choices.format as Load["format"],
        uploads: uploads.map((one) => one.upload),
      };
      if (isCsv)
        json.mapping = mappingOf({
          ...choices,
          separator: upload.separator,
          columns: upload.columns,
        });
      if (choices.offences.length) json.offences = choices.offences;
      if (choices.role) json.role = choices.role;
      if (choices.country) json.country = choices.country;
      if (choices.retention) json.retention = choices.retention;
      if (isDry) json.dry_run = true;
      try {
        setResult(
          await fetchJson<LoadResult>(`/v1/registers/${encodeURIComponent(choices.name)}/load`, {
            json,
            once: isDry ? undefined : once,
          }),
        );
      } catch (error) {
        if (!(error instanceof Failure) || error.code !== "cancelled") throw error;
        begin();
        say(t("upload.stopped"));
      }
    });
  const isLoaded = result !== undefined && !result.dry_run;
  return (
    <Page
      title={t("registers.load")}
      above={<a href={hrefOf(["registers"])}>{t("nav.registers")}</a>}
      lead={t("upload.lead")}
    >
      {said}
      <Section title={t("upload.file")}>
        <Form onSubmit={take} class="narrow">
          <Input
            label={t("upload.name")}
            hint={t("upload.name_hint")}
            value={choices.name}
            onValue={(value) => change({ name: value })}
            required
            input={{ maxLength: 64, dir: "ltr" }}
          />
          <Select
            label={t("registers.format")}
            value={choices.format}
            onValue={(format) => {
              change({ format });
              begin();
            }}
            choices={words.formats.map((value) => ({ value, label: word("format", value) }))}
          />
          <FileInput
            label={t("upload.choose_file")}
            hint={t("upload.file_hint")}
            accept={isCsv ? ".csv,.txt,.tsv,text/csv" : undefined}
            onFile={(chosen) => {
              setFile(chosen);
              begin();
            }}
          />
          {choices.format === "ofac" && (
            <Group label={t("upload.more_files")}>
              {["ALT", "ADD"].map((label, i) => (
                <FileInput
                  key={i > 0 ? label + extra[i - 1]?.name : label}
                  label={label}
                  disabled={i > 0 && !extra[i - 1]}
                  onFile={(chosen) => {
                    setExtra(i === 0 ? [chosen] : [extra[0], chosen]);
                    begin();
                  }}
                />
              ))}
            </Group>
          )}
          <Button
            kind={upload ? "plain" : "main"}
            type="submit"
            busy={act.isBusy}
            disabled={!file || !choices.name}
          >
            {t("upload.take")}
          </Button>
          {sent !== undefined && (
            <Sending
              sent={sent}
              total={files.reduce((sum, one) => sum + one.size, 0)}
              stop={stop}
            />
          )}
        </Form>
      </Section>
      {!upload && <Failed failure={act.failure} />}
      {upload && (
        <>
          <Section title={t("upload.means_title")} note={t("upload.means_note")}>
            {isCsv && <Columns upload={upload} choices={choices} onChange={change} />}
            <div class="filters">
              {isCsv && (
                <Select
                  label={t("word.kind")}
                  value={choices.kind}
                  onValue={(kind) => change({ kind })}
                  choices={words.kinds.map((value) => ({ value, label: word("kind", value) }))}
                />
              )}
              <Select
                label={t("upload.default_role")}
                value={choices.role}
                onValue={(role) => change({ role })}
                choices={[
                  { value: "", label: t("filter.none") },
                  ...words.roles.map((value) => ({ value, label: word("role", value) })),
                ]}
              />
              <Input
                label={t("upload.country")}
                value={choices.country}
                onValue={(country) => change({ country: country.toUpperCase() })}
                input={{ maxLength: 3, dir: "ltr" }}
              />
              <Input
                label={t("word.retention")}
                value={choices.retention}
                onValue={(retention) => change({ retention })}
                input={{ type: "date", dir: "ltr" }}
              />
            </div>
            <Offences
              label={t("upload.default_offences")}
              chosen={choices.offences}
              onValue={(offences) => change({ offences })}
            />
            <Failed failure={act.failure} />
            {act.isBusy && sent === undefined && <LoadProgress upload={upload.upload} />}
            <div class="form-foot">
              <Button kind={result ? "plain" : "main"} busy={act.isBusy} onClick={() => load(true)}>
                {t("upload.try")}
              </Button>
              <Button
                kind={result ? "main" : "plain"}
                busy={act.isBusy}
                disabled={!result || isLoaded}
                onClick={() => load(false)}
              >
                {t("upload.load")}
              </Button>
              <span class="hint">{t("upload.all_or_nothing")}</span>
            </div>
          </Section>
          {isLoaded && (
            <Notice tone="good" title={t("upload.loaded", { name: choices.name })} role="status">
              <p>
                <Button onClick={() => go(["registers", choices.name])}>{t("upload.see")}</Button>
              </p>
            </Notice>
          )}
          {result && <Result result={result} />}
        </>
      )}
    </Page>
  );
}
