// SPDX-License-Identifier: Apache-2.0
// What must not happen: the wrong role, no token against forged requests, an old session, hostile text.
import { join } from "node:path";
import type { Page } from "playwright-core";
import { type Chrome, fillSignIn, firstLoad, SIZES, settle, visit } from "./browser";
import type { Node, Nodes } from "./nodes";
import { PASSWORD } from "./nodes";
import type { Look } from "./steps";
import { ok, point } from "./tap";

/** Asks the node from within the page, as a script there would. */
function ask(
  page: Page,
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body?: string,
): Promise<number> {
  return page.evaluate(
    async (call) => {
      const answer = await fetch(call.path, {
        method: call.method,
        headers: { "Content-Type": "application/json", ...call.headers },
        body: call.body,
      });
      return answer.status;
    },
    { method, path, headers, body },
  );
}

async function tokenOf(page: Page): Promise<string> {
  return page.evaluate(async () => (await (await fetch("/v1/session")).json()).csrf);
}

async function roles(chrome: Chrome, node: Node): Promise<void> {
  const analyst = await chrome.signIn(node, "analyst");
  await visit(analyst, "#/ledger");
  ok(
    await analyst.page.getByText("Not for this role").isVisible(),
    "an analyst is not shown the ledger",
  );
  ok((await analyst.page.locator('nav a[href="#/ledger"]').count()) === 0, "nor is it in the menu");
  const csrf = { "Palermo-CSRF": await tokenOf(analyst.page) };
  ok((await ask(analyst.page, "GET", "/v1/ledger")) === 403, "nor does the node tell it");
  const hit = `/v1/hits/${"0".repeat(32)}/1/approve`;
  ok((await ask(analyst.page, "POST", hit, csrf, "{}")) === 403, "an analyst releases nothing");
  ok(
    (await ask(analyst.page, "DELETE", "/v1/registers/cases", csrf)) === 403,
    "and deletes no register",
  );
  const auditor = await chrome.signIn(node, "auditor");
  await visit(auditor, "#/hits");
  ok(await auditor.page.getByText("Not for this role").isVisible(), "an auditor sees no hit");
  ok((await ask(auditor.page, "GET", "/v1/hits")) === 403, "nor does the node tell one");
  await analyst.context.close();
  await auditor.context.close();
}

async function forgery(chrome: Chrome, node: Node): Promise<void> {
  const officer = await chrome.signIn(node, "officer");
  const { page } = officer;
  const open = (headers: Record<string, string>) =>
    ask(page, "POST", "/v1/registers/expire", headers);
  ok((await open({})) === 403, "without the token nothing is done");
  ok((await open({ "Palermo-CSRF": "0".repeat(32) })) === 403, "nor with another one");
  ok((await open({ "Palermo-CSRF": await tokenOf(page) })) === 200, "with it, it is");
  const cookies = await officer.context.cookies();
  const cookie = cookies.find((c) => c.name === "palermo");
  ok(
    cookie?.httpOnly === true && cookie.sameSite === "Strict",
    "the cookie is out of the reach of scripts and of other sites",
    JSON.stringify(cookie),
  );
  const policy = (await page.request.get(node.console)).headers()["content-security-policy"] ?? "";
  ok(/default-src 'none'/.test(policy) && !/unsafe/.test(policy), "the policy is strict", policy);
  const ran = await page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "window.forged = true";
    document.body.append(script);
    return "forged" in window;
  });
  ok(!ran, "an inline script does not run");
  await officer.context.close();
}

async function guessing(chrome: Chrome, node: Node, look: Look): Promise<void> {
  const stranger = await chrome.open(node, "auditor");
  const { page } = stranger;
  const waits = page.getByText(/^Nothing was changed. Try again in \S+ seconds/);
  const guess = async (password: string) => {
    const answer = page.waitForResponse((response) => response.request().method() === "POST");
    await fillSignIn(page, "auditor", password);
    await answer;
    await page.locator('form.sign-in button[aria-busy="true"]').waitFor({ state: "detached" });
  };
  // Each wrong one after a wait doubles it: at last it is longer than a busy machine takes to ask.
  const seconds = async () => {
    const told = (await waits.count()) ? await waits.innerText() : "";
    return Number(/\d+/.exec(told)?.[0] ?? 0);
  };
  const until = Date.now() + 120_000;
  for (let i = 0; (await seconds()) < 15 && Date.now() < until; i++) {
    await guess(`guess ${i}`);
    if (i > 5) await page.waitForTimeout(1000);
  }
  ok((await seconds()) >= 15, "after some wrong passwords the next try has to wait");
  await guess(PASSWORD);
  ok((await waits.count()) === 1, "the right password waits like any other");
  await look(stranger, "sign-in-waits");
  await stranger.context.close();
}

