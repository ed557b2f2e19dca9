// SPDX-License-Identifier: Apache-2.0
// The list of hits, paged by the node, and its filters.
import { useEffect, useRef, useState } from "preact/hooks";
import { useLoad } from "../api";
import type { Hit, Party } from "../api-types";
import { go, hrefOf, type Route } from "../route";
import { useHere } from "../session";
import { type Key, t, word } from "../text";
import { Code, Empty, Notice, Page, State, Tabs, Text, Time } from "../ui/basic";
import { Input, Select } from "../ui/form";
import { PagedTable } from "../ui/table";
import { HitPage } from "./hit";

const FILTERS = [
  "side",
  "state",
  "with",
  "purpose",
  "rule",
  "grade",
  "role",
  "outcome",
  "run",
  "q",
  "seeds",
] as const;

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
  const others = (parties.data?.items ?? []).filter((party) => !party.is_us);
  const purposes = new Set(others.flatMap((p) => p.accords.flatMap((a) => a.purposes)));
  const now = (name: string) => route.query.get(name) ?? "";
  const set = (name: string, value: string) => {
    const all = Object.fromEntries(FILTERS.map((f) => [f, now(f)]));
    go(["hits"], { ...all, [name]: value });
  };
  const searched = now("q");
  const [typed, setTyped] = useState(searched);
  const sent = useRef(searched);
  // What the address says when others changed it (a filter cleared, a step back) stands in the field.
  useEffect(() => {
    if (searched !== sent.current) setTyped(searched);
    sent.current = searched;
  }, [searched]);
  useEffect(() => {
    if (typed === searched) return;
    const timer = setTimeout(() => {
      sent.current = typed;
      set("q", typed);
    }, 350);
    return () => clearTimeout(timer);
  });
  const plain = (values: string[]) => values.map((value) => ({ value, label: value }));
  const named = (family: string, values: string[]) =>
    values.map((value) => ({ value, label: word(family, value) }));
  const choices: [(typeof FILTERS)[number], Key, { value: string; label: string }[]][] = [
    ["state", "filter.state", named("state", words.hit_states)],
    ["with", "filter.party", plain(others.map((party) => party.code))],
    ["rule", "filter.rule", plain(words.rules.map((rule) => rule.rule))],
    ["grade", "filter.grade", named("grade", ["strong", "probable", "possible"])],
    ["purpose", "filter.purpose", plain([...purposes])],
    ["role", "filter.role", named("role", words.roles)],
    ["outcome", "filter.outcome", named("outcome", ["none", "confirmed", "wrong", "unknown"])],
  ];
  return (
    <div class="filters no-print" role="search" aria-label={t("filter.title")}>
      <Input
        label={t("filter.search")}
        value={typed}
        onValue={setTyped}
        input={{ type: "search", maxLength: 100 }}
      />
      {choices.map(([name, label, values]) => (
        <Select
          key={name}
          label={t(label)}
          value={now(name)}
          onValue={(value) => set(name, value)}
          choices={[
            { value: "", label: t("filter.any") },
            ...values,
            // A filter of the address that is none of the choices is still the one that counts.
            ...(now(name) && !values.some((v) => v.value === now(name)) ? plain([now(name)]) : []),
          ]}
        />
      ))}
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
  const asked = query.toString() ? `?${query}` : "";
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
        path={`/v1/hits${asked}`}
        count={`/v1/hits/count${asked}`}
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
