// SPDX-License-Identifier: Apache-2.0
// Cases: without an open one nobody is asked anything.
import { useState } from "preact/hooks";
import { fetchJson, useAct, useLoad } from "../api";
import type { Case, CaseSummary, NewCase } from "../api-types";
import { go, hrefOf, type Route } from "../route";
import { plainOf } from "../safe";
import { may, useHere } from "../session";
import { number, t, word } from "../text";
import {
  Button,
  Code,
  Dialog,
  Empty,
  English,
  Facts,
  Failed,
  LinkButton,
  Loading,
  Page,
  Section,
  State,
  Text,
  Time,
} from "../ui/basic";
import { Area, Check, Form, Input, Select } from "../ui/form";
import { PagedTable } from "../ui/table";
import { Offences } from "./request-draft";

function OpenCase() {
  const { words } = useHere();
  const [reference, setReference] = useState("");
  const [offences, setOffences] = useState<string[]>([]);
  const [penalty, setPenalty] = useState("");
  const [element, setElement] = useState(words.elements[0]?.element ?? "a");
  const [isGroup, setGroup] = useState(false);
  const [supervisor, setSupervisor] = useState("");
  const [purpose, setPurpose] = useState("");
  const act = useAct();
  const wrongOf = (field: string) =>
    act.failure?.problem.errors?.find((error) => error.field.includes(field))?.reason;
  const submit = () =>
    act.run(async (once) => {
      const json: NewCase = {
        reference,
        offences,
        penalty_years: Number(penalty),
        transnational: element as NewCase["transnational"],
        group: isGroup,
        supervisor,
        purpose,
      };
      const made = await fetchJson<Case>("/v1/cases", { json, once });
      go(["cases", made.reference]);
    });
  return (
    <Page
      title={t("cases.new")}
      above={<a href={hrefOf(["cases"])}>{t("nav.cases")}</a>}
      lead={t("cases.new_lead")}
    >
      <Form onSubmit={submit} class="narrow">
        <Input
          label={t("cases.reference")}
          hint={t("cases.reference_hint")}
          wrong={wrongOf("reference")}
          value={reference}
          onValue={setReference}
          required
          input={{ maxLength: 100 }}
        />
        <Area
          label={t("cases.purpose")}
          hint={t("cases.purpose_hint")}
          wrong={wrongOf("purpose")}
          value={purpose}
          onValue={setPurpose}
          required
          max={1000}
        />
        <Offences chosen={offences} wrong={wrongOf("offences")} onValue={setOffences} />
        <Input
          label={t("cases.penalty")}
          hint={t("cases.penalty_hint")}
          wrong={wrongOf("penalty")}
          value={penalty}
          onValue={setPenalty}
          required
          input={{ type: "number", min: 0, max: 100, dir: "ltr" }}
        />
        <Select
          label={t("cases.transnational")}
          hint={t("cases.transnational_hint")}
          value={element}
          onValue={setElement}
          choices={words.elements.map((e) => ({
            value: e.element,
            label: word("element", e.element) === e.element ? e.words : word("element", e.element),
          }))}
        />
        <Check label={t("cases.group")} checked={isGroup} onValue={setGroup} />
        <Input
          label={t("cases.supervisor")}
          hint={t("cases.supervisor_hint")}
          wrong={wrongOf("supervisor")}
          value={supervisor}
          onValue={setSupervisor}
          required
          input={{ maxLength: 200 }}
        />
        <Failed failure={act.failure} />
        <Button kind="main" type="submit" busy={act.isBusy} disabled={offences.length === 0}>
          {t("cases.open")}
        </Button>
      </Form>
    </Page>
  );
}

