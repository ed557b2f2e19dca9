// SPDX-License-Identifier: Apache-2.0
// One accord: where it stands, what counts with each party in plain words, its text, and what changed.
import { useState } from "preact/hooks";
import { fetchRaw, useAct, useLoad } from "../api";
import type { Accord, AccordDetail, Explanation } from "../api-types";
import { explainedParts } from "../explained";
import { type Route, go, hrefOf } from "../route";
import { download, plainOf } from "../safe";
import { may, useHere } from "../session";
import { date, t } from "../text";
import {
  Button,
  Code,
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
import { Select } from "../ui/form";
import { Table } from "../ui/table";
import { Tree } from "../ui/tree";
import { DenounceDialog, RatifyDialog } from "./accord-sign";

export function InForce({ accord }: { accord: Accord }) {
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

function Lacks({ accord }: { accord: AccordDetail }) {
  if (accord.lacks.length === 0) return null;
  return (
    <Notice tone="wait" title={t("accords.lacks")}>
      <ul class="plain-list" lang="en" dir="ltr">
        {accord.lacks.map(({ field, reason }) => (
          <li key={field}>
            <Code value={field} /> <Text value={reason} />
          </li>
        ))}
      </ul>
      <p>{t("accords.lacks_do")}</p>
    </Notice>
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
          {
            name: t("accords.reservations_n"),
            cell: (p) => String(p.reservations),
            isNumber: true,
          },
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
          label: plainOf(`${a.title} (${a.accord.slice(0, 8)})`),
        }))}
      />
      <Explained path={`/v1/accords/${accord.accord}/changes?from=${chosen}`} />
    </>
  );
}

export function One({ hash, route }: { hash: string; route: Route }) {
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
      title={plainOf(accord.title)}
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
      <Lacks accord={accord} />
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
            choices={others.map((p) => ({
              value: p.code,
              label: plainOf(`${p.code} – ${p.name}`),
            }))}
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
