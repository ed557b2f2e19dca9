// SPDX-License-Identifier: Apache-2.0
// What waits for me, what is late, and whether the node is well.
import { Failure, useLoad } from "../api";
import type { Overview, Readiness } from "../api-types";
import { Ring } from "../pictures/ring";
import { hrefOf } from "../route";
import { may, useHere } from "../session";
import { hasWord, type Key, number, t, word } from "../text";
import {
  Due,
  Empty,
  English,
  Failed,
  Facts,
  Figure,
  LinkButton,
  Loading,
  Notice,
  Page,
  Section,
  State,
  Text,
} from "../ui/basic";

type Waiting = Overview["waiting"][number];

const WHERE: { [kind in Waiting["kind"]]: string } = {
  "hit-pending": hrefOf(["hits"], { state: "pending" }),
  "hit-second": hrefOf(["hits"], { state: "approved" }),
  "hit-outcome": hrefOf(["hits"], { outcome: "none" }),
  "request-due": hrefOf(["requests"], { due: "true" }),
  "request-overdue": hrefOf(["requests"], { due: "true" }),
  "request-draft": hrefOf(["requests"], { state: "draft" }),
  "standing-due": hrefOf(["runs"], { part: "standing" }),
  "standing-failing": hrefOf(["runs"], { part: "standing" }),
  ratify: hrefOf(["accords"]),
  tally: hrefOf(["tally"]),
  finding: hrefOf(["ledger", "peers"]),
};

function WaitingList({ overview }: { overview: Overview }) {
  if (overview.waiting.length === 0) {
    return (
      <Empty title={t("overview.nothing")}>
        <p>{t(overview.counts.accords === 0 ? "overview.begin_accord" : "overview.nothing_do")}</p>
      </Empty>
    );
  }
  return (
    <ul class="waiting">
      {overview.waiting.map((item) => (
        <li key={item.kind}>
          <a href={WHERE[item.kind]} class={`waiting-item ${item.kind}`}>
            <span class="waiting-n">{number(item.count)}</span>
            <span class="waiting-what">
              <strong>{t(`waiting.${item.kind}` as Key)}</strong>
              <span>{t(`waiting_do.${item.kind}` as Key)}</span>
            </span>
            {item.due && <Due iso={item.due} />}
          </a>
        </li>
      ))}
    </ul>
  );
}

function Health({ overview }: { overview: Overview }) {
  const ready = useLoad<Readiness>("/v1/ready");
  // A node that is not ready says so with status 503, and why in the same form.
  const told = ready.data ?? (ready.failure?.problem as Partial<Readiness> | undefined);
  const checks = told?.checks ?? [];
  return (
    <Section title={t("health.title")}>
      {checks.length === 0 && ready.failure && (
        <Failed failure={ready.failure} again={ready.reload} />
      )}
      {checks.length === 0 && !ready.failure && <Loading />}
      <ul class="health">
        {checks.map((check) => (
          <li key={check.name}>
            <State
              family="check"
              value={check.good ? "good" : "bad"}
              tone={check.good ? "good" : "bad"}
            />
            <span>
              <strong>{word("health_check", check.name)}</strong>{" "}
              {check.good && hasWord("health_good", check.name) ? (
                word("health_good", check.name)
              ) : (
                <English>
                  <Text value={check.words} />
                </English>
              )}
            </span>
          </li>
        ))}
      </ul>
      <Facts
        facts={[
          { label: t("health.version"), value: overview.version },
          { label: t("health.outbox"), value: number(overview.counts.outbox) },
          { label: t("health.ledger"), value: number(overview.counts.ledger) },
          { label: t("health.running"), value: number(overview.counts.runs_going_on) },
        ]}
      />
    </Section>
  );
}

