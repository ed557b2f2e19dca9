// SPDX-License-Identifier: Apache-2.0
// The list of hits, paged by the node, and its filters.
import { useEffect, useState } from "preact/hooks";
import { useLoad } from "../api";
import type { Hit, Party } from "../api-types";
import { go, hrefOf, type Route } from "../route";
import { useHere } from "../session";
import { type Key, t, word } from "../text";
import { Code, Empty, Notice, Page, State, Tabs, Text, Time } from "../ui/basic";
import { Input, Select } from "../ui/form";
import { PagedTable } from "../ui/table";
import { HitPage } from "./hit";

const FILTERS = ["side", "state", "with", "role", "grade", "outcome", "run", "q", "seeds"] as const;

export function RuleList({ rules }: { rules: string[] }) {
  return (
    <span class="rules">
      {rules.map((rule) => (
        <span class="rule" key={rule}>
          <Text value={rule} max={80} />
        </span>
      ))}
    </span>
  );
}

export function hitHref(hit: { run: string; hit: number; side: string }): string {
  return hrefOf(["hits", hit.run, String(hit.hit)], { side: hit.side });
}

function Filters({ route }: { route: Route }) {
  const { words } = useHere();
  const parties = useLoad<{ items: Party[] }>("/v1/parties");
  const now = (name: string) => route.query.get(name) ?? "";
  const set = (name: string, value: string) => {
    const all = Object.fromEntries(FILTERS.map((f) => [f, now(f)]));
    go(["hits"], { ...all, [name]: value });
  };
  const [typed, setTyped] = useState(now("q"));
  useEffect(() => {
    if (typed === now("q")) return;
    const timer = setTimeout(() => set("q", typed), 350);
    return () => clearTimeout(timer);
  });
  const any = { value: "", label: t("filter.any") };
  return (
    <div class="filters no-print" role="search" aria-label={t("filter.title")}>
      <Input
        label={t("filter.search")}
        value={typed}
        onValue={setTyped}
        input={{ type: "search", maxLength: 100 }}
      />
      <Select
        label={t("filter.state")}
        value={now("state")}
        onValue={(value) => set("state", value)}
        choices={[
          any,
          ...words.hit_states.map((value) => ({ value, label: word("state", value) })),
        ]}
      />
      <Select
        label={t("filter.party")}
        value={now("with")}
        onValue={(value) => set("with", value)}
        choices={[
          any,
          ...(parties.data?.items ?? [])
            .filter((party) => !party.is_us)
            .map((party) => ({ value: party.code, label: party.code })),
        ]}
      />
      <Select
        label={t("filter.role")}
        value={now("role")}
        onValue={(value) => set("role", value)}
        choices={[any, ...words.roles.map((value) => ({ value, label: word("role", value) }))]}
      />
      <Select
        label={t("filter.grade")}
        value={now("grade")}
        onValue={(value) => set("grade", value)}
        choices={[
          any,
          ...["strong", "probable", "possible"].map((value) => ({
            value,
            label: word("grade", value),
          })),
        ]}
      />
      <Select
        label={t("filter.outcome")}
        value={now("outcome")}
        onValue={(value) => set("outcome", value)}
        choices={[
          any,
          ...["none", "confirmed", "wrong", "unknown"].map((value) => ({
            value,
            label: word("outcome", value),
          })),
        ]}
      />
      {FILTERS.some((name) => name !== "side" && now(name)) && (
        <a class="button quiet" href={hrefOf(["hits"], { side: now("side") })}>
          {t("filter.clear")}
        </a>
      )}
    </div>
  );
}

export function HitsPage({ route }: { route: Route }) {
  const { session } = useHere();
  const [, run, hit] = route.path;
  if (run && hit)
    return <HitPage run={run} hit={hit} side={route.query.get("side") ?? undefined} />;

  const query = new URLSearchParams();
  for (const name of FILTERS) {
    const value = route.query.get(name);
    if (value) query.set(name, value);
  }
  const side = route.query.get("side") ?? "";
  const tab = (value: string, label: Key) => ({
    href: hrefOf(["hits"], { side: value }),
    label: t(label),
    isHere: side === value,
  });
  const isFiltered = FILTERS.some((name) => name !== "side" && route.query.get(name));
  const path = query.size ? `/v1/hits?${query}` : "/v1/hits";
  return (
    <Page title={t("nav.hits")} lead={t("hits.lead")}>
      <Notice tone="info">
        <p>{t("hits.lead_only")}</p>
      </Notice>
      <Tabs
        tabs={[tab("", "hits.all"), tab("holder", "hits.holder"), tab("asker", "hits.asker")]}
      />
      <Filters route={route} />
      <PagedTable<Hit>
        caption={t("nav.hits")}
        path={path}
        file={`hits-${session.authority}`}
        keyOf={(h) => `${h.run}/${h.hit}/${h.side}/${h.number}`}
        columns={[
          {
            name: t("word.record"),
            cell: (h) => (
              <a href={hitHref(h)} class="row-name">
                <Text value={h.name ?? h.record} max={120} />
                <span class="under">
                  <Text value={h.record} max={60} />
                </span>
              </a>
            ),
            plain: (h) => h.name ?? h.record,
          },
          { name: t("word.role"), cell: (h) => word("role", h.role), plain: (h) => h.role },
          {
            name: t("word.party"),
            cell: (h) => (
              <span class="two-lines">
                <Text value={h.with} max={40} />
                <span class="under">{t(h.side === "holder" ? "side.holder" : "side.asker")}</span>
              </span>
            ),
            plain: (h) => h.with,
          },
          {
            name: t("hits.why"),
            cell: (h) => <RuleList rules={h.rules} />,
            plain: (h) => h.rules.join(" "),
          },
          {
            name: t("hits.grade"),
            cell: (h) => <State family="grade" value={h.grade} />,
            plain: (h) => h.grade,
          },
          {
            name: t("filter.state"),
            cell: (h) => (
              <span class="two-lines">
                <State family="state" value={h.state} />
                {h.outcome && <State family="outcome" value={h.outcome} />}
              </span>
            ),
            plain: (h) => h.state,
          },
          {
            name: t("word.run"),
            cell: (h) => (
              <span class="two-lines">
                <Time iso={h.started} />
                <span class="under">
                  <Code value={h.run} short={8} />
                </span>
              </span>
            ),
            plain: (h) => `${h.run}/${h.hit}`,
          },
        ]}
        empty={
          isFiltered ? (
            <Empty title={t("hits.none_filtered")}>
              <p>
                <a href={hrefOf(["hits"], { side })}>{t("filter.clear")}</a>
              </p>
            </Empty>
          ) : (
            <Empty title={t("hits.none")}>
              <p>{t("hits.none_why")}</p>
              <p>
                <a href={hrefOf(["runs", "new"])}>{t("runs.start")}</a>
              </p>
            </Empty>
          )
        }
      />
    </Page>
  );
}
