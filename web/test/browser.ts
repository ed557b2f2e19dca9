// SPDX-License-Identifier: Apache-2.0
// Chromium as a person uses the console: signs in, looks, and is looked at by axe.
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { type Node, PASSWORD } from "./nodes";

const require = createRequire(import.meta.url);
const axeSource = readFileSync(require.resolve("axe-core/axe.min.js"), "utf-8");

export const SIZES = {
  wide: { width: 1280, height: 900 },
  narrow: { width: 390, height: 844 },
} as const;

/** Those that stand in the README (tools/console-pictures). */
const SHOWN = ["overview-waiting", "hit-holder", "tally-done"];

export interface Officer {
  page: Page;
  context: BrowserContext;
  node: Node;
  user: string;
  /** What the page asked for outside its origin, and what the browser complained of. */
  strays: string[];
  complaints: string[];
}

export class Chrome {
  private constructor(
    readonly browser: Browser,
    readonly pictures: string,
  ) {}

  static async start(pictures: string): Promise<Chrome> {
    mkdirSync(pictures, { recursive: true });
    const browser = await chromium.launch({
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
    });
    return new Chrome(browser, pictures);
  }

  async open(
    node: Node,
    user: string,
    options: { locale?: string; dark?: boolean } = {},
  ): Promise<Officer> {
    const context = await this.browser.newContext({
      viewport: SIZES.wide,
      locale: options.locale ?? "en-GB",
      timezoneId: "UTC",
      colorScheme: options.dark ? "dark" : "light",
      acceptDownloads: true,
      reducedMotion: "reduce",
    });
    const page = await context.newPage();
    // A machine with other work on it is no fault of the console.
    page.setDefaultTimeout(120_000);
    const officer: Officer = { page, context, node, user, strays: [], complaints: [] };
    const origin = new URL(node.console).origin;
    page.on("request", (request) => {
      const url = request.url();
      if (!url.startsWith(origin) && !url.startsWith("blob:") && !url.startsWith("data:")) {
        officer.strays.push(url);
      }
    });
    page.on("console", (message) => {
      if (message.type() === "error" && !/status of [45]\d\d/.test(message.text())) {
        officer.complaints.push(message.text());
      }
    });
    page.on("pageerror", (error) => officer.complaints.push(String(error)));
    await page.goto(node.console);
    await page.getByLabel(/.*/).first().waitFor();
    return officer;
  }

  async signIn(
    node: Node,
    user: string,
    options: { locale?: string; dark?: boolean } = {},
  ): Promise<Officer> {
    const officer = await this.open(node, user, options);
    await fillSignIn(officer.page, user, PASSWORD);
    await officer.page.locator(".frame main h1").waitFor();
    return officer;
  }

  /** Keeps a picture of the page as it is, at both widths; of some also what a screen shows of it. */
  async picture(officer: Officer, name: string): Promise<void> {
    const { page } = officer;
    await page.evaluate(() => scrollTo(0, 0));
    for (const [size, viewport] of Object.entries(SIZES)) {
      await page.setViewportSize(viewport);
      await page.screenshot({ path: join(this.pictures, `${name}-${size}.png`), fullPage: true });
    }
    await page.setViewportSize(SIZES.wide);
    if (SHOWN.includes(name)) {
      await page.screenshot({ path: join(this.pictures, `${name}-screen.png`) });
    }
  }

  async stop(): Promise<void> {
    await this.browser.close();
  }
}

export async function fillSignIn(page: Page, user: string, password: string): Promise<void> {
  const form = page.locator("form.sign-in");
  await form.locator("input").nth(0).fill(user);
  await form.locator("input[type=password]").fill(password);
  await form.locator("button[type=submit]").click();
}

/** Goes to a page of the console and waits until it has what it asked for. */
export async function visit(officer: Officer, hash: string): Promise<void> {
  const { page } = officer;
  await page.evaluate((to) => {
    location.hash = to;
  }, hash);
  await settle(page);
}

export async function settle(page: Page): Promise<void> {
  await page.waitForFunction(
    () =>
      document.querySelector("main h1") && !document.querySelector('.loading, [aria-busy="true"]'),
  );
}

/** What the page that is there has loaded: bytes as they came over the wire, and until when. */
export async function firstLoad(page: Page): Promise<{ bytes: number; ms: number }> {
  return page.evaluate(() => {
    const entries = performance.getEntriesByType("resource") as PerformanceResourceTiming[];
    const whole = performance.getEntriesByType("navigation")[0] as PerformanceNavigationTiming;
    return {
      bytes: entries.reduce((sum, e) => sum + e.encodedBodySize, whole.encodedBodySize),
      ms: Math.max(whole.domContentLoadedEventEnd, ...entries.map((e) => e.responseEnd)),
    };
  });
}

export interface Violation {
  id: string;
  nodes: string[];
}

/**
 * What axe finds against WCAG 2.2 A and AA, and its own advice. Dark: the same page in other
 * colours, of which only the contrasts are new.
 */
export async function axe(page: Page, isDark: boolean): Promise<Violation[]> {
  await page.evaluate(axeSource);
  return page.evaluate(async (onlyContrast) => {
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    // biome-ignore lint/suspicious/noExplicitAny: axe comes without types into the page
    const found = await (window as any).axe.run(document, {
      runOnly: onlyContrast ? { type: "rule", values: ["color-contrast"] } : tags,
      resultTypes: ["violations"],
    });
    return found.violations.map(
      (v: { id: string; nodes: { html: string; failureSummary: string }[] }) => ({
        id: v.id,
        nodes: v.nodes.map(
          (node) => `${node.html.slice(0, 160)} ${node.failureSummary.slice(0, 300)}`,
        ),
      }),
    );
  }, isDark);
}
