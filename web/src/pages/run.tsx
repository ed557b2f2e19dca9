// SPDX-License-Identifier: Apache-2.0
// One run: its progress while it goes on, and what came of it.
import { useEffect, useState } from "preact/hooks";
import { type Failure, fetchJson, useAct, useLoad } from "../api";
import type { Run, Progress as RunSteps } from "../api-types";
import { hrefOf } from "../route";
import { may, useHere } from "../session";
import { number, t, word } from "../text";
import {
  Button,
  Code,
  English,
  Facts,
  Failed,
  Loading,
  Notice,
  Progress,
  State,
  Text,
  Time,
  useSaid,
} from "../ui/basic";

const GOING = ["starting", "proposed", "running"];

/** Follows a run by server-sent events; where they break off, by asking again. */
function useRun(id: string): {
  run: Run | undefined;
  failure: Failure | undefined;
  reload: () => void;
  progress: RunSteps | null;
} {
  const loaded = useLoad<Run>(`/v1/runs/${encodeURIComponent(id)}`);
  const [progress, setProgress] = useState<RunSteps | null>(null);
  const isGoing = loaded.data !== undefined && GOING.includes(loaded.data.state);
  const { reload } = loaded;
  useEffect(() => {
    if (!isGoing) return;
    const source = new EventSource(`/v1/runs/${encodeURIComponent(id)}/events`);
    source.addEventListener("progress", (event) => setProgress(JSON.parse(event.data)));
    source.addEventListener("end", () => {
      source.close();
      reload();
    });
    const timer = setInterval(reload, 3000);
    return () => {
      source.close();
      clearInterval(timer);
    };
  }, [id, isGoing, reload]);
  return {
    run: loaded.data,
    failure: loaded.failure,
    reload,
    progress: isGoing ? (progress ?? loaded.data?.progress ?? null) : null,
  };
}

function RunProgress({ progress }: { progress: RunSteps | null }) {
  const share = progress && progress.total > 0 ? progress.done / progress.total : undefined;
  return (
    <Progress label={t("runs.progress")} share={share}>
      {progress ? word("phase", progress.phase) : t("runs.wait")}
      {progress && progress.total > 0
        ? ` · ${t("runs.of", { done: number(progress.done), total: number(progress.total) })}`
        : ""}
    </Progress>
  );
}

export function RunBody({ id }: { id: string }) {
  const { session } = useHere();
  const { run, failure, reload, progress } = useRun(id);
  const [said, say] = useSaid();
  const act = useAct();
  if (!run) return failure ? <Failed failure={failure} again={reload} /> : <Loading />;
  const isGoing = GOING.includes(run.state);
  return (
    <>
      {said}
      {isGoing && (
        <>
          <RunProgress progress={progress} />
          {may(session, "runs.start") && run.side === "asker" && (
            <p>
              <Button
                kind="danger"
                busy={act.isBusy}
                onClick={() =>
                  act.run(async (once) => {
                    await fetchJson(`/v1/runs/${run.run}/cancel`, { method: "POST", once });
                    say(t("runs.cancelled"));
                    reload();
                  })
                }
              >
                {t("runs.cancel")}
              </Button>
            </p>
          )}
          <Failed failure={act.failure} />
        </>
      )}
      {run.state === "done" && (
        <Notice tone={run.hits > 0 ? "good" : "info"} title={t("runs.done", { party: run.with })}>
          <p>
            {run.hits > 0 ? t("runs.done_hits", { n: run.hits }) : t("runs.done_none")}{" "}
            {may(session, "hits") && run.hits > 0 && (
              <a href={hrefOf(["hits"], { run: run.run })}>{t("runs.see_hits")}</a>
            )}
          </p>
        </Notice>
      )}
      {(run.state === "refused" || run.state === "broken") && (
        <Notice tone="bad" title={t(run.state === "refused" ? "runs.refused" : "runs.broken")}>
          <p>
            <English>
              <Text value={run.failure_words ?? run.failure} />
            </English>
          </p>
          {run.clause && (
            <p>
              {t("failure.clause")} <Code value={run.clause} />
            </p>
          )}
          <p>{t(run.state === "refused" ? "runs.refused_do" : "runs.broken_do")}</p>
          {may(session, "runs.start") && run.side === "asker" && (
            <p>
              <a href={hrefOf(["runs", "new"])}>{t("runs.another")}</a>
            </p>
          )}
        </Notice>
      )}
      <Facts
        facts={[
          { label: t("filter.state"), value: <State family="run_state" value={run.state} /> },
          { label: t("word.party"), value: <Text value={run.with} max={40} /> },
          {
            label: t("runs.side"),
            value: t(run.side === "asker" ? "side.we_asked" : "side.they_asked"),
          },
          { label: t("word.purpose"), value: <Text value={run.purpose} max={80} /> },
          { label: t("runs.started"), value: <Time iso={run.started} /> },
          { label: t("runs.ended"), value: <Time iso={run.ended} /> },
          { label: t("runs.our_tokens"), value: number(run.tokens) },
          { label: t("runs.their_tokens"), value: number(run.peer_tokens) },
          { label: t("word.hits"), value: number(run.hits) },
          ...(run.case
            ? [
                { label: t("runs.case_opaque"), value: <Code value={run.case} short={16} /> },
                { label: t("runs.officer"), value: <Code value={run.officer} /> },
              ]
            : []),
          ...(run.accord
            ? [
                {
                  label: t("word.accord"),
                  value: (
                    <a href={hrefOf(["accords", run.accord])}>
                      <Code value={run.accord} short={8} />
                    </a>
                  ),
                },
              ]
            : []),
        ]}
      />
    </>
  );
}
