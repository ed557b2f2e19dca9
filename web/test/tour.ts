// SPDX-License-Identifier: Apache-2.0
// tour.mjs PALERMO DIR PICTURES: the tour of docs/tour.md in the browser, over three nodes.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { axe, Chrome, fillSignIn, type Officer, settle, visit } from "./browser";
import { guard } from "./guard";
import { type Node, Nodes, PASSWORD } from "./nodes";
import { done, ok, onFailure, point } from "./tap";

const [palermo, dir, pictures] = process.argv.slice(2);
if (!palermo || !dir || !pictures) {
  console.error("usage: tour.mjs PALERMO DIR PICTURES");
  process.exit(2);
}
mkdirSync(dir, { recursive: true });

const HEAD = "id,name,birth,nationality,phone,role,offence";
const FILES: { [code: string]: string[] } = {
  "IT-GDF": [
    "IT-01,Ivan Petrov,1974-05-21,RU,+79161234567,suspect,TIP.5",
    "IT-02,Arben Hoxha,1981-03-14,AL,+355672345678,wanted,TIP.5",
    "IT-03,Mohammed Al-Masri,1969-11-02,EG,,suspect,SOM.6",
    "IT-04,Maria Rossi,1980-02-11,IT,+390612345678,suspect,TIP.5",
    "IT-05,Olena Kovalenko,1999-08-12,UA,+380671234567,victim,TIP.5",
    "IT-06,Luca Bianchi,1988-01-30,IT,,convicted,UNTOC.5",
    ",Nobody,1988-01-30,IT,,convicted,UNTOC.5",
  ],
  "AL-POL": [
    "AL-11,Иван Петров,1974-05-21,RU,,wanted,TIP.5",
    'AL-12,"HOXHA, Arben",1981-03-14,AL,,convicted,TIP.5',
    "AL-13,Besnik Leka,1977-09-09,AL,+355681112223,suspect,UNTOC.5",
    "AL-14,Olena Kovalenko,1999-08-12,UA,,suspect,UNTOC.5",
  ],
  "RO-NAT": [
    "RO-21,محمد المصري,1969-11-02,EG,,suspect,SOM.6",
    "RO-22,Олена Коваленко,1999-08-12,UA,,victim,TIP.5",
    "RO-23,Elena Popescu,1995-04-17,RO,+40712345678,victim,TIP.5",
    'RO-24,"PETROV, Ivan",1974-05-21,RU,+7 916 123 45 67,suspect,TIP.5',
  ],
};

const nodes = new Nodes(palermo, dir);
const chrome = await Chrome.start(pictures);
const seen = new Set<string>();

/** Looks at a page: a picture at both widths, and axe in light and dark. */
async function look(officer: Officer, name: string): Promise<void> {
  await settle(officer.page);
  seen.add(name);
  // LOOK=0: the steps alone, for a quick try.
  if (process.env.LOOK === "0") return;
  await chrome.picture(officer, name);
  for (const theme of ["light", "dark"]) {
    await officer.page.emulateMedia({ colorScheme: theme as "light" | "dark" });
    const found = await axe(officer.page, theme === "dark");
    ok(
      found.length === 0,
      `axe finds nothing on ${name}, ${theme}`,
      found.map((v) => `${v.id}\n  ${v.nodes.slice(0, 4).join("\n  ")}`).join("\n"),
    );
    if (theme === "dark" && process.env.DARK) await chrome.picture(officer, `${name}-dark`);
  }
  await officer.page.emulateMedia({ colorScheme: "light" });
}

async function chooseFile(officer: Officer, label: string, file: string): Promise<void> {
  await officer.page.getByLabel(label, { exact: true }).setInputFiles(file);
}

async function saved(officer: Officer, click: () => Promise<void>, to: string): Promise<string> {
  const [file] = await Promise.all([officer.page.waitForEvent("download"), click()]);
  const path = join(dir as string, to);
  await file.saveAs(path);
  return path;
}

const byName = (officer: Officer, name: string) =>
  officer.page.getByRole("button", { name, exact: true });

