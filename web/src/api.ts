// SPDX-License-Identifier: Apache-2.0
// The node's HTTP API, as the console uses it: one place that fetches, one shape of failure.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { Problem } from "./api-types";

/** Why something was not done. `status` 0: the node could not be reached. */
export class Failure extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly problem: Partial<Problem> = {},
    /** Seconds until it is worth another try; 0: not said. */
    readonly waitSeconds = 0,
  ) {
    super(message);
  }
}

let csrf = "";
let onSessionEnd: () => void = () => {};

export function useSessionToken(token: string): void {
  csrf = token;
}
export function whenSessionEnds(tell: () => void): void {
  onSessionEnd = tell;
}

function failureOf(status: number, body: Partial<Problem> | null, wait: string | null): Failure {
  const problem = body ?? {};
  return new Failure(
    status,
    problem.code ?? String(status),
    problem.detail ?? problem.title ?? "",
    problem,
    Number(wait) || 0,
  );
}

export interface Call {
  method?: string;
  json?: unknown;
  body?: BodyInit;
  type?: string;
  signal?: AbortSignal;
  /** Sent with what must not be done twice, so that a repeated click or a lost answer does no harm. */
  once?: string;
}

/** No node takes an address this long, and a browser refuses longer ones in words of its own. */
const ADDRESS_MAX = 1_000_000;

export async function fetchRaw(path: string, call: Call = {}): Promise<Response> {
  if (path.length > ADDRESS_MAX) throw new Failure(414, "too-long", "the address is too long");
  const headers: Record<string, string> = { Accept: "application/json, application/problem+json" };
  const method =
    call.method ?? (call.json !== undefined || call.body !== undefined ? "POST" : "GET");
  if (call.json !== undefined) headers["Content-Type"] = "application/json";
  else if (call.type) headers["Content-Type"] = call.type;
  if (method !== "GET") headers["Palermo-CSRF"] = csrf;
  if (call.once) headers["Idempotency-Key"] = call.once;
  let answer: Response;
  try {
    answer = await fetch(path, {
      method,
      headers,
      body: call.json !== undefined ? JSON.stringify(call.json) : call.body,
      signal: call.signal,
      credentials: "same-origin",
      cache: "no-store",
    });
  } catch (error) {
    if (call.signal?.aborted) throw error;
    throw new Failure(0, "unreachable", "");
  }
  if (answer.ok) return answer;
  const body = await answer.json().catch(() => null);
  if (answer.status === 401 && path !== "/v1/session") onSessionEnd();
  throw failureOf(answer.status, body, answer.headers.get("Retry-After"));
}

export async function fetchJson<T>(path: string, call: Call = {}): Promise<T> {
  const answer = await fetchRaw(path, call);
  if (answer.status === 204) return undefined as T;
  return (await answer.json()) as T;
}

/**
 * Sends a file, telling how many of its bytes are on their way: what fetch can't. Undefined: it was
 * stopped by the signal, and nothing of it is kept.
 */
export function sendFile<T>(
  path: string,
  file: Blob,
  onSent: (bytes: number) => void,
  signal: AbortSignal,
): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", path);
    request.responseType = "json";
    request.setRequestHeader("Accept", "application/json, application/problem+json");
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.setRequestHeader("Palermo-CSRF", csrf);
    request.upload.onprogress = (event) => onSent(event.loaded);
    request.onabort = () => resolve(undefined);
    request.onerror = () => reject(new Failure(0, "unreachable", ""));
    request.onload = () => {
      if (request.status < 300) return resolve(request.response as T);
      if (request.status === 401) onSessionEnd();
      reject(failureOf(request.status, request.response, request.getResponseHeader("Retry-After")));
    };
    signal.addEventListener("abort", () => request.abort());
    request.send(file);
  });
}

/** A random name for one act of the user. */
export function onceKey(): string {
  return crypto.randomUUID?.() ?? Array.from(crypto.getRandomValues(new Uint8Array(16))).join("");
}

export interface Loaded<T> {
  data: T | undefined;
  failure: Failure | undefined;
  isLoading: boolean;
  reload: () => void;
}

/** Fetches when the path changes, keeps what it has while it fetches again; null: fetches nothing. */
export function useLoad<T>(path: string | null): Loaded<T> {
  const [state, setState] = useState<{ path: string | null; data?: T; failure?: Failure }>({
    path,
  });
  const [turn, setTurn] = useState(0);
  const [isLoading, setLoading] = useState(path !== null);
  useEffect(() => {
    if (path === null) return;
    const control = new AbortController();
    setLoading(true);
    fetchJson<T>(path, { signal: control.signal })
      .then((data) => {
        setState({ path, data });
        setLoading(false);
      })
      .catch((error: unknown) => {
        if (control.signal.aborted) return;
        setState((old) => ({
          path,
          data: old.path === path ? old.data : undefined,
          failure: error instanceof Failure ? error : new Failure(0, "unexpected", String(error)),
        }));
        setLoading(false);
      });
    return () => control.abort();
  }, [path, turn]);
  const reload = useCallback(() => setTurn((n) => n + 1), []);
  const isOfPath = state.path === path;
  return {
    data: isOfPath ? state.data : undefined,
    failure: isOfPath ? state.failure : undefined,
    isLoading,
    reload,
  };
}

export interface Act {
  run: (work: (once: string) => Promise<void>) => void;
  isBusy: boolean;
  failure: Failure | undefined;
  clear: () => void;
}

/** One thing the user asked for: busy while it lasts, its failure kept to be shown beside it. */
export function useAct(): Act {
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | undefined>();
  const once = useRef("");
  const run = (work: (once: string) => Promise<void>) => {
    if (isBusy) return;
    once.current ||= onceKey();
    setBusy(true);
    setFailure(undefined);
    work(once.current)
      .then(() => {
        once.current = "";
      })
      .catch((error: unknown) => {
        const known =
          error instanceof Failure ? error : new Failure(0, "unexpected", String(error));
        // After an answer the next try is a new act; without one it may be the same that was done.
        if (known.status !== 0) once.current = "";
        setFailure(known);
      })
      .finally(() => setBusy(false));
  };
  return { run, isBusy, failure, clear: () => setFailure(undefined) };
}
