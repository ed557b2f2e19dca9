// SPDX-License-Identifier: Apache-2.0
// How far a file is on its way to the node, and then how far the node is with it; both can be stopped.
import { useEffect, useRef, useState } from "preact/hooks";
import { fetchJson, sendFile, useAct } from "../api";
import type { Upload, UploadState } from "../api-types";
import { bytes, number, t } from "../text";
import { Button, Failed, Progress } from "../ui/basic";

/** Files on their way to the node, one after another: how far they are, and a way to stop them. */
export function useSending() {
  const [sent, setSent] = useState<number | undefined>();
  const control = useRef<AbortController | null>(null);
  const stop = () => control.current?.abort();
  useEffect(() => stop, []);
  /** Nothing where they were stopped. */
  const send = async (files: File[]): Promise<Upload[]> => {
    control.current = new AbortController();
    const { signal } = control.current;
    const taken: Upload[] = [];
    let before = 0;
    try {
      for (const file of files) {
        const path = `/v1/uploads?name=${encodeURIComponent(file.name)}`;
        const one = await sendFile<Upload>(path, file, (n) => setSent(before + n), signal);
        if (!one) return [];
        taken.push(one);
        before += file.size;
      }
    } finally {
      setSent(undefined);
    }
    return taken;
  };
  return { sent, send, stop };
}

export function Sending(props: { sent: number; total: number; stop: () => void }) {
  const { sent, total } = props;
  return (
    <>
      <Progress label={t("upload.sending")} share={total > 0 ? sent / total : undefined}>
        {t("upload.sent", { done: bytes(sent), total: bytes(total) })}
      </Progress>
      <Button onClick={props.stop}>{t("upload.stop")}</Button>
    </>
  );
}

const ASK_EVERY_MS = 500;

/** What the node says of a load that goes on; it is asked until this goes away. */
export function LoadProgress({ upload }: { upload: string }) {
  const [state, setState] = useState<UploadState["loading"]>(null);
  const act = useAct();
  useEffect(() => {
    const control = new AbortController();
    const ask = () =>
      fetchJson<UploadState>(`/v1/uploads/${upload}`, { signal: control.signal })
        .then((told) => setState(told.loading))
        // Gone with the end of the load, or not reached: the load itself says what came of it.
        .catch(() => {});
    const timer = setInterval(ask, ASK_EVERY_MS);
    return () => {
      clearInterval(timer);
      control.abort();
    };
  }, [upload]);
  const stop = () => act.run(() => fetchJson(`/v1/uploads/${upload}`, { method: "DELETE" }));
  const shown = state?.phase === "read" ? bytes : number;
  return (
    <>
      <Progress
        label={t("upload.reading")}
        share={state && state.total > 0 ? state.done / state.total : undefined}
      >
        {state
          ? t(`load_phase.${state.phase}`, {
              done: shown(state.done),
              total: shown(state.total),
            })
          : t("upload.reading")}
      </Progress>
      {state && state.phase !== "changes" && (
        <Button busy={act.isBusy} onClick={stop}>
          {t("upload.stop_load")}
        </Button>
      )}
      <Failed failure={act.failure} />
    </>
  );
}
