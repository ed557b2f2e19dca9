// SPDX-License-Identifier: Apache-2.0
// One tally: how far it has come, who is waited for, our word on it, and the table that all have signed.
import { useEffect } from "preact/hooks";
import { fetchJson, useAct, useLoad } from "../api";
import type { Tally } from "../api-types";
import { overlapOfTally, stratumOf } from "../overlap";
import { UpSet } from "../pictures/upset";
import { hrefOf } from "../route";
import { csvOf, download } from "../safe";
import { may, useHere } from "../session";
import { number, t, word } from "../text";
import {
  Button,
  Code,
  Confirmed,
  Due,
  Facts,
  Failed,
  LinkButton,
  Loading,
  Notice,
  Page,
  Section,
  State,
  Text,
  Time,
  useSaid,
} from "../ui/basic";
import { Table } from "../ui/table";

const OVER = ["done", "ended"];
const AGAIN_MS = 3000;

type Cell = NonNullable<Tally["table"]>["cells"][number];

function Ours({
  tally,
  reload,
  say,
}: {
  tally: Tally;
  reload: () => void;
  say: (s: string) => void;
}) {
  const { session } = useHere();
  const act = useAct();
  if (OVER.includes(tally.state) || !may(session, "tally.decide")) return null;
  const canJoin = tally.state === "proposed" && !tally.counts;
  const send = (verb: "join" | "cancel") =>
    act.run(async () => {
      try {
        await fetchJson(`/v1/tallies/${tally.tally}/${verb}`, { method: "POST" });
        say(t(verb === "join" ? "tally.joined" : "tally.cancelled"));
      } finally {
        reload();
      }
    });
  return (
    <Section title={t(canJoin ? "tally.ours" : "tally.stop")} class="no-print">
      <p>{t(canJoin ? "tally.ours_what" : "tally.stop_what")}</p>
      <Failed failure={act.failure} />
      <div class="form-foot">
        {canJoin && (
          <Button kind="main" busy={act.isBusy} onClick={() => send("join")}>
            {t("tally.join")}
          </Button>
        )}
        <Confirmed
          label={t(canJoin ? "tally.decline" : "tally.cancel")}
          title={t("tally.stop_ask")}
          busy={act.isBusy}
          onYes={() => send("cancel")}
        >
          <p>{t("tally.stop_what")}</p>
          <p>{t("act.final")}</p>
        </Confirmed>
      </div>
    </Section>
  );
}

function Standing({ tally }: { tally: Tally }) {
  if (tally.state === "done") return <Notice tone="good" title={t("tally.stand_done")} />;
  if (tally.state === "ended") {
    return (
      <Notice tone="bad" title={t("tally.stand_ended")}>
        <p>
          {t("tally.ended_by", {
            party: tally.blamed ?? "",
            why: word("tally_reason", tally.reason ?? ""),
          })}
        </p>
        {tally.clause && (
          <p>
            {t("failure.clause")} <Code value={tally.clause} />
          </p>
        )}
      </Notice>
    );
  }
  const isOurs = tally.state === "proposed" && !tally.counts;
  return (
    <Notice
      tone={isOurs ? "wait" : "info"}
      title={t(isOurs ? "tally.stand_ours" : "tally.stand_waits")}
    >
      <p>
        {!isOurs && tally.waits_for && t("tally.waits_for", { party: tally.waits_for })}{" "}
        {t("tally.until")} <Due iso={tally.terms.until} />
      </p>
    </Notice>
  );
}

function Leaves({ tally }: { tally: Tally }) {
  const { terms } = tally;
  if (terms.mechanism === "suppression")
    return <>{t("tally.leaves_gaps", { n: terms.threshold })}</>;
  return (
    <>
      {terms.mechanism === "laplace"
        ? t("tally.leaves_noise", { epsilon: number(terms.epsilon_milli / 1000, 3) })
        : t("tally.leaves_gaussian", { rho: number(terms.rho_milli / 1000, 3) })}
    </>
  );
}

