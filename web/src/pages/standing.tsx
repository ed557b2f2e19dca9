// SPDX-License-Identifier: Apache-2.0
// Series of runs that the node repeats by itself: the list, and one of them.
import { fetchJson, useAct, useLoad } from "../api";
import type { Standing } from "../api-types";
import { hrefOf } from "../route";
import { may, useHere } from "../session";
import { duration, number, t } from "../text";
import {
  Button,
  Code,
  Confirmed,
  Due,
  Empty,
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
import { RunCell } from "../ui/run";
import { Table } from "../ui/table";

export const standingHref = (id: string) => hrefOf(["runs", "standing", id]);

export function StandingList() {
  const { session } = useHere();
  const loaded = useLoad<{ items: Standing[] }>("/v1/standing");
  if (loaded.failure) return <Failed failure={loaded.failure} again={loaded.reload} />;
  if (!loaded.data) return <Loading />;
  if (loaded.data.items.length === 0) {
    return (
      <Empty title={t("standing.none")}>
        <p>{t("standing.none_do")}</p>
        {may(session, "runs.start") && (
          <p>
            <a href={standingHref("new")}>{t("standing.start")}</a>
          </p>
        )}
      </Empty>
    );
  }
  return (
    <>
      <Table<Standing>
        caption={t("standing.title")}
        rows={loaded.data.items}
        keyOf={(s) => `${s.standing}${s.side}`}
        file={`standing-${session.authority}`}
        columns={[
          {
            name: t("word.party"),
            cell: (s) => (
              <a class="row-name" href={standingHref(s.standing)}>
                <Text value={s.with} max={40} />
                <span class="under">{t(s.side === "asker" ? "side.we_ask" : "side.they_ask")}</span>
              </a>
            ),
            plain: (s) => s.with,
          },
          {
            name: t("word.purpose"),
            cell: (s) => <Text value={s.purpose} max={60} />,
            plain: (s) => s.purpose,
          },
          {
            name: t("filter.state"),
            cell: (s) => (
              <span class="two-lines">
                <State family="standing_state" value={s.state} />
                {s.failures > 0 && <State family="standing_state" value="failing" />}
              </span>
            ),
            plain: (s) => s.state,
          },
          {
            name: t("standing.every"),
            cell: (s) =>
              s.every_minutes > 0 ? duration(s.every_minutes) : <span class="none">–</span>,
            plain: (s) => s.every_minutes,
          },
          {
            name: t("standing.last"),
            cell: (s) =>
              s.last_run ? <RunCell run={s.last_run} time={s.last} /> : <span class="none">–</span>,
            plain: (s) => s.last,
          },
          {
            name: t("standing.next"),
            cell: (s) => <Next standing={s} />,
            plain: (s) => s.next,
          },
          {
            name: t("standing.done"),
            cell: (s) => number(s.done),
            plain: (s) => s.done,
            isNumber: true,
          },
        ]}
      />
      {may(session, "runs.start") && (
        <p>
          <LinkButton href={standingHref("new")}>{t("standing.start")}</LinkButton>
        </p>
      )}
    </>
  );
}

/** When the next one is made: only of ours, and only while the series goes on. */
function Next({ standing: s }: { standing: Standing }) {
  if (s.side !== "asker" || s.state !== "active") return <span class="none">–</span>;
  return s.due ? <span>{t("standing.now")}</span> : <Due iso={s.next} />;
}

function Acts(props: { standing: Standing; onDone: (said: string) => void }) {
  const s = props.standing;
  const act = useAct();
  const change = (what: "pause" | "resume" | "stop") =>
    act.run(async (once) => {
      await fetchJson(`/v1/standing/${s.standing}/${what}`, { method: "POST", once });
      props.onDone(t(`standing.${what}_done`));
    });
  return (
    <>
      <Failed failure={act.failure} />
      <div class="form-foot">
        {s.state === "active" && (
          <Button busy={act.isBusy} onClick={() => change("pause")}>
            {t("standing.pause")}
          </Button>
        )}
        {s.state === "paused" && (
          <Button kind="main" busy={act.isBusy} onClick={() => change("resume")}>
            {t("standing.resume")}
          </Button>
        )}
        <Confirmed
          label={t("standing.stop")}
          title={t("standing.stop_ask")}
          busy={act.isBusy}
          onYes={() => change("stop")}
        >
          <p>{t("standing.stop_note")}</p>
        </Confirmed>
      </div>
    </>
  );
}

export function StandingOne({ id }: { id: string }) {
  const { session } = useHere();
  const loaded = useLoad<Standing>(`/v1/standing/${encodeURIComponent(id)}`);
  const [said, say] = useSaid();
  const s = loaded.data;
  const above = <a href={hrefOf(["runs"], { part: "standing" })}>{t("standing.title")}</a>;
  if (!s) {
    return (
      <Page title={t("standing.title")} above={above}>
        {loaded.failure ? <Failed failure={loaded.failure} again={loaded.reload} /> : <Loading />}
      </Page>
    );
  }
  const isOurs = s.side === "asker";
  const goesOn = s.state === "active" || s.state === "paused";
  return (
    <Page
      title={t("standing.one", { party: s.with })}
      above={above}
      lead={
        <>
          <State family="standing_state" value={s.state} />{" "}
          {t(isOurs ? "standing.lead_ours" : "standing.lead_theirs")}
        </>
      }
    >
      {said}
      {s.failures > 0 && (
        <Notice tone="bad" title={t("standing.failing", { n: s.failures })}>
          <p>
            <Code value={s.failure ?? ""} /> <Time iso={s.failed} />
          </p>
          {s.clause && (
            <p>
              {t("failure.clause")} <Code value={s.clause} />
            </p>
          )}
          <p>{t("standing.failing_do")}</p>
        </Notice>
      )}
      <Section title={t("standing.schedule")}>
        <Facts
          facts={[
            { label: t("word.party"), value: <Text value={s.with} max={40} /> },
            { label: t("runs.side"), value: t(isOurs ? "side.we_ask" : "side.they_ask") },
            { label: t("word.purpose"), value: <Text value={s.purpose} max={80} /> },
            {
              label: t(isOurs ? "word.case" : "runs.case_opaque"),
              value: isOurs ? (
                <a href={hrefOf(["cases", s.case])}>
                  <Text value={s.case} max={80} />
                </a>
              ) : (
                <Code value={s.case} short={16} />
              ),
            },
            ...(s.offence
              ? [{ label: t("word.offences"), value: <Code value={s.offence} /> }]
              : []),
            ...(s.every_minutes > 0
              ? [{ label: t("standing.every"), value: duration(s.every_minutes) }]
              : []),
            { label: t("standing.started"), value: <Time iso={s.started} /> },
            {
              label: t("standing.last"),
              value: s.last_run ? (
                <RunCell run={s.last_run} time={s.last} />
              ) : (
                <span class="none">–</span>
              ),
            },
            { label: t("standing.whole"), value: <Time iso={s.last_whole} /> },
            { label: t("standing.next"), value: <Next standing={s} /> },
            { label: t("standing.done"), value: number(s.done) },
            {
              label: t("word.accord"),
              value: (
                <a href={hrefOf(["accords", s.accord])}>
                  <Code value={s.accord} short={8} />
                </a>
              ),
            },
          ]}
        />
        {isOurs && goesOn && may(session, "runs.start") && (
          <Acts
            standing={s}
            onDone={(text) => {
              say(text);
              loaded.reload();
            }}
          />
        )}
        {isOurs && s.state === "stopped" && may(session, "runs.start") && (
          <p>
            <a href={standingHref("new")}>{t("standing.start")}</a>
          </p>
        )}
      </Section>
    </Page>
  );
}
