// SPDX-License-Identifier: Apache-2.0
// How many several bodies know in common: the tallies so far, and an estimate of how many nobody knows.
import { useLoad } from "../api";
import type { Tally, TallySummary } from "../api-types";
import { hrefOf, type Route } from "../route";
import { may, useHere } from "../session";
import { t } from "../text";
import {
  Code,
  Empty,
  Failed,
  LinkButton,
  Loading,
  Page,
  State,
  Tabs,
  Text,
  Time,
} from "../ui/basic";
import { Table } from "../ui/table";
import { Estimating } from "./estimate";
import { NewTally } from "./tally-new";
import { TallyOne } from "./tally-one";

function Tallies() {
  const loaded = useLoad<{ items: TallySummary[] }>("/v1/tallies");
  if (loaded.failure) return <Failed failure={loaded.failure} again={loaded.reload} />;
  if (!loaded.data) return <Loading />;
  if (loaded.data.items.length === 0) {
    return (
      <Empty title={t("tally.none")}>
        <p>{t("tally.none_do")}</p>
      </Empty>
    );
  }
  return (
    <Table
      caption={t("tally.tallies")}
      rows={loaded.data.items}
      keyOf={(row) => row.tally}
      columns={[
        {
          name: t("nav.tally"),
          cell: (r) => (
            <a class="row-name" href={hrefOf(["tally", r.tally])}>
              <Time iso={r.created} />
              <span class="under">
                <Code value={r.tally} short={8} />
              </span>
            </a>
          ),
        },
        { name: t("word.purpose"), cell: (r) => <Text value={r.purpose} max={80} /> },
        {
          name: t("tally.who"),
          cell: (r) => t(r.counts ? "tally.we_count" : "tally.they_count"),
        },
        { name: t("filter.state"), cell: (r) => <State family="tally_state" value={r.state} /> },
      ]}
    />
  );
}

function FromTally({ id }: { id: string }) {
  const loaded = useLoad<Tally>(`/v1/tallies/${encodeURIComponent(id)}`);
  if (loaded.failure) return <Failed failure={loaded.failure} again={loaded.reload} />;
  return loaded.data ? <Estimating tally={loaded.data} /> : <Loading />;
}

export function TallyPage({ route }: { route: Route }) {
  const { session } = useHere();
  const [, id] = route.path;
  if (id === "new" && may(session, "tally.decide")) return <NewTally />;
  if (id && id !== "new") return <TallyOne id={id} />;
  const part = route.query.get("part") ?? "tally";
  const from = route.query.get("tally");
  const tab = (value: string, label: string) => ({
    href: hrefOf(["tally"], { part: value }),
    label,
    isHere: part === value,
  });
  return (
    <Page
      title={t("nav.tally")}
      lead={t("tally.lead")}
      actions={
        may(session, "tally.decide") && (
          <LinkButton kind="main" href={hrefOf(["tally", "new"])}>
            {t("tally.new")}
          </LinkButton>
        )
      }
    >
      <Tabs tabs={[tab("tally", t("tally.tallies")), tab("estimate", t("tally.estimate"))]} />
      {part === "tally" ? (
        <Tallies />
      ) : from ? (
        <FromTally id={from} />
      ) : (
        <Estimating tally={null} />
      )}
    </Page>
  );
}