function Result({ tally }: { tally: Tally }) {
  const { session } = useHere();
  if (!tally.table) return null;
  const overlap = overlapOfTally(
    tally.parties.map((party) => party.code),
    tally.table.cells,
  );
  const kinds = tally.terms.by;
  const file = `tally-${tally.tally.slice(0, 8)}`;
  const { cells } = tally.table;
  const isAny = cells.some((cell) => cell.count === null);
  return (
    <Section
      title={t("tally.table")}
      note={isAny ? t("tally.gaps", { n: tally.table.threshold }) : undefined}
    >
      {overlap && <UpSet overlap={overlap} />}
      <div class="form-foot no-print">
        {may(session, "tally") && (
          <LinkButton
            kind="main"
            href={hrefOf(["tally"], { part: "estimate", tally: tally.tally })}
          >
            {t("tally.estimate_do")}
          </LinkButton>
        )}
        <Button onClick={() => download(`${file}.csv`, "text/csv", tally.csv ?? "")}>
          {t("tally.save")}
        </Button>
      </div>
      {kinds.length > 0 && (
        <Table
          caption={t("tally.strata")}
          rows={cells}
          keyOf={(cell) => csvOf([[...cell.lists, ...kinds.map((kind) => stratumOf(cell, kind))]])}
          file={`${file}-strata`}
          columns={[
            {
              name: t("upset.lists"),
              cell: (c) => <Text value={c.lists.join(" + ")} max={200} />,
              plain: (c) => c.lists.join(" + "),
            },
            ...kinds.map((kind) => ({
              name: word("stratum", kind),
              cell: (c: Cell) => (
                <Text value={word("stratum_value", stratumOf(c, kind))} max={60} />
              ),
              plain: (c: Cell) => stratumOf(c, kind),
            })),
            {
              name: t("upset.persons"),
              cell: (c) =>
                c.count === null
                  ? t("tally.fewer", { n: tally.table?.threshold ?? 0 })
                  : number(c.count),
              plain: (c) => c.count,
              isNumber: true,
            },
          ]}
        />
      )}
    </Section>
  );
}

function Parties({ tally }: { tally: Tally }) {
  const hops = tally.parties.length;
  return (
    <Section title={t("accords.parties")}>
      <Table
        caption={t("accords.parties")}
        rows={tally.parties}
        keyOf={(party) => party.code}
        columns={[
          {
            name: t("word.party"),
            cell: (p) => (
              <span class="two-lines">
                <strong>{p.code}</strong>
                {p.counts && <span class="under">{t("tally.counts")}</span>}
              </span>
            ),
          },
          {
            name: t("tally.records"),
            cell: (p) => (p.records > 0 ? number(p.records) : "–"),
            isNumber: true,
          },
          ...(tally.counts && tally.state === "running"
            ? [
                {
                  name: t("tally.hop"),
                  cell: (p: Tally["parties"][number]) => t("runs.of", { done: p.hop, total: hops }),
                },
              ]
            : []),
        ]}
      />
    </Section>
  );
}

export function TallyOne({ id }: { id: string }) {
  const loaded = useLoad<Tally>(`/v1/tallies/${encodeURIComponent(id)}`);
  const [said, say] = useSaid();
  const tally = loaded.data;
  const goesOn = tally !== undefined && !OVER.includes(tally.state);
  const { reload } = loaded;
  useEffect(() => {
    if (!goesOn) return;
    const timer = setInterval(reload, AGAIN_MS);
    return () => clearInterval(timer);
  }, [goesOn, reload]);
  const above = <a href={hrefOf(["tally"])}>{t("nav.tally")}</a>;
  if (!tally) {
    return (
      <Page title={t("nav.tally")} above={above}>
        {loaded.failure ? <Failed failure={loaded.failure} again={reload} /> : <Loading />}
      </Page>
    );
  }
  return (
    <Page
      title={t("tally.one", { tally: tally.tally.slice(0, 8) })}
      above={above}
      lead={
        <>
          <State family="tally_state" value={tally.state} />{" "}
          {t(tally.counts ? "tally.we_count" : "tally.they_count")}
        </>
      }
    >
      {said}
      <Standing tally={tally} />
      <Ours tally={tally} reload={reload} say={say} />
      <Result tally={tally} />
      <div class="two-columns">
        <Parties tally={tally} />
        <Section title={t("tally.terms")}>
          <Facts
            facts={[
              { label: t("word.purpose"), value: <Text value={tally.purpose} max={80} /> },
              { label: t("tally.leaves"), value: <Leaves tally={tally} /> },
              {
                label: t("tally.by"),
                value:
                  tally.terms.by.map((kind) => word("stratum", kind)).join(", ") ||
                  t("filter.none"),
              },
              { label: t("hits.why"), value: <Text value={tally.terms.rules.join(", ")} /> },
              { label: t("word.time"), value: <Time iso={tally.created} /> },
            ]}
          />
        </Section>
      </div>
    </Page>
  );
}