function OneCase({ reference }: { reference: string }) {
  const { session, words } = useHere();
  const path = `/v1/cases/${encodeURIComponent(reference)}`;
  const loaded = useLoad<Case>(path);
  const [isClosing, setClosing] = useState(false);
  const act = useAct();
  const one = loaded.data;
  const above = <a href={hrefOf(["cases"])}>{t("nav.cases")}</a>;
  if (!one) {
    return (
      <Page title={plainOf(reference)} above={above}>
        {loaded.failure ? <Failed failure={loaded.failure} again={loaded.reload} /> : <Loading />}
      </Page>
    );
  }
  return (
    <Page
      title={plainOf(one.reference)}
      above={above}
      lead={
        <>
          <State family="case_state" value={one.state} /> <Text value={one.purpose} />
        </>
      }
      actions={
        one.state === "open" &&
        may(session, "cases.open") && (
          <>
            <Button kind="danger" onClick={() => setClosing(true)}>
              {t("cases.close")}
            </Button>
            <LinkButton kind="main" href={hrefOf(["runs", "new"], { case: one.reference })}>
              {t("runs.start")}
            </LinkButton>
          </>
        )
      }
    >
      <Section title={t("cases.basis")}>
        <Facts
          facts={[
            {
              label: t("word.offences"),
              value: one.offences.map((code) => (
                <div key={code}>
                  <Code value={code} />{" "}
                  <English>{words.offences.find((o) => o.code === code)?.title ?? ""}</English>
                </div>
              )),
            },
            { label: t("cases.penalty"), value: number(one.penalty_years) },
            {
              label: t("cases.transnational"),
              value:
                word("element", one.transnational) === one.transnational ? (
                  <English>
                    {words.elements.find((e) => e.element === one.transnational)?.words ??
                      one.transnational}
                  </English>
                ) : (
                  word("element", one.transnational)
                ),
            },
            { label: t("cases.group"), value: t(one.group ? "yes" : "no") },
            { label: t("cases.officer"), value: <Text value={one.officer} max={200} /> },
            { label: t("cases.supervisor"), value: <Text value={one.supervisor} max={200} /> },
            { label: t("cases.opened"), value: <Time iso={one.opened} /> },
            ...(one.closed ? [{ label: t("cases.closed"), value: <Time iso={one.closed} /> }] : []),
          ]}
        />
      </Section>
      <Section title={t("cases.others_see")} note={t("cases.others_see_note")}>
        <Facts
          facts={[
            { label: t("runs.case_opaque"), value: <Code value={one.opaque} /> },
            { label: t("runs.officer"), value: <Code value={one.pseudonym} /> },
          ]}
        />
      </Section>
      {isClosing && (
        <Dialog
          title={t("cases.close_ask", { reference: one.reference })}
          onClose={() => setClosing(false)}
        >
          <p>{t("cases.close_what")}</p>
          <Failed failure={act.failure} />
          <div class="form-foot">
            <Button
              kind="danger"
              busy={act.isBusy}
              onClick={() =>
                act.run(async (once) => {
                  await fetchJson(`${path}/close`, { method: "POST", once });
                  setClosing(false);
                  loaded.reload();
                })
              }
            >
              {t("cases.close")}
            </Button>
            <Button onClick={() => setClosing(false)}>{t("act.back")}</Button>
          </div>
        </Dialog>
      )}
    </Page>
  );
}

export function CasesPage({ route }: { route: Route }) {
  const { session } = useHere();
  // References have strokes in them (2026/17); the path is what is left of it.
  const reference = route.path.slice(1).join("/");
  if (reference === "new" && may(session, "cases.open")) return <OpenCase />;
  if (reference && reference !== "new") return <OneCase reference={reference} />;
  return (
    <Page
      title={t("nav.cases")}
      lead={t("cases.lead")}
      actions={
        may(session, "cases.open") && (
          <LinkButton kind="main" href={hrefOf(["cases", "new"])}>
            {t("cases.new")}
          </LinkButton>
        )
      }
    >
      <PagedTable<CaseSummary>
        caption={t("nav.cases")}
        path="/v1/cases"
        keyOf={(c) => c.reference}
        columns={[
          {
            name: t("word.case"),
            cell: (c) => (
              <a class="row-name" href={hrefOf(["cases", c.reference])}>
                <Text value={c.reference} max={100} />
                <span class="under">
                  <Text value={c.purpose} max={160} />
                </span>
              </a>
            ),
          },
          { name: t("cases.officer"), cell: (c) => <Text value={c.officer} max={80} /> },
          { name: t("cases.opened"), cell: (c) => <Time iso={c.opened} /> },
          { name: t("filter.state"), cell: (c) => <State family="case_state" value={c.state} /> },
        ]}
        empty={
          <Empty title={t("cases.none")}>
            <p>{t("cases.none_do")}</p>
          </Empty>
        }
      />
    </Page>
  );
}
