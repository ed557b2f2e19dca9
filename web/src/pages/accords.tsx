// SPDX-License-Identifier: Apache-2.0
// Accords: read, compare, ratify, and what counts with each party in plain words.
import { useState } from "preact/hooks";
import { fetchJson, fetchRaw, useAct, useLoad } from "../api";
import type { Accord, AccordHash, Authority, SignedDocument } from "../api-types";
import { type Route, go, hrefOf } from "../route";
import { download } from "../safe";
import { may, useHere } from "../session";
import { date, t } from "../text";
import { Button, Code, Empty, Failed, Loading, Page, Section, Text } from "../ui/basic";
import { FileInput, Form, Input } from "../ui/form";
import { Table } from "../ui/table";
import { InForce, One } from "./accord";

/** A file read here and sent as it is: the bytes are what is signed. */
function TakeFile(props: {
  path: string;
  label: string;
  act: string;
  done: (answer: unknown) => void;
}) {
  const [file, setFile] = useState<File | undefined>();
  const act = useAct();
  return (
    <Form
      onSubmit={() =>
        act.run(async (once) => {
          if (!file) return;
          props.done(await fetchJson(props.path, { body: file, type: "application/json", once }));
        })
      }
    >
      <FileInput label={props.label} accept=".json,application/json" onFile={setFile} />
      <Failed failure={act.failure} />
      <Button type="submit" busy={act.isBusy} disabled={!file}>
        {props.act}
      </Button>
    </Form>
  );
}

function List() {
  const { session } = useHere();
  const accords = useLoad<{ items: Accord[] }>("/v1/accords");
  const items = accords.data?.items ?? [];
  return (
    <Page title={t("nav.accords")} lead={t("accords.lead")}>
      {accords.failure && <Failed failure={accords.failure} again={accords.reload} />}
      {!accords.data && !accords.failure && <Loading />}
      {accords.data && items.length === 0 && (
        <Empty title={t("accords.none")}>
          <p>{t("accords.none_do")}</p>
        </Empty>
      )}
      {items.length > 0 && (
        <Table
          caption={t("nav.accords")}
          rows={items}
          keyOf={(a) => a.accord}
          columns={[
            {
              name: t("word.accord"),
              cell: (a) => (
                <a class="row-name" href={hrefOf(["accords", a.accord])}>
                  <Text value={a.title} max={160} />
                  <span class="under">
                    <Code value={a.accord} short={12} />
                  </span>
                </a>
              ),
            },
            {
              name: t("accords.parties"),
              cell: (a) => <Text value={a.parties.map((p) => p.code).join(", ")} max={200} />,
            },
            {
              name: t("word.purposes"),
              cell: (a) => <Text value={a.purposes.join(", ")} max={200} />,
            },
            { name: t("accords.expires"), cell: (a) => date(a.expires) },
            { name: t("filter.state"), cell: (a) => <InForce accord={a} /> },
          ]}
        />
      )}
      <div class="three-columns">
        {may(session, "accords.decide") && (
          <Section title={t("accords.adopt")} note={t("accords.adopt_note")}>
            <TakeFile
              path="/v1/accords"
              label={t("accords.file")}
              act={t("accords.adopt_do")}
              done={(answer) => go(["accords", (answer as AccordHash).accord])}
            />
          </Section>
        )}
        {may(session, "accords.decide") && (
          <Section title={t("accords.take")} note={t("accords.take_note")}>
            <TakeFile
              path="/v1/accords/documents"
              label={t("accords.document_file")}
              act={t("accords.take_do")}
              done={(answer) => go(["accords", (answer as SignedDocument).accord])}
            />
          </Section>
        )}
        <Section title={t("accords.draft")} note={t("accords.draft_note")}>
          <Drafting />
        </Section>
      </div>
    </Page>
  );
}

/** A first draft between us and those whose party files are given; to be edited and adopted. */
function Drafting() {
  const [title, setTitle] = useState("");
  const [parties, setParties] = useState<Record<string, unknown>[]>([]);
  const [wrong, setWrong] = useState("");
  const act = useAct();
  const take = async (file: File | undefined) => {
    if (!file) return;
    try {
      setParties([...parties, JSON.parse(await file.text())]);
      setWrong("");
    } catch {
      setWrong(t("accords.not_json"));
    }
  };
  const ours = () =>
    act.run(async () => {
      const authority = await fetchJson<Authority>("/v1/authority");
      download(
        `${authority.code}.party.json`,
        "application/json",
        JSON.stringify(authority, null, 1),
      );
    });
  const draft = () =>
    act.run(async () => {
      const us = await fetchJson<Record<string, unknown>>("/v1/authority");
      const json = { parties: [us, ...parties], title: title || undefined };
      const text = await (await fetchRaw("/v1/accords/draft", { json })).text();
      download("accord-draft.json", "application/json", text);
    });
  return (
    <Form onSubmit={draft}>
      <Input
        label={t("accords.title")}
        value={title}
        onValue={setTitle}
        input={{ maxLength: 200 }}
      />
      <FileInput
        label={t("accords.party_file")}
        hint={parties.length ? parties.map((p) => String(p.code ?? "?")).join(", ") : undefined}
        wrong={wrong}
        accept=".json"
        onFile={take}
      />
      <Failed failure={act.failure} />
      <div class="form-foot">
        <Button type="submit" busy={act.isBusy} disabled={parties.length === 0}>
          {t("accords.draft_do")}
        </Button>
        <Button kind="quiet" onClick={ours}>
          {t("accords.our_party")}
        </Button>
      </div>
    </Form>
  );
}

export function AccordsPage({ route }: { route: Route }) {
  const [, hash] = route.path;
  return hash ? <One hash={hash} route={route} /> : <List />;
}