function First({ overview }: { overview: Overview }) {
  const { session } = useHere();
  const { counts } = overview;
  const steps: { done: boolean; text: string; href: string; may: boolean }[] = [
    {
      done: counts.accords > 0,
      text: t("first.accord"),
      href: hrefOf(["accords"]),
      may: may(session, "accords"),
    },
    {
      done: counts.registers > 0,
      text: t("first.register"),
      href: hrefOf(["registers", "new"]),
      may: may(session, "registers"),
    },
    {
      done: counts.cases_open > 0,
      text: t("first.case"),
      href: hrefOf(["cases", "new"]),
      may: may(session, "cases.open"),
    },
    {
      done: counts.runs > 0,
      text: t("first.run"),
      href: hrefOf(["runs", "new"]),
      may: may(session, "runs.start"),
    },
  ];
  if (counts.runs > 0 || steps.every((step) => step.done)) return null;
  return (
    <Section title={t("first.title")} note={t("first.note")}>
      <ol class="first">
        {steps.map((step) => (
          <li key={step.text} class={step.done ? "done" : ""}>
            <span class="first-mark" aria-hidden="true" />
            {step.done || !step.may ? (
              <span>
                {step.text} {step.done && <span class="only-heard">{t("first.done")}</span>}
              </span>
            ) : (
              <a href={step.href}>{step.text}</a>
            )}
          </li>
        ))}
      </ol>
    </Section>
  );
}

function Parties({ overview }: { overview: Overview }) {
  const others = overview.peers.filter((party) => !party.is_us);
  if (others.length === 0) {
    return (
      <Empty title={t("ring.none")}>
        <p>
          <a href={hrefOf(["accords"])}>{t("ring.none_do")}</a>
        </p>
      </Empty>
    );
  }
  const parties = others.map((party) => {
    const counted = overview.common.find((one) => one.party === party.code);
    return {
      code: party.code,
      name: party.name,
      inForce: party.accords.some((accord) => accord.in_force),
      runs: counted?.runs ?? 0,
      hits: counted?.hits ?? 0,
    };
  });
  return <Ring us={overview.authority.code} parties={parties} />;
}

export function OverviewPage() {
  const { session } = useHere();
  const load = useLoad<Overview>("/v1/overview");
  const overview = load.data;
  return (
    <Page
      title={t("overview.title")}
      lead={t("overview.lead")}
      actions={
        may(session, "runs.start") && (
          <LinkButton kind="main" href={hrefOf(["runs", "new"])}>
            {t("runs.start")}
          </LinkButton>
        )
      }
    >
      {load.failure instanceof Failure && <Failed failure={load.failure} again={load.reload} />}
      {!overview && !load.failure && <Loading />}
      {overview && (
        <div class="two-columns">
          <div>
            <Section title={t("overview.waiting")}>
              <WaitingList overview={overview} />
            </Section>
            <First overview={overview} />
            <div class="figures">
              <Figure
                n={overview.counts.records}
                label={t("figure.records")}
                href={may(session, "registers") ? hrefOf(["registers"]) : undefined}
              />
              <Figure
                n={overview.counts.cases_open}
                label={t("figure.cases")}
                href={hrefOf(["cases"])}
              />
              <Figure n={overview.counts.runs} label={t("figure.runs")} href={hrefOf(["runs"])} />
              <Figure
                n={Object.values(overview.hits).reduce((sum, n) => sum + n, 0)}
                label={t("figure.hits")}
                href={may(session, "hits") ? hrefOf(["hits"]) : undefined}
              />
            </div>
            {overview.counts.quarantined > 0 && may(session, "registers") && (
              <Notice
                tone="wait"
                title={t("overview.quarantined", { n: overview.counts.quarantined })}
              >
                <p>
                  <a href={hrefOf(["registers"])}>{t("overview.quarantined_do")}</a>
                </p>
              </Notice>
            )}
          </div>
          <div>
            <Section title={t("overview.parties")}>
              <Parties overview={overview} />
            </Section>
            <Health overview={overview} />
          </div>
        </div>
      )}
    </Page>
  );
}