async function ratify(
  officer: Officer,
  accordFile: string,
  reservations?: string,
): Promise<string> {
  await visit(officer, "#/accords");
  const box = officer.page.locator("section", { hasText: "Its bytes are frozen" });
  await box.locator("input[type=file]").setInputFiles(accordFile);
  await box.locator("button").click();
  await byName(officer, "Ratify").click();
  if (reservations) await officer.page.getByLabel(/^Reservations/).fill(reservations);
  await officer.page.locator("dialog").getByRole("button", { name: "Ratify", exact: true }).click();
  const file = await saved(
    officer,
    () => byName(officer, "Save our ratification").click(),
    `${officer.node.code}.ratification.json`,
  );
  await byName(officer, "Close").click();
  return file;
}

async function takeIn(officer: Officer, file: string): Promise<void> {
  await visit(officer, "#/accords");
  const box = officer.page.locator("section", { hasText: "A ratification or a denunciation" });
  await box.locator("input[type=file]").setInputFiles(file);
  await box.locator("button").click();
  await officer.page.getByRole("heading", { name: "Accord of the tour" }).waitFor();
}

async function load(officer: Officer, isLooked: boolean): Promise<void> {
  const { page, node } = officer;
  const file = join(dir as string, `${node.code}.csv`);
  writeFileSync(file, `${[HEAD, ...(FILES[node.code] ?? [])].join("\n")}\n`);
  await visit(officer, "#/registers/new");
  await page.getByLabel("Name of the register").fill("cases");
  await chooseFile(officer, "File", file);
  await byName(officer, "Read the file").click();
  await byName(officer, "Preview").click();
  await page.getByRole("heading", { name: "3. What would come of it" }).waitFor();
  if (isLooked) await look(officer, "upload");
  await byName(officer, "Load").click();
  await page.getByText(/is loaded$/).waitFor();
}

function accordOf(): string {
  const accord = JSON.parse(readFileSync(join(dir as string, "draft.json"), "utf-8"));
  accord.in_force_after = 3;
  accord.purposes = accord.purposes.filter((p: { code: string }) => p.code !== "sanctions");
  for (const purpose of accord.purposes) {
    purpose.learns = "holder";
    purpose.approval = "officer";
    purpose.labels.push("birthDate", "name");
    purpose.release = { slots: 4, minutes: 1, batches: 2 };
  }
  const path = join(dir as string, "accord.json");
  writeFileSync(path, JSON.stringify(accord));
  return path;
}

async function openCase(officer: Officer, reference: string): Promise<void> {
  const { page } = officer;
  await visit(officer, "#/cases/new");
  await page.getByLabel("Reference", { exact: false }).first().fill(reference);
  await page.getByLabel("What is to be found out").fill("who else knows the carriers");
  const offences = page.getByLabel("Offences");
  await offences.selectOption("TIP.5");
  await offences.selectOption("SOM.6");
  await page.getByLabel("Highest penalty, in years").fill("12");
  await page.getByLabel("Supervisor").fill("chief");
  if (reference === "2026/17") await look(officer, "case-new");
  await byName(officer, "Open the case").click();
  await page.getByRole("heading", { name: reference }).waitFor();
}

async function startRun(
  officer: Officer,
  purpose: string,
  reference: string,
  parties: number,
): Promise<void> {
  const { page } = officer;
  await visit(officer, "#/runs");
  await visit(officer, "#/runs/new");
  await page.getByLabel("Purpose").selectOption(purpose);
  await page.getByLabel("Case").selectOption(reference);
  if (parties === 1) await page.getByLabel(/^AL-POL/).uncheck();
  if (parties > 1) await look(officer, "run-new");
  await page.getByRole("button", { name: /^Ask parties/ }).click();
  for (let i = 0; i < parties; i++) {
    await page
      .getByText(/both sides have signed the receipt/)
      .nth(i)
      .waitFor();
  }
}

/** The rows of the list of hits, by what the record is called. */
async function openHit(officer: Officer, name: string): Promise<void> {
  await visit(officer, "#/hits");
  await officer.page.getByRole("link", { name }).first().click();
  await officer.page.getByRole("heading", { name: "Gates" }).waitFor();
}

