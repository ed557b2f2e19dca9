// SPDX-License-Identifier: Apache-2.0
// many.mjs PALERMO DIR PICTURES: a list of 100,000 hits (HITS=N) in the browser: first rows, paging,
// filters, and whether the page ever stands still.
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { Chrome, fillSignIn, firstLoad, type Officer, settle } from "./browser";
import { Nodes, PASSWORD } from "./nodes";
import { lookOf } from "./steps";
import { done, ok, point } from "./tap";
import { AUTHORITIES } from "./world";

const [palermo, dir, pictures] = process.argv.slice(2);
if (!palermo || !dir || !pictures) {
  console.error("usage: many.mjs PALERMO DIR PICTURES");
  process.exit(2);
}
mkdirSync(dir, { recursive: true });
const hits = Number(process.env.HITS ?? 100_000);
const total = new Intl.NumberFormat("en-GB").format(hits);
const nodes = new Nodes(palermo, dir);
const chrome = await Chrome.start(pictures);
const look = lookOf(chrome, new Set());

/** Milliseconds from an act to the rows it brings, as the page itself sees them. */
async function timed(officer: Officer, act: () => Promise<unknown>, seen: RegExp): Promise<number> {
  const start = Date.now();
  await act();
  await officer.page.locator("tbody tr").first().getByText(seen).first().waitFor();
  await settle(officer.page);
  return Date.now() - start;
}

const { page, officer } = await (async () => {
  const [authority] = AUTHORITIES;
  if (!authority) throw new Error("no authority");
  const node = await nodes.make(authority);
  execFileSync("python3", ["../bench/many_hits.py", palermo, node.home, String(hits)]);
  await nodes.serve(node);
  const officer = await chrome.open(node, "officer");
  const { bytes, ms } = await firstLoad(officer.page);
  console.log(`# first load: ${bytes} bytes, ${ms.toFixed(0)} ms`);
  await fillSignIn(officer.page, "officer", PASSWORD);
  await officer.page.locator(".frame main h1").waitFor();
  return { page: officer.page, officer };
})();

/** Times are told; that they are good is for a machine at rest, where they are far from this. */
const MOST_MS = 30_000;
function told(name: string, ms: number): void {
  console.log(`# ${name}: ${ms} ms`);
  ok(ms < MOST_MS, `${name} comes`, `${ms} ms`);
}

try {
  // What a page that froze would show: the longest time in which it did nothing else.
  await page.evaluate(() => {
    const held = globalThis as unknown as { longest: number };
    held.longest = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) held.longest = Math.max(held.longest, entry.duration);
    }).observe({ type: "longtask", buffered: true });
  });
  await point(`${total} hits are listed, paged and filtered`, async () => {
    const go = (hash: string) =>
      page.evaluate((to) => {
        location.hash = to;
      }, hash);
    told("first rows", await timed(officer, () => go("#/hits"), /M-/));
    const start = Date.now();
    await page.getByText(`1 to 50 of ${total}`).waitFor();
    told("their number, after the rows", Date.now() - start);
    const next = () => page.getByRole("button", { name: "Next" }).click();
    told("next page", await timed(officer, next, /M-/));
    await page.getByText(`51 to 100 of ${total}`).waitFor();
    const rule = () => page.getByLabel("Rule").selectOption("phone");
    told("filter by a rule", await timed(officer, rule, /phone/));
    const grade = () => page.getByLabel("Grade").selectOption("strong");
    told("and by a grade", await timed(officer, grade, /strong/));
    await look(officer, "hits-many");
    await page.getByRole("link", { name: "Clear the filter" }).click();
    const rare = `M-${String(hits - 7).padStart(6, "0")}`;
    const search = () => page.getByLabel("Search").fill(rare);
    told("search for one of all", await timed(officer, search, new RegExp(rare)));
    await page.getByText("In all: 1").waitFor();
  });
  await point("the list scrolls, and the page never stands still", async () => {
    await page.getByRole("link", { name: "Clear the filter" }).click();
    await page.getByText(`1 to 50 of ${total}`).waitFor();
    await page.mouse.move(600, 500);
    for (let i = 0; i < 20; i++) {
      await page.mouse.wheel(0, 400);
      await page.waitForTimeout(20);
    }
    const y = await page.evaluate(() => scrollY);
    ok(y > 500, "it scrolls", String(y));
    const rows = await page.locator("tbody tr").count();
    ok(rows === 50, "one page of rows is in the browser", String(rows));
    const largest = await page.evaluate(() => {
      const all = performance.getEntriesByType("resource") as PerformanceResourceTiming[];
      const pages = all.filter((entry) => entry.name.includes("/v1/hits"));
      return Math.max(...pages.map((entry) => entry.decodedBodySize));
    });
    console.log(`# largest page of hits: ${largest} bytes`);
    ok(largest < 100_000, "and no more than that came from the node", `${largest} bytes`);
    const longest = await page.evaluate(
      () => (globalThis as unknown as { longest: number }).longest,
    );
    console.log(`# longest task of the page: ${longest.toFixed(0)} ms`);
    ok(longest < 5000, "no task of the page holds it up", `${longest} ms`);
  });
} catch (error) {
  ok(false, "the list was gone through", String(error instanceof Error ? error.stack : error));
  await page.screenshot({ path: join(pictures, "failed-many.png") });
} finally {
  await chrome.stop();
  nodes.stop();
}
process.exit(done());
