// SPDX-License-Identifier: Apache-2.0
// The frame of every page: who we are, where one can go, and the sign-in in front of it.
import { useCallback, useEffect, useState } from "preact/hooks";
import { Failure, fetchJson, useSessionToken, whenSessionEnds } from "./api";
import type { Overview, Session, Words } from "./api-types";
import { applyTheme, chooseLanguage, chosenTheme, type Theme } from "./choices";
import { AccordsPage } from "./pages/accords";
import { CasesPage } from "./pages/cases";
import { HitsPage } from "./pages/hits";
import { LedgerPage } from "./pages/ledger";
import { LookupPage } from "./pages/lookup";
import { OverviewPage } from "./pages/overview";
import { RegistersPage } from "./pages/registers";
import { RequestsPage } from "./pages/requests";
import { RunsPage } from "./pages/runs";
import { SettingsPage } from "./pages/settings";
import { SignIn } from "./pages/sign-in";
import { TallyPage } from "./pages/tally";
import { hrefOf, type Route, useRoute } from "./route";
import { type Area, type Here, HereContext, MENU, may } from "./session";
import { currentLanguage, type Key, LANGUAGES, type Language, t, word } from "./text";
import { Button, Empty, Failed, Loading, Page, Text } from "./ui/basic";

function pageOf(route: Route, here: Here) {
  const area = (route.path[0] ?? "overview") as Area;
  if (!may(here.session, area)) {
    return (
      <Page title={t("denied.title")}>
        <Empty title={t("denied.what", { role: word("user_role", here.session.role) })}>
          <p>{t("denied.do")}</p>
        </Empty>
      </Page>
    );
  }
  const key = route.path.join("/");
  switch (area) {
    case "overview":
      return <OverviewPage />;
    case "hits":
      return <HitsPage key={key} route={route} />;
    case "requests":
      return <RequestsPage key={key} route={route} />;
    case "lookup":
      return <LookupPage />;
    case "runs":
      return <RunsPage key={key} route={route} />;
    case "tally":
      return <TallyPage key={key} route={route} />;
    case "registers":
      return <RegistersPage key={key} route={route} />;
    case "cases":
      return <CasesPage key={key} route={route} />;
    case "accords":
      return <AccordsPage key={key} route={route} />;
    case "ledger":
      return <LedgerPage key={key} route={route} />;
    case "settings":
      return <SettingsPage />;
    default:
      return (
        <Page title={t("lost.title")}>
          <Empty title={t("lost.what")}>
            <p>
              <a href={hrefOf(["overview"])}>{t("lost.do")}</a>
            </p>
          </Empty>
        </Page>
      );
  }
}

export function Choices({ onLanguage }: { onLanguage: () => void }) {
  const [theme, setTheme] = useState(chosenTheme());
  return (
    <div class="choices">
      <select
        aria-label={t("choice.language")}
        value={currentLanguage()}
        onChange={(event) =>
          chooseLanguage(event.currentTarget.value as Language).then(onLanguage, onLanguage)
        }
      >
        {Object.entries(LANGUAGES).map(([code, name]) => (
          <option key={code} value={code} lang={code}>
            {name}
          </option>
        ))}
      </select>
      <select
        aria-label={t("choice.theme")}
        value={theme}
        onChange={(event) => {
          const chosen = event.currentTarget.value as Theme;
          applyTheme(chosen);
          setTheme(chosen);
        }}
      >
        <option value="system">{t("choice.system")}</option>
        <option value="light">{t("choice.light")}</option>
        <option value="dark">{t("choice.dark")}</option>
      </select>
    </div>
  );
}

function Mark() {
  return (
    <svg class="mark" width="30" height="20" viewBox="0 0 30 20" aria-hidden="true">
      <path class="mark-common" d="M15 2.6a9 9 0 0 1 0 14.8 9 9 0 0 1 0-14.8z" />
      <circle cx="10" cy="10" r="8.6" />
      <circle cx="20" cy="10" r="8.6" />
    </svg>
  );
}

