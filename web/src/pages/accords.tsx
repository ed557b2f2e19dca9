// SPDX-License-Identifier: Apache-2.0
// Accords: read, compare, ratify, and what counts with each party in plain words.
import { useState } from "preact/hooks";
import { fetchJson, fetchRaw, useAct, useLoad } from "../api";
import type {
  Accord,
  AccordDetail,
  AccordHash,
  Authority,
  Explanation,
  SignedDocument,
} from "../api-types";
import { go, hrefOf, type Route } from "../route";
import { download } from "../safe";
import { may, useHere } from "../session";
import { explainedParts } from "../explained";
import { date, t } from "../text";
import {
  Button,
  Code,
  Dialog,
  Empty,
  Facts,
  Failed,
  Loading,
  Notice,
  Page,
  Section,
  State,
  Tabs,
  Text,
  Time,
  useSaid,
} from "../ui/basic";
import { Area, FileInput, Form, Input, Select } from "../ui/form";
import { Table } from "../ui/table";
import { Tree } from "../ui/tree";

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

function InForce({ accord }: { accord: Accord }) {
  const others = accord.parties.filter((party) => !party.is_us);
  const inForce = others.filter((party) => party.in_force_with_us);
  if (accord.amended_by.length > 0)
    return <State family="accord_state" value="replaced" tone="quiet" />;
  if (inForce.length > 0) return <State family="accord_state" value="in_force" tone="good" />;
  const us = accord.parties.find((party) => party.is_us);
  return us?.ratified ? (
    <State family="accord_state" value="waits_others" tone="info" />
  ) : (
    <State family="accord_state" value="waits_us" tone="wait" />
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
      <div class="two-columns">
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

function Explained({ path }: { path: string }) {
  const loaded = useLoad<Explanation>(path);
  if (loaded.failure) return <Failed failure={loaded.failure} again={loaded.reload} />;
  if (!loaded.data) return <Loading />;
  return (
    <div class="explanation" lang="en" dir="ltr">
      {explainedParts(loaded.data.explanation).map((part) => (
        <dl key={part[0]?.lines[0] ?? ""}>
          {part.map(({ head, lines }, i) => (
            <div key={i}>
              <dt>{head}</dt>
              <dd>
                {lines.map((line) =>
                  line.startsWith("- ") ? (
                    <span class="item" key={line}>
                      <Text value={line.slice(2)} />
                    </span>
                  ) : (
                    <Text key={line} value={line} />
                  ),
                )}
              </dd>
            </div>
          ))}
        </dl>
      ))}
    </div>
  );
}

function RatifyDialog({
  accord,
  onClose,
  done,
}: {
  accord: Accord;
  onClose: () => void;
  done: () => void;
}) {
  const [reservations, setReservations] = useState("");
  const [made, setMade] = useState<SignedDocument | undefined>();
  const [wrong, setWrong] = useState("");
  const act = useAct();
  const submit = () => {
    let wished: Record<string, unknown>[] | undefined;
    try {
      const given = reservations.trim() ? JSON.parse(reservations) : undefined;
      wished = Array.isArray(given) ? given : given?.reservations;
    } catch {
      setWrong(t("accords.not_json"));
      return;
    }
    act.run(async (once) => {
      const json = wished ? { reservations: wished } : {};
      setMade(
        await fetchJson<SignedDocument>(`/v1/accords/${accord.accord}/ratify`, { json, once }),
      );
      done();
    });
  };
  return (
    <Dialog title={t("accords.ratify_ask")} onClose={onClose} wide>
      {made ? (
        <>
          <Notice tone="good" title={t("accords.ratified")}>
            <p>{t("accords.ratified_do")}</p>
          </Notice>
          <div class="form-foot">
            <Button
              kind="main"
              onClick={() =>
                download(
                  `${made.party}.ratification.json`,
                  "application/json",
                  JSON.stringify(made.document),
                )
              }
            >
              {t("accords.ratification_save")}
            </Button>
            <Button onClick={onClose}>{t("act.close")}</Button>
          </div>
        </>
      ) : (
        <Form onSubmit={submit}>
          <p>{t("accords.ratify_what", { title: accord.title })}</p>
          <Area
            label={t("accords.reservations")}
            hint={t("accords.reservations_hint")}
            wrong={wrong}
            value={reservations}
            onValue={setReservations}
            rows={5}
            code
            max={100_000}
          />
          <Failed failure={act.failure} />
          <div class="form-foot">
            <Button kind="main" type="submit" busy={act.isBusy}>
              {t("accords.ratify")}
            </Button>
            <Button onClick={onClose}>{t("act.back")}</Button>
          </div>
        </Form>
      )}
    </Dialog>
  );
}

function DenounceDialog({
  accord,
  onClose,
  done,
}: {
  accord: Accord;
  onClose: () => void;
  done: () => void;
}) {
  const [reason, setReason] = useState("");
  const [lastDay, setLastDay] = useState("");
  const act = useAct();
  return (
    <Dialog title={t("accords.denounce_ask")} onClose={onClose}>
      <Form
        onSubmit={() =>
          act.run(async (once) => {
            const json = { reason, last_day: lastDay || undefined };
            const made = await fetchJson<SignedDocument>(`/v1/accords/${accord.accord}/denounce`, {
              json,
              once,
            });
            download(
              `${made.party}.denunciation.json`,
              "application/json",
              JSON.stringify(made.document),
            );
            done();
            onClose();
          })
        }
      >
        <p>{t("accords.denounce_what")}</p>
        <Area label={t("accords.reason")} value={reason} onValue={setReason} required max={2000} />
        <Input
          label={t("accords.last_day")}
          value={lastDay}
          onValue={setLastDay}
          input={{ type: "date", dir: "ltr" }}
        />
        <Failed failure={act.failure} />
        <div class="form-foot">
          <Button kind="danger" type="submit" busy={act.isBusy}>
            {t("accords.denounce")}
          </Button>
          <Button onClick={onClose}>{t("act.back")}</Button>
        </div>
      </Form>
    </Dialog>
  );
}

function Status({ accord }: { accord: AccordDetail }) {
  return (
    <>
      <Table
        caption={t("accords.parties")}
        rows={accord.parties}
        keyOf={(p) => p.code}
        columns={[
          {
            name: t("word.party"),
            cell: (p) => (
              <span class="two-lines">
                <strong>
                  <Text value={p.code} max={40} />
                </strong>
                <span class="under">
                  <Text value={p.name} max={120} />
                </span>
              </span>
            ),
          },
          { name: t("accords.ratified_at"), cell: (p) => <Time iso={p.ratified} /> },
          { name: t("accords.reservations"), cell: (p) => String(p.reservations), isNumber: true },
          {
            name: t("accords.with_us"),
            cell: (p) =>
              p.is_us ? (
                t("us")
              ) : p.in_force_with_us ? (
                <State family="accord_state" value="in_force" tone="good" />
              ) : (
                <span class="two-lines">
                  <State family="accord_state" value="not_in_force" tone="quiet" />
                  {p.clause && (
                    <span class="under">
                      <Code value={p.clause} />
                    </span>
                  )}
                </span>
              ),
          },
        ]}
      />
      <Facts
        facts={[
          { label: t("accords.hash"), value: <Code value={accord.accord} /> },
          {
            label: t("accords.ratifications"),
            value: `${accord.ratifications} / ${accord.needed}`,
          },
          { label: t("accords.expires"), value: date(accord.expires) },
          { label: t("accords.adopted"), value: <Time iso={accord.adopted} /> },
          { label: t("word.purposes"), value: <Text value={accord.purposes.join(", ")} /> },
        ]}
      />
      {accord.documents.length > 0 && (
        <Section title={t("accords.documents")}>
          <Table
            caption={t("accords.documents")}
            rows={accord.documents}
            keyOf={(d) => `${d.party} ${d.kind} ${d.received}`}
            columns={[
              { name: t("word.party"), cell: (d) => <Text value={d.party} max={40} /> },
              { name: t("accords.kind"), cell: (d) => t(`accords.${d.kind}`) },
              { name: t("word.time"), cell: (d) => <Time iso={d.received} /> },
              {
                name: t("accords.file"),
                cell: (d) => (
                  <Button
                    kind="quiet"
                    onClick={() =>
                      download(
                        `${d.party}.${d.kind}.json`,
                        "application/json",
                        JSON.stringify(d.document),
                      )
                    }
                  >
                    {t("act.save")}
                  </Button>
                ),
              },
            ]}
          />
        </Section>
      )}
    </>
  );
}

function Compare({ accord }: { accord: Accord }) {
  const accords = useLoad<{ items: Accord[] }>("/v1/accords");
  const others = (accords.data?.items ?? []).filter((a) => a.accord !== accord.accord);
  const [from, setFrom] = useState(accord.amends ?? "");
  const chosen = from || others[0]?.accord || "";
  if (!accords.data) return <Loading />;
  if (others.length === 0) {
    return (
      <Empty title={t("accords.compare_none")}>
        <p>{t("accords.compare_none_do")}</p>
      </Empty>
    );
  }
  return (
    <>
      <Select
        label={t("accords.compare_from")}
        value={chosen}
        onValue={setFrom}
        choices={others.map((a) => ({
          value: a.accord,
          label: `${a.title} (${a.accord.slice(0, 8)})`,
        }))}
      />
      <Explained path={`/v1/accords/${accord.accord}/changes?from=${chosen}`} />
    </>
  );
}

function One({ hash, route }: { hash: string; route: Route }) {
  const { session } = useHere();
  const loaded = useLoad<AccordDetail>(`/v1/accords/${encodeURIComponent(hash)}`);
  const [open, setOpen] = useState<"ratify" | "denounce" | null>(null);
  const [said, say] = useSaid();
  const act = useAct();
  const accord = loaded.data;
  const above = <a href={hrefOf(["accords"])}>{t("nav.accords")}</a>;
  if (!accord) {
    return (
      <Page title={t("word.accord")} above={above}>
        {loaded.failure ? <Failed failure={loaded.failure} again={loaded.reload} /> : <Loading />}
      </Page>
    );
  }
  const part = route.query.get("part") ?? "status";
  const others = accord.parties.filter((party) => !party.is_us);
  const us = accord.parties.find((party) => party.is_us);
  const tab = (value: string, label: string, more: Record<string, string> = {}) => ({
    href: hrefOf(["accords", hash], { part: value, ...more }),
    label,
    isHere: part === value,
  });
  const partner = route.query.get("with") ?? others[0]?.code ?? "";
  const save = (what: "text" | "amendment") =>
    act.run(async () => {
      const answer = await fetchRaw(`/v1/accords/${hash}/${what}`);
      download(
        `${what === "text" ? "accord" : "amendment"}-${hash.slice(0, 8)}.json`,
        "application/json",
        await answer.blob(),
      );
    });
  return (
    <Page
      title={accord.title}
      above={above}
      lead={<InForce accord={accord} />}
      actions={
        <>
          <Button kind="quiet" busy={act.isBusy} onClick={() => save("text")}>
            {t("accords.save")}
          </Button>
          <Button kind="quiet" busy={act.isBusy} onClick={() => save("amendment")}>
            {t("accords.amend")}
          </Button>
          {may(session, "accords.decide") && us?.ratified && !us.bound_until && (
            <Button kind="danger" onClick={() => setOpen("denounce")}>
              {t("accords.denounce")}
            </Button>
          )}
          {may(session, "accords.decide") && us && !us.ratified && (
            <Button kind="main" onClick={() => setOpen("ratify")}>
              {t("accords.ratify")}
            </Button>
          )}
        </>
      }
    >
      {said}
      <Failed failure={act.failure} />
      <Tabs
        tabs={[
          tab("status", t("accords.status")),
          tab("words", t("accords.words")),
          tab("text", t("accords.text")),
          tab("compare", t("accords.compare")),
        ]}
      />
      {part === "status" && <Status accord={accord} />}
      {part === "words" && (
        <>
          <Select
            label={t("accords.words_with")}
            value={partner}
            onValue={(code) => go(["accords", hash], { part: "words", with: code })}
            choices={others.map((p) => ({ value: p.code, label: `${p.code} – ${p.name}` }))}
          />
          {partner && (
            <Explained
              path={`/v1/accords/${hash}/explanation?with=${encodeURIComponent(partner)}`}
            />
          )}
        </>
      )}
      {part === "text" && <Tree value={accord.document} />}
      {part === "compare" && <Compare accord={accord} />}
      {open === "ratify" && (
        <RatifyDialog accord={accord} onClose={() => setOpen(null)} done={loaded.reload} />
      )}
      {open === "denounce" && (
        <DenounceDialog
          accord={accord}
          onClose={() => setOpen(null)}
          done={() => {
            say(t("accords.denounced"));
            loaded.reload();
          }}
        />
      )}
    </Page>
  );
}

export function AccordsPage({ route }: { route: Route }) {
  const [, hash] = route.path;
  return hash ? <One hash={hash} route={route} /> : <List />;
}
