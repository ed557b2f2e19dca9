// SPDX-License-Identifier: Apache-2.0
// short.mjs PALERMO DIR PICTURES: what every change is tried with: sign-in, the pages that officers
// use most under axe in light and dark, a release by keyboard alone, and the size of the first load.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { axe, Chrome, fillSignIn, firstLoad, type Officer, visit } from "./browser";
import { Nodes, PASSWORD } from "./nodes";
import { done, ok, point } from "./tap";
import { twoAuthorities } from "./world";

const [palermo, dir, pictures] = process.argv.slice(2);
if (!palermo || !dir || !pictures) {
  console.error("usage: short.mjs PALERMO DIR PICTURES");
  process.exit(2);
}
mkdirSync(dir, { recursive: true });
const nodes = new Nodes(palermo, dir);
const FIRST_LOAD_MAX = 300_000;

/** Tab after Tab until what has the focus is called so. */
async function tabTo(officer: Officer, name: RegExp): Promise<void> {
  const seen: string[] = [];
  for (let i = 0; i < 120; i++) {
    await officer.page.keyboard.press("Tab");
    const text = await officer.page.evaluate(() => document.activeElement?.textContent ?? "");
    if (name.test(text)) return;
    seen.push(text.slice(0, 20));
  }
  throw new Error(`no way to ${name} by keyboard: ${seen.join(" | ")}`);
}

async function byKeyboard(officer: Officer): Promise<void> {
  const { page } = officer;
  await visit(officer, "#/overview");
  await tabTo(officer, /^Hits/);
  await page.keyboard.press("Enter");
  await page.getByRole("link", { name: "Иван Петров" }).waitFor();
  await tabTo(officer, /Иван Петров/);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Gates" }).waitFor();
  await tabTo(officer, /^I have judged all and found them clear$/);
  await page.keyboard.press("Space");
  await tabTo(officer, /^Release$/);
  await page.keyboard.press("Enter");
  await page.getByText("The decision is in the ledger").waitFor();
  await page.getByText("Decided: it goes with the next batch").waitFor();
}

async function all(chrome: Chrome): Promise<void> {
  const [, albania] = nodes.list;
  if (!albania) throw new Error("no node");
  const officer = await chrome.open(albania, "officer");
  const { page } = officer;
  await point("a wrong password is refused, the right one opens the overview", async () => {
    await fillSignIn(page, "officer", "not the password");
    await page.getByRole("alert").waitFor();
    await fillSignIn(page, "officer", PASSWORD);
    await page.getByRole("link", { name: /Hits to decide on/ }).waitFor();
  });
  await point("the first load is small", async () => {
    const { bytes, ms } = await firstLoad(page);
    console.log(`# first load: ${bytes} bytes, ${ms.toFixed(0)} ms`);
    if (bytes >= FIRST_LOAD_MAX) throw new Error(`${bytes} bytes`);
  });
  for (const area of ["overview", "hits", "requests", "runs", "tally", "accords", "settings"]) {
    await point(`axe finds nothing on ${area}`, async () => {
      await visit(officer, `#/${area}`);
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        const found = await axe(page, colorScheme === "dark");
        if (found.length > 0) throw new Error(JSON.stringify(found, null, 1));
      }
      await page.emulateMedia({ colorScheme: "light" });
    });
  }
  await point("a hit is released by keyboard alone", () => byKeyboard(officer));
  await point("nothing left the origin, and the browser complained of nothing", async () => {
    const told = [...officer.strays, ...officer.complaints];
    if (told.length > 0) throw new Error(told.join("\n"));
  });
  await page.screenshot({ path: join(pictures as string, "short.png") });
}

const chrome = await Chrome.start(pictures);
try {
  await twoAuthorities(nodes);
  await all(chrome);
} catch (error) {
  ok(false, "it came to its end", String(error instanceof Error ? error.stack : error));
} finally {
  await chrome.stop();
  nodes.stop();
}
process.exit(done());