async function ended(chrome: Chrome, node: Node, look: Look): Promise<void> {
  const officer = await chrome.signIn(node, "officer");
  const { page, context } = officer;
  await visit(officer, "#/cases/new");
  const field = page.getByLabel("What is to be found out");
  await field.fill("typed before the session ended");
  await context.clearCookies();
  await page.getByLabel("Reference", { exact: false }).first().fill("2026/99");
  await page.getByLabel("Offences").selectOption("TIP.5");
  await page.getByLabel("Highest penalty, in years").fill("5");
  await page.getByLabel("Supervisor").fill("chief");
  await page.getByRole("button", { name: "Open the case" }).click();
  await page.getByRole("heading", { name: "Your session has ended" }).waitFor();
  await look(officer, "session-ended");
  await fillSignIn(page, "officer", PASSWORD);
  await page.locator("dialog form.sign-in").waitFor({ state: "detached" });
  ok(
    (await field.inputValue()) === "typed before the session ended",
    "what was typed is still there after signing in again",
  );
  await page.getByRole("button", { name: "Open the case" }).click();
  await page.getByRole("heading", { name: "2026/99" }).waitFor();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.locator("form.sign-in").waitFor();
  ok((await ask(page, "GET", "/v1/overview")) === 401, "after signing out nothing is told");
  await context.close();
}

const EVIL = [
  '<img src=x onerror="window.forged=1">',
  "</script><script>window.forged=1</script>",
  "{{constructor.constructor('window.forged=1')()}}",
  "\u202Egnp.exe\u202C \u2066x\u2069 \u0007\u0000",
  '=HYPERLINK("http://evil.example","x")',
  "javascript:window.forged=1",
];

async function hostile(chrome: Chrome, node: Node, look: Look): Promise<void> {
  const officer = await chrome.signIn(node, "officer");
  const { page } = officer;
  const dialogs: string[] = [];
  page.on("dialog", (dialog) => {
    dialogs.push(dialog.message());
    dialog.dismiss();
  });
  for (const evil of EVIL) {
    await visit(officer, "#/hits");
    await page.getByLabel("Search").fill(evil);
    await page.waitForTimeout(400);
    await settle(page);
    await visit(officer, `#/registers/${encodeURIComponent(evil)}`);
    await visit(officer, `#/cases/${encodeURIComponent(evil)}`);
    await visit(officer, `#/accords/${encodeURIComponent(evil)}?part=${encodeURIComponent(evil)}`);
    await visit(officer, `#/${encodeURIComponent(evil)}`);
  }
  const name = `${EVIL.join(" ")} ${"x".repeat(50_000)}`;
  await visit(officer, "#/cases/new");
  await page.getByLabel("Reference", { exact: false }).first().fill("2026/evil");
  await page.getByLabel("What is to be found out").evaluate((area, text) => {
    (area as HTMLTextAreaElement).value = text;
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }, name);
  await page.getByLabel("Offences").selectOption("TIP.5");
  await page.getByLabel("Highest penalty, in years").fill("5");
  await page.getByLabel("Supervisor").fill("chief");
  await page.getByRole("button", { name: "Open the case" }).click();
  await page
    .getByRole("alert")
    .or(page.getByRole("heading", { name: "2026/evil" }))
    .waitFor();
  await look(officer, "hostile");
  await visit(officer, "#/lookup");
  await page.getByLabel("Machine-readable zone").fill(EVIL.join("\n").slice(0, 400));
  await page.getByLabel("Purpose").selectOption("organised-crime");
  await page.getByLabel("Case").selectOption("2026/17");
  await page.getByRole("button", { name: "Ask all parties" }).click();
  await page.getByRole("alert").first().waitFor();
  await look(officer, "lookup-hostile");
  const forged = await page.evaluate(() => "forged" in window);
  ok(!forged && dialogs.length === 0, "hostile text is text", dialogs.join());
  ok(officer.strays.length === 0, "and asks for nothing elsewhere", officer.strays.join("\n"));
  await officer.context.close();
}