async function approve(officer: Officer, because?: string): Promise<void> {
  // For the second of two officers the gates that the first one cleared are clear.
  const all = byName(officer, "I have judged all and found them clear");
  if (await all.count()) await all.click();
  if (because) await officer.page.getByLabel("Reason in words").fill(because);
  await byName(officer, "Release").click();
  await officer.page.getByText("The decision is in the ledger").waitFor();
}

interface People {
  italy: Officer;
  italyChief: Officer;
  albania: Officer;
  romania: Officer;
  romaniaChief: Officer;
}

async function setUp(): Promise<{ it: Node; al: Node; ro: Node }> {
  const users = {
    chief: "supervisor",
    officer: "officer",
    analyst: "analyst",
    auditor: "auditor",
  } as const;
  const it = await nodes.make({
    code: "IT-GDF",
    name: "Guardia di Finanza (tour)",
    kind: "police",
    users,
  });
  const al = await nodes.make({
    code: "AL-POL",
    name: "State Police (tour)",
    kind: "police",
    users,
  });
  const ro = await nodes.make({
    code: "RO-NAT",
    name: "Agency against Trafficking (tour)",
    kind: "ngo",
    users,
  });
  const parties = [it, al, ro].flatMap((node) => ["--party", `${node.code}.party.json`]);
  nodes.run(
    it,
    "accord",
    "draft",
    ...parties,
    "--title",
    "Accord of the tour",
    "--out",
    "draft.json",
  );
  await Promise.all([it, al, ro].map((node) => nodes.serve(node)));
  return { it, al, ro };
}

