// SPDX-License-Identifier: Apache-2.0
// tour.mjs PALERMO DIR PICTURES: the tour of docs/tour.md in the browser, over three nodes.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { Chrome, fillSignIn, type Officer, visit } from "./browser";
import { counting } from "./counting";
import { following } from "./following";
import { guard, inLanguages } from "./guard";
import { Nodes, PASSWORD } from "./nodes";
import { repeating } from "./repeating";
import {
  approve,
  byName,
  load,
  lookOf,
  openCase,
  openHit,
  ratify,
  startRun,
  takeIn,
} from "./steps";
import { done, ok, onFailure, point } from "./tap";
import {
  AUTHORITIES,
  accordOfTour,
  accordOnLookupsAndTallies,
  loadMore,
  putInForce,
} from "./world";

const [palermo, dir, pictures] = process.argv.slice(2);
if (!palermo || !dir || !pictures) {
  console.error("usage: tour.mjs PALERMO DIR PICTURES");
  process.exit(2);
}
mkdirSync(dir, { recursive: true });

const nodes = new Nodes(palermo, dir);
const chrome = await Chrome.start(pictures);
const seen = new Set<string>();
const look = lookOf(chrome, seen);

interface People {
  italy: Officer;
  italyChief: Officer;
  albania: Officer;
  romania: Officer;
  romaniaChief: Officer;
}