function Menu(props: {
  here: Here;
  area: string;
  waiting: { [area: string]: number };
  onSignOut: () => void;
  onLanguage: () => void;
}) {
  const [isOpen, setOpen] = useState(false);
  const { session } = props.here;
  return (
    <header class="menu no-print">
      <div class="menu-inner">
        <div class="menu-top">
          <a class="brand" href={hrefOf(["overview"])}>
            <Mark />
            <span class="brand-name">Palermo</span>
          </a>
          <span class="brand-authority">
            <Text value={session.authority} />
          </span>
          <button
            type="button"
            class="button quiet menu-button"
            aria-expanded={isOpen}
            aria-controls="menu-body"
            onClick={() => setOpen(!isOpen)}
          >
            {t("nav.menu")}
          </button>
        </div>
        <div id="menu-body" class={isOpen ? "menu-body open" : "menu-body"}>
          <nav aria-label={t("nav.main")}>
            {MENU.map(({ group, areas }) => (
              <div class="menu-group" key={group}>
                <p class="menu-group-name" id={`menu-${group}`}>
                  {t(`nav.${group}`)}
                </p>
                <ul aria-labelledby={`menu-${group}`}>
                  {areas
                    .filter((area) => may(session, area))
                    .map((area) => (
                      <li key={area}>
                        <a
                          href={hrefOf([area])}
                          aria-current={area === props.area ? "page" : undefined}
                          onClick={() => setOpen(false)}
                        >
                          <span>{t(`nav.${area}` as Key)}</span>
                          {props.waiting[area] ? (
                            <span class="count" title={t("nav.waiting")}>
                              {props.waiting[area]}
                            </span>
                          ) : null}
                        </a>
                      </li>
                    ))}
                </ul>
              </div>
            ))}
          </nav>
          <div class="menu-foot">
            <p class="who">
              <Text value={session.user} max={60} />
              <span>{word("user_role", session.role)}</span>
            </p>
            <Choices onLanguage={props.onLanguage} />
            <Button kind="quiet" onClick={props.onSignOut}>
              {t("session.out")}
            </Button>
          </div>
        </div>
      </div>
    </header>
  );
}

const AREA_OF: { [kind: string]: Area } = {
  "hit-pending": "hits",
  "hit-second": "hits",
  "request-due": "requests",
  "request-overdue": "requests",
  ratify: "accords",
  tally: "tally",
  "standing-failing": "runs",
  finding: "ledger",
};

function useWaiting(here: Here | null, hash: string): { [area: string]: number } {
  const [waiting, setWaiting] = useState<{ [area: string]: number }>({});
  useEffect(() => {
    if (!here) return;
    const ask = () =>
      fetchJson<Overview>("/v1/overview")
        .then((overview) => {
          const counts: { [area: string]: number } = {};
          for (const item of overview.waiting) {
            const area = AREA_OF[item.kind];
            if (area) counts[area] = (counts[area] ?? 0) + item.count;
          }
          setWaiting(counts);
        })
        .catch(() => {});
    ask();
    const timer = setInterval(ask, 60_000);
    return () => clearInterval(timer);
  }, [here, hash]);
  return waiting;
}

type Stage = "asking" | "out" | "in" | "ended" | "broken";

export function App() {
  const route = useRoute();
  const [stage, setStage] = useState<Stage>("asking");
  const [here, setHere] = useState<Here | null>(null);
  const [failure, setFailure] = useState<Failure | undefined>();
  const [, setLanguageTurn] = useState(0);
  const repaint = () => setLanguageTurn((n) => n + 1);

  const enter = useCallback(async (session: Session) => {
    useSessionToken(session.csrf ?? "");
    const words = await fetchJson<Words>("/v1/words");
    // The same user after a session that ended: the page below stays as it was, with what was typed.
    setHere({ session, words });
    setStage("in");
  }, []);

  const start = useCallback(() => {
    fetchJson<Session>("/v1/session")
      .then(enter)
      .catch((error: unknown) => {
        const known =
          error instanceof Failure ? error : new Failure(0, "unexpected", String(error));
        setFailure(known);
        setStage(known.status === 401 || known.status === 403 ? "out" : "broken");
      });
  }, [enter]);

  useEffect(() => {
    whenSessionEnds(() => setStage((old) => (old === "in" ? "ended" : old)));
    start();
  }, [start]);

  const waiting = useWaiting(stage === "in" ? here : null, route.path.join("/"));
  const signOut = () => {
    fetchJson("/v1/session", { method: "DELETE" })
      .catch(() => {})
      .finally(() => {
        setHere(null);
        setStage("out");
      });
  };

  if (stage === "asking") return <Loading />;
  if (stage === "broken") {
    return (
      <main class="alone">
        <Failed failure={failure} again={start} />
      </main>
    );
  }
  if (stage === "out" || !here) {
    return (
      <main class="sign-in-page">
        <SignIn onSession={enter} />
        <Choices onLanguage={repaint} />
      </main>
    );
  }
  return (
    <HereContext.Provider value={here}>
      <button type="button" class="skip" onClick={() => document.getElementById("main")?.focus()}>
        {t("nav.skip")}
      </button>
      <div class="frame">
        <Menu
          here={here}
          area={route.path[0] ?? "overview"}
          waiting={waiting}
          onSignOut={signOut}
          onLanguage={repaint}
        />
        <main id="main" tabIndex={-1}>
          <div class="print-head">
            Palermo · <Text value={here.session.authority} />
          </div>
          {pageOf(route, here)}
        </main>
      </div>
      {stage === "ended" && <SignIn onSession={enter} isAgain user={here.session.user} />}
    </HereContext.Provider>
  );
}