async function tour(): Promise<void> {
  const { it, al, ro } = await setUp();
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
    const accord = accordOf();
    const reservations = JSON.stringify([
      {
        reason: "Law 678/2001: two officers answer for a disclosure",
        purposes: ["organised-crime"],
        approval: "two-officers",
      },
    ]);
    const files = [
      await ratify(italyChief, accord),
      await ratify(albania, accord),
      await ratify(romaniaChief, accord, reservations),
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
    await load(italy, true);
    await load(albania, false);
    await load(romania, false);
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
    await openCase(italy, "2026/17");
    await look(italy, "case");
    await openCase(italy, "2026/18");
    await startRun(italy, "organised-crime", "2026/17", 2);
    await look(italy, "run-done");
    await startRun(italy, "victim-protection", "2026/18", 1);
    await visit(italy, "#/runs");
    await look(italy, "runs");
  });
  // While the batch waits for its time.
  await guard(chrome, nodes, look);

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
    await albania.page.getByText("Lapsed.").waitFor();
  });

  await point("where it was reserved, two different officers; for a victim, words", async () => {
    await openHit(romania, "محمد المصري");
    await approve(romania);
    await look(romania, "hit-second");
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
    await visit(italyChief, "#/ledger/peers");
    await look(italyChief, "ledger-peers");
    await visit(albania, "#/ledger/subject");
    await albania.page.getByLabel("Value").fill("AL-11");
    await albania.page.getByLabel("Reason").fill("asked by the person");
    await albania.page.getByRole("button", { name: "Search" }).click();
    await albania.page.getByText("Records found: 1").waitFor();
    await look(albania, "ledger-subject");
  });

  await point("a machine-readable zone is read", async () => {
    await visit(italy, "#/lookup");
    await look(italy, "lookup");
    await italy.page
      .getByLabel("Machine-readable zone")
      .fill(
        "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10",
      );
    await byName(italy, "Ask all parties").click();
    await italy.page.getByText("All check digits fit").waitFor();
    await look(italy, "lookup-read");
  });

  await point("an estimate from a table of overlaps, with its warnings", async () => {
    await visit(italy, "#/tally");
    await look(italy, "tally");
    await visit(italy, "#/tally?part=estimate");
    const table = join(dir as string, "lists.csv");
    writeFileSync(
      table,
      "LA,NG,PFNCA,GO,count\n1,0,0,0,54\n0,1,0,0,464\n0,0,1,0,1006\n0,0,0,1,695\n1,1,0,0,19\n1,0,1,0,3\n0,1,1,0,61\n0,1,0,1,69\n0,0,1,1,49\n1,1,1,0,1\n0,1,1,1,4\n1,1,0,1,1\n1,0,0,1,2\n",
    );
    await chooseFile(italy, "Table of overlaps (CSV)", table);
    await italy.page.getByText("How the lists overlap").first().waitFor();
    await italy.page.getByRole("button", { name: "Estimate", exact: true }).click();
    await italy.page.getByRole("heading", { name: "How far to trust it" }).waitFor();
    await look(italy, "estimate");
  });

  await point("settings show keys, parties and users", async () => {
    await visit(italyChief, "#/settings");
    await italyChief.page.getByText("RO-NAT").first().waitFor();
    await look(italyChief, "settings");
  });

  await point("released hits arrive with the batch, the lapsed one never", async () => {
    const until = Date.now() + 300_000;
    for (;;) {
      await visit(italy, "#/hits?side=asker");
      const text = await italy.page.locator("main").innerText();
      if (["Ivan Petrov", "Mohammed Al-Masri", "Olena Kovalenko"].every((n) => text.includes(n)))
        break;
      if (Date.now() > until) throw new Error(`not there: ${text}`);
      await italy.page.waitForTimeout(1000);
      await italy.page.evaluate(() => {
        location.hash = "#/overview";
      });
    }
    ok(
      !(await italy.page.locator("main").innerText()).includes("Arben Hoxha"),
      "a lapse is as no hit",
    );
    await look(italy, "hits-asker");
    await italy.page.getByRole("link", { name: "Ivan Petrov" }).first().click();
    await italy.page.getByText("Иван Петров").first().waitFor();
    await look(italy, "hit-asker");
  });

  await point("a request is drafted from the hit, and says what is missing", async () => {
    const { page } = italy;
    await byName(italy, "Draft a request").click();
    await page.getByText(/^Missing before it can be sent/).waitFor();
    await look(italy, "request-draft");
    for (const [label, text] of [
      ["Subject matter", "Trafficking in persons"],
      ["Nature of the proceedings", "investigation"],
      ["Authority conducting them", "Prosecutor, first section"],
      ["Facts", "Two victims named him as the driver."],
      ["Assistance sought", "All addresses on record"],
      ["Purpose", "To find the suspect"],
    ] as const) {
      await page.getByLabel(label, { exact: true }).fill(text);
    }
    await page.getByText("Nothing is missing").waitFor();
    await byName(italy, "Sign and send").click();
    await page.getByRole("heading", { name: "Steps" }).waitFor();
  });

  await point("the other side accepts and answers, under conditions", async () => {
    const { page } = albania;
    for (let i = 0; ; i++) {
      await visit(albania, "#/requests?side=requested");
      if (await page.getByRole("link", { name: /^Information/ }).count()) break;
      if (i > 240) throw new Error("the request did not arrive");
      await page.waitForTimeout(500);
      await visit(albania, "#/overview");
    }
    await look(albania, "requests");
    await page
      .getByRole("link", { name: /^Information/ })
      .first()
      .click();
    await page.getByRole("heading", { name: "What to do now" }).waitFor();
    await page.getByLabel("Step", { exact: true }).selectOption("accept");
    await page.getByLabel(/^Confidential/).check();
    await look(albania, "request-holder");
    await byName(albania, "Accept").click();
    await page.getByText("Signed and handed over").waitFor();
    await page.getByLabel("Step", { exact: true }).selectOption("answer");
    await page.getByLabel(/^Text/).fill("Rruga e Kavajës 1, Tirana, since March.");
    await byName(albania, "Answer").click();
    await page.getByText("Signed and handed over for delivery: \u2068answered").waitFor();
  });

  await point("the asker reads the answer, keeps the outcome and closes", async () => {
    const { page } = italy;
    for (let i = 0; ; i++) {
      await page.reload();
      await settle(page);
      if (await page.getByText("Rruga e Kavajës").count()) break;
      if (i > 240) throw new Error("the answer did not arrive");
      await page.waitForTimeout(500);
    }
    await look(italy, "request");
    await page.getByLabel("Step", { exact: true }).selectOption("close");
    await byName(italy, "Close").click();
    await page.getByText("Signed and handed over").waitFor();
    await page.emulateMedia({ media: "print" });
    await page.screenshot({ path: join(pictures as string, "request-print.png"), fullPage: true });
    await page.emulateMedia({ media: "screen" });
    await visit(italy, "#/overview");
    await look(italy, "overview");
  });

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
