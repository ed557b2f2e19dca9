// SPDX-License-Identifier: Apache-2.0
// What officers do in the tests, by the words that stand on the pages.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Chrome, axe, type Officer, settle, visit } from "./browser";
import { ok } from "./tap";
import { FILES, HEAD } from "./world";

export type Look = (officer: Officer, name: string) => Promise<void>;

/**
 * Looks at a page: a picture at both widths, and axe in light and dark. LOOK=PATTERN: only at
 * pages whose names fit; "^$" none, for a quick try. DARK=1: pictures in dark too.
 */
export function lookOf(chrome: Chrome, seen: Set<string>): Look {
  return async (officer, name) => {
    await settle(officer.page);
    seen.add(name);
    if (!new RegExp(process.env.LOOK ?? "").test(name)) return;
    await chrome.picture(officer, name);
    for (const theme of ["light", "dark"] as const) {
      await officer.page.emulateMedia({ colorScheme: theme });
      const found = await axe(officer.page, theme === "dark");
      ok(
        found.length === 0,
        `axe finds nothing on ${name}, ${theme}`,
        found.map((v) => `${v.id}\n  ${v.nodes.slice(0, 4).join("\n  ")}`).join("\n"),
      );
      if (theme === "dark" && process.env.DARK) await chrome.picture(officer, `${name}-dark`);
    }
    await officer.page.emulateMedia({ colorScheme: "light" });
  };
}

export const byName = (officer: Officer, name: string) =>
  officer.page.getByRole("button", { name, exact: true });

export async function chooseFile(officer: Officer, label: string, file: string): Promise<void> {
  await officer.page.getByLabel(label, { exact: true }).setInputFiles(file);
}

/** What a click saves, in the officer's folder. */
export async function saved(
  officer: Officer,
  dir: string,
  click: () => Promise<void>,
  to: string,
): Promise<string> {
  const [file] = await Promise.all([officer.page.waitForEvent("download"), click()]);
  const path = join(dir, to);
  await file.saveAs(path);
  return path;
}

export interface Wish {
  reason: string;
  purpose: string;
  approval: string;
}

export async function ratify(
  officer: Officer,
  dir: string,
  accordFile: string,
  wish?: Wish,
  look?: Look,
): Promise<string> {
  await visit(officer, "#/accords");
  const box = officer.page.locator("section", { hasText: "Its bytes are frozen" });
  await box.locator("input[type=file]").setInputFiles(accordFile);
  await box.locator("button").click();
  await byName(officer, "Ratify").click();
  const dialog = officer.page.locator("dialog");
  if (wish) {
    await dialog.getByRole("button", { name: "Add a reservation" }).click();
    await dialog.getByLabel(/^Reason of the reservation/).fill(wish.reason);
    await dialog.getByLabel(wish.purpose, { exact: true }).check();
    await dialog.getByLabel("Before a hit is released").selectOption(wish.approval);
  }
  if (look) await look(officer, "accord-ratify");
  await dialog.getByRole("button", { name: "Ratify", exact: true }).click();
  const save = () => byName(officer, "Save our ratification").click();
  const file = await saved(officer, dir, save, `${officer.node.code}.ratification.json`);
  await byName(officer, "Close").click();
  return file;
}

export async function takeIn(officer: Officer, file: string): Promise<void> {
  await visit(officer, "#/accords");
  const box = officer.page.locator("section", { hasText: "A ratification or a denunciation" });
  await box.locator("input[type=file]").setInputFiles(file);
  await box.locator("button").click();
  await officer.page.getByRole("heading", { name: "Accord of the tour" }).waitFor();
}

export async function load(officer: Officer, dir: string, look?: Look): Promise<void> {
  const { page, node } = officer;
  const file = join(dir, `${node.code}.csv`);
  writeFileSync(file, `${[HEAD, ...(FILES[node.code] ?? [])].join("\n")}\n`);
  await visit(officer, "#/registers/new");
  await page.getByLabel("Name of the register").fill("cases");
  await chooseFile(officer, "File", file);
  await byName(officer, "Read the file").click();
  await byName(officer, "Preview").click();
  await page.getByRole("heading", { name: "3. What would come of it" }).waitFor();
  if (look) await look(officer, "upload");
  await byName(officer, "Load").click();
  await page.getByText(/is loaded$/).waitFor();
}

export async function openCase(officer: Officer, reference: string, look?: Look): Promise<void> {
  const { page } = officer;
  await visit(officer, "#/cases/new");
  await page.getByLabel("Reference", { exact: false }).first().fill(reference);
  await page.getByLabel("What is to be found out").fill("who else knows the carriers");
  const offences = page.getByLabel("Offences");
  await offences.selectOption("TIP.5");
  await offences.selectOption("SOM.6");
  await offences.selectOption("FIREARMS.5");
  await page.getByLabel("Highest penalty, in years").fill("12");
  await page.getByLabel("Supervisor").fill("chief");
  if (look) await look(officer, "case-new");
  await byName(officer, "Open the case").click();
  await page.getByRole("heading", { name: reference }).waitFor();
}

export async function startRun(
  officer: Officer,
  purpose: string,
  reference: string,
  without: string[],
  look?: Look,
): Promise<void> {
  const { page } = officer;
  await visit(officer, "#/runs");
  await visit(officer, "#/runs/new");
  await page.getByLabel("Purpose").selectOption(purpose);
  await page.getByLabel("Case").selectOption(reference);
  for (const code of without) await page.getByLabel(new RegExp(`^${code}`)).uncheck();
  if (look) await look(officer, "run-new");
  await page.getByRole("button", { name: /^Ask parties/ }).click();
  const done = page.getByText(/both sides have signed the receipt/);
  const broken = page.getByText("The run broke off");
  for (let i = 0; i < 2 - without.length; i++) {
    await done.nth(i).or(broken.first()).first().waitFor();
  }
  // On a machine with much other work a connection may time out; it is asked again, as one would.
  if (await broken.count()) await startRun(officer, purpose, reference, without);
}

/** The rows of the list of hits, by what the record is called. */
export async function openHit(officer: Officer, name: string): Promise<void> {
  await visit(officer, "#/hits");
  await officer.page.getByRole("link", { name }).first().click();
  await officer.page.getByRole("heading", { name: "Gates" }).waitFor();
}

export async function approve(officer: Officer, because?: string): Promise<void> {
  // For the second of two officers the gates that the first one cleared are clear.
  const all = byName(officer, "I have judged all and found them clear");
  if (await all.count()) await all.click();
  if (because) await officer.page.getByLabel("Reason in words").fill(because);
  await byName(officer, "Release").click();
  await officer.page.getByText("The decision is in the ledger").waitFor();
}