async function tour(): Promise<void> {
  for (const authority of AUTHORITIES) await nodes.make(authority);
  await Promise.all(nodes.list.map((node) => nodes.serve(node)));
  const [it, al, ro] = nodes.list;
  if (!it || !al || !ro) throw new Error("three nodes are needed");
  let people = {} as People;

  await point("a sign-in page, a wrong password, and a right one", async () => {
    const italyChief = await chrome.open(it, "chief");
    await look(italyChief, "sign-in");
    await fillSignIn(italyChief.page, "chief", "not the password");
    await italyChief.page.getByRole("alert").waitFor();
    await look(italyChief, "sign-in-failed");
    await fillSignIn(italyChief.page, "chief", PASSWORD);
    await italyChief.page.getByRole("heading", { name: "Overview" }).waitFor();
    people = {
      italyChief,
      italy: await chrome.signIn(it, "officer"),
      albania: await chrome.signIn(al, "chief"),
      romania: await chrome.signIn(ro, "officer"),
      romaniaChief: await chrome.signIn(ro, "chief"),
    };
  });
  const { italy, italyChief, albania, romania, romaniaChief } = people;
  onFailure(async () => {
    for (const officer of Object.values(people)) {
      const alerts = await officer.page.locator('[role="alert"]').allInnerTexts();
      console.log(
        `# ${officer.node.code} ${officer.user} ${officer.page.url()} ${alerts.join(" ")}`.replaceAll(
          "\n",
          " ",
        ),
      );
      await officer.page.screenshot({
        path: join(pictures as string, `failed-${officer.node.code}-${officer.user}.png`),
      });
    }
  });

  await point("empty pages say what to do next", async () => {
    for (const area of ["overview", "hits", "registers"]) {
      await visit(italyChief, `#/${area}`);
      await look(italyChief, `empty-${area}`);
    }
  });

  await point("three authorities adopt and ratify an accord", async () => {
    const accord = accordOfTour(nodes);
    const wish = {
      reason: "Law 678/2001: two officers answer for a disclosure",
      purpose: "organised-crime",
      approval: "two-officers",
    };
    const files = [
      await ratify(italyChief, nodes.dir, accord),
      await ratify(albania, nodes.dir, accord),
      await ratify(romaniaChief, nodes.dir, accord, wish, look),
    ];
    for (const officer of [italyChief, albania, romaniaChief]) {
      for (const file of files) {
        if (!file.includes(officer.node.code)) await takeIn(officer, file);
      }
    }
    await look(italyChief, "accord");
    await italyChief.page.getByRole("link", { name: "In plain words" }).click();
    await italyChief.page
      .getByText(/^organised-crime: /)
      .first()
      .waitFor();
    await look(italyChief, "accord-words");
    await italyChief.page.getByRole("link", { name: "Text", exact: true }).click();
    await look(italyChief, "accord-text");
    await visit(italyChief, "#/accords");
    await look(italyChief, "accords");
  });

  await point("each loads its own register, with a preview and a quarantine", async () => {
    await load(italy, nodes.dir, look);
    await load(albania, nodes.dir);
    await load(romania, nodes.dir);
    await visit(italy, "#/registers");
    await look(italy, "registers");
    await visit(italy, "#/registers/cases");
    await look(italy, "register");
    await visit(italy, "#/registers/cases?part=quarantine");
    await italy.page
      .getByText(/line|id/i)
      .first()
      .waitFor();
    await look(italy, "quarantine");
    await visit(italy, "#/registers/cases?part=report");
    await look(italy, "junk");
  });

  await point("no run without a case; with one, two parties are asked at once", async () => {
    await visit(italy, "#/runs/new");
    await italy.page.getByText("No case is open").waitFor();
    await openCase(italy, "2026/17", look);
    await look(italy, "case");
    await openCase(italy, "2026/18");
    await startRun(italy, "organised-crime", "2026/17", [], look);
    await look(italy, "run-done");
    await startRun(italy, "victim-protection", "2026/18", ["AL-POL"]);
    await visit(italy, "#/runs");
    await look(italy, "runs");
  });
  // While the batch waits for its time.
  await guard(chrome, nodes, look);
  putInForce(nodes, accordOnLookupsAndTallies(nodes));
  loadMore(nodes);

  await point("the holder judges the gates, releases one hit and lets one lapse", async () => {
    await visit(albania, "#/overview");
    await look(albania, "overview-waiting");
    await visit(albania, "#/hits?side=holder");
    await look(albania, "hits-holder");
    await openHit(albania, "Иван Петров");
    await look(albania, "hit-holder");
    ok(
      await byName(albania, "Release").isDisabled(),
      "nothing is released before every gate is judged",
    );
    await approve(albania);
    await openHit(albania, "HOXHA, Arben");
    await albania.page.getByLabel("Reason in words").fill("political character");
    await byName(albania, "Let lapse").click();
    await albania.page.getByText("This can’t be taken back").waitFor();
    await look(albania, "hit-lapse");
    await albania.page.locator("dialog").getByRole("button", { name: "Let lapse" }).click();
    await albania.page.getByText("Lapsed.").waitFor();
  });

  await point("where it was reserved, two different officers; for a victim, words", async () => {
    await openHit(romania, "محمد المصري");
    await approve(romania);
    await look(romania, "hit-second");
    // The first of two officers is not offered to be the second.
    await byName(romania, "Release").waitFor({ state: "detached" });
    await openHit(romaniaChief, "محمد المصري");
    await approve(romaniaChief);
    await openHit(romania, "Олена Коваленко");
    await byName(romania, "I have judged all and found them clear").click();
    await byName(romania, "Release").click();
    await romania.page.getByRole("alert").waitFor();
    await look(romania, "hit-victim");
    await romania.page
      .getByLabel("Reason in words")
      .fill("she has asked us to tell her family that she is safe");
    await byName(romania, "Release").click();
    await romania.page.getByText("The decision is in the ledger").waitFor();
  });

  await point("the ledger is read, verified, reported on and searched", async () => {
    await visit(italyChief, "#/ledger");
    await look(italyChief, "ledger");
    await italyChief.page.locator("tbody a").first().click();
    await look(italyChief, "ledger-entry");
    await visit(italyChief, "#/ledger/verify");
    await byName(italyChief, "Verify now").click();
    await italyChief.page.getByText("Everything stands where it was written").waitFor();
    await look(italyChief, "ledger-verify");
    await visit(italyChief, "#/ledger/report");
    await look(italyChief, "ledger-report");
    await italyChief.page.getByLabel("By", { exact: true }).selectOption("hour");
    await italyChief.page.getByText("Hour", { exact: true }).first().waitFor();
    await look(italyChief, "ledger-report-hour");
    await visit(italyChief, "#/ledger/peers");
    await look(italyChief, "ledger-peers");
    await visit(albania, "#/ledger/subject");
    await albania.page.getByLabel("Value").fill("AL-11");
    await albania.page.getByLabel("Reason").fill("asked by the person");
    await albania.page.getByRole("button", { name: "Search" }).click();
    await albania.page.getByText("Records found: 1").waitFor();
    await look(albania, "ledger-subject");
  });

  await counting({
    asker: italy,
    chief: italyChief,
    others: [albania, romaniaChief],
    dir: nodes.dir,
    look,
  });

  await point("settings show keys, parties and users", async () => {
    await visit(italyChief, "#/settings");
    await italyChief.page.getByText("RO-NAT").first().waitFor();
    await look(italyChief, "settings");
  });

  await following({
    asker: italy,
    holder: albania,
    dir: nodes.dir,
    pictures: pictures as string,
    look,
  });

  await point("a run repeats by itself until it is stopped", () => repeating(italy, look));
  await point("pages in three other languages", () => inLanguages(chrome, it));

  await point("nothing left the origin, and the browser complained of nothing", async () => {
    for (const officer of Object.values(people)) {
      ok(
        officer.strays.length === 0,
        `${officer.node.code} ${officer.user}: no stray request`,
        officer.strays.join("\n"),
      );
      ok(
        officer.complaints.length === 0,
        `${officer.node.code} ${officer.user}: no complaint of the browser`,
        officer.complaints.join("\n"),
      );
    }
  });
}

const start = Date.now();
try {
  await tour();
} catch (error) {
  ok(false, "the tour came to its end", String(error instanceof Error ? error.stack : error));
} finally {
  await chrome.stop();
  nodes.stop();
}
console.log(`# ${seen.size} pages looked at, ${((Date.now() - start) / 1000).toFixed(0)} s`);
process.exit(done());