async function languages(chrome: Chrome, node: Node, pictures: string): Promise<void> {
  for (const [locale, word] of [
    ["fr-FR", "Vue d’ensemble"],
    ["ru-RU", "Обзор"],
    ["ar", "نظرة عامة"],
  ] as const) {
    const officer = await chrome.signIn(node, "officer", { locale });
    await officer.page.getByRole("heading", { name: word }).waitFor();
    const direction = await officer.page.evaluate(() => document.documentElement.dir);
    ok(direction === (locale === "ar" ? "rtl" : "ltr"), `${locale}: ${word}, ${direction}`);
    await settle(officer.page);
    await officer.page.screenshot({ path: join(pictures, `overview-${locale.slice(0, 2)}.png`) });
    await visit(officer, "#/cases/new");
    await officer.page.screenshot({ path: join(pictures, `case-${locale.slice(0, 2)}.png`) });
    await officer.context.close();
  }
}

const IN_LANGUAGES = [
  "hits",
  "requests",
  "lookup",
  "runs?part=standing",
  "tally",
  "accords",
  "registers/new",
];

/** Pages that have something on them, in the other languages, to be looked at. */
export async function inLanguages(chrome: Chrome, node: Node): Promise<void> {
  for (const locale of ["ar", "fr-FR", "ru-RU"]) {
    const officer = await chrome.signIn(node, "chief", { locale });
    const { page } = officer;
    for (const hash of IN_LANGUAGES) {
      await visit(officer, `#/${hash}`);
      const name = hash.replace(/\W+/g, "-");
      await chrome.picture(officer, `${name}-${locale.slice(0, 2)}`);
      await page.setViewportSize(SIZES.narrow);
      const tooWide = await page.evaluate(() => {
        const { scrollWidth, clientWidth } = document.documentElement;
        return scrollWidth - clientWidth;
      });
      await page.setViewportSize(SIZES.wide);
      ok(tooWide <= 0, `${locale}: ${hash} is no wider than the screen`, `${tooWide} pixels`);
    }
    await visit(officer, "#/hits");
    await page.locator("tbody a").first().click();
    await page.locator("main h1").waitFor();
    await settle(page);
    await chrome.picture(officer, `hit-${locale.slice(0, 2)}`);
    await officer.context.close();
  }
}

export async function guard(chrome: Chrome, nodes: Nodes, look: Look): Promise<void> {
  const node = nodes.list[0];
  if (!node) throw new Error("no node");
  await point("each role sees and does what it may, and no more", () => roles(chrome, node));
  await point("a forged request is refused", () => forgery(chrome, node));
  await point("a session that ended keeps what was typed", () => ended(chrome, node, look));
  await point("passwords can't be guessed quickly", () => guessing(chrome, node, look));
  await point("hostile text on every field is inert", () => hostile(chrome, node, look));
  await point("four languages, one of them from right to left", () =>
    languages(chrome, node, chrome.pictures),
  );
  await point("by keyboard alone: skip link, menu, a page", async () => {
    const officer = await chrome.signIn(node, "officer");
    await officer.page.locator("main h1").waitFor();
    // The page's heading has the focus; the way past the menu stands before everything else.
    const first = await officer.page.evaluate(() => {
      const stop = document.querySelector<HTMLElement>("a[href], button, input, select, textarea");
      stop?.focus();
      return stop?.className;
    });
    ok(first === "skip", "the first stop is the way past the menu", String(first));
    await officer.page.keyboard.press("Enter");
    const main = await officer.page.evaluate(() => document.activeElement?.id);
    ok(main === "main", "and it leads to the page", String(main));
    await officer.context.close();
  });
  await point("the first load is less than 300 kB", async () => {
    const officer = await chrome.open(node, "officer");
    const { bytes, ms } = await firstLoad(officer.page);
    console.log(`# first load: ${bytes} bytes, ${ms.toFixed(0)} ms`);
    ok(bytes < 300_000, "at most 300 kB come over the wire", String(bytes));
    await officer.context.close();
  });
}
