// SPDX-License-Identifier: Apache-2.0
// fields.mjs PALERMO DIR PICTURES: hostile text in every field of every form, as a person or a script
// in the browser may enter it, past what the fields allow. It is text, or it is refused in plain words.
import { mkdirSync, readFileSync } from "node:fs";
import { Chrome, type Officer, settle, visit } from "./browser";
import { Nodes } from "./nodes";
import { byName, lookOf, saved } from "./steps";
import { done, ok, onFailure, point } from "./tap";
import { twoAuthorities } from "./world";

const [palermo, dir, pictures] = process.argv.slice(2);
if (!palermo || !dir || !pictures) {
  console.error("usage: fields.mjs PALERMO DIR PICTURES");
  process.exit(2);
}
mkdirSync(dir, { recursive: true });
const nodes = new Nodes(palermo, dir);
const chrome = await Chrome.start(pictures);
const look = lookOf(chrome, new Set());

const IMAGE = '<img src=x onerror="window.forged=1">';
const HOSTILE: { [name: string]: string } = {
  markup: `${IMAGE}</script><script>window.forged=1</script>`,
  controls: "\u0007\u001b[31m \u0085 \u0000 end",
  turned: "\u202egnp.exe\u202c \u2066x\u2069 \u{e0041}zero\u200bwidth",
  formula: '=HYPERLINK("http://evil.example","x")',
  megabyte: "A".repeat(1_000_000),
};
const PAGES = [
  "#/hits",
  "#/requests/new",
  "#/lookup",
  "#/registers/new",
  "#/registers/cases",
  "#/cases/new",
  "#/accords",
  "#/ledger",
  "#/ledger/report",
  "#/ledger/subject",
  "#/tally?part=estimate",
  "#/settings",
];

/** Puts the text into every field, past its limits. How many fields there are. */
function fill(officer: Officer, text: string): Promise<number> {
  return officer.page.evaluate((value) => {
    const fields = document.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>(
      "main input:not([type=checkbox]):not([type=file]):not([type=radio]), main textarea",
    );
    for (const field of fields) {
      const kind = field instanceof HTMLInputElement ? HTMLInputElement : HTMLTextAreaElement;
      field.removeAttribute("maxlength");
      if (field instanceof HTMLInputElement && /number|date/.test(field.type)) field.type = "text";
      Object.getOwnPropertyDescriptor(kind.prototype, "value")?.set?.call(field, value);
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    return fields.length;
  }, text);
}

async function tryPage(officer: Officer, hash: string, name: string): Promise<number> {
  const { page } = officer;
  await visit(officer, hash);
  const n = await fill(officer, HOSTILE[name] ?? "");
  const buttons = page.locator("main form button[type=submit]:enabled");
  for (let i = 0; i < (await buttons.count()); i++) {
    // Without the browser's own checks of a form: the node must stand alone.
    await page.evaluate(() => {
      for (const form of document.querySelectorAll("form")) form.noValidate = true;
    });
    await buttons
      .nth(i)
      .click({ timeout: 5000 })
      .catch(() => {});
    await settle(page);
  }
  await page.waitForTimeout(400);
  return n;
}

let dialogs = 0;

async function isInert(officer: Officer, where: string): Promise<void> {
  const forged = await officer.page.evaluate(
    () => "forged" in window || document.querySelectorAll("main img").length > 0,
  );
  const trouble = [...officer.strays, ...officer.complaints];
  ok(!forged && dialogs === 0 && trouble.length === 0, where, trouble.join("\n"));
}

/** Rows with names that somebody hostile wrote. */
function hostileRows(): string[] {
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const names = [HOSTILE.markup, HOSTILE.turned, HOSTILE.formula, "@SUM(A1) Name"];
  return names.map((name, i) => `h${i},${quoted(name ?? "")},1980-01-0${i + 1},,,suspect,TIP.5`);
}

/** In lists, and in the file that a list saves. */
async function inLists(officer: Officer): Promise<void> {
  const { page } = officer;
  await visit(officer, "#/registers/cases");
  await page.getByText(IMAGE).first().waitFor();
  await page.getByText("U+202E").first().waitFor();
  await look(officer, "records-hostile");
  await visit(officer, "#/hits");
  await page.getByText(IMAGE).first().waitFor();
  await look(officer, "hits-hostile");
  await page.getByRole("link", { name: /U\+202E/ }).click();
  await page.getByRole("heading", { level: 1, name: /⟨U\+202E⟩/ }).waitFor();
  await look(officer, "hit-hostile");
  await visit(officer, "#/hits");
  await isInert(officer, "hostile names in lists and heads are text");
  const save = () => byName(officer, "Save as CSV").click();
  const file = readFileSync(await saved(officer, dir as string, save, "hits.csv"), "utf-8");
  const cells = file.match(/"(?:[^"]|"")*"/g) ?? [];
  ok(file.includes("'=HYPERLINK") && file.includes("'@SUM"), "the list is saved", file);
  ok(!cells.some((cell) => /^"\s*[=+@|-]/.test(cell)), "no cell of the file is a formula", file);
}

try {
  await twoAuthorities(nodes, { chief: "supervisor" }, hostileRows());
  const [, albania] = nodes.list;
  if (!albania) throw new Error("no node");
  const officer = await chrome.signIn(albania, "chief");
  officer.page.setDefaultTimeout(60_000);
  officer.page.on("dialog", (dialog) => {
    dialogs += 1;
    void dialog.dismiss();
  });
  onFailure(async () => {
    const text = await officer.page.locator("main").innerText();
    console.log(`# ${officer.page.url()}: ${text.slice(0, 2000)}`.replaceAll("\n", " "));
  });
  await visit(officer, "#/hits");
  const hit = await officer.page.locator("tbody a").first().getAttribute("href");
  const words = ["request", "new", "--with", "IT-GDF", "--kind", "information"];
  const request = nodes
    .run(albania, ...words)
    .trim()
    .split("\n")
    .at(-1);
  const pages = [...PAGES, hit ?? "", `#/requests/${request}`];
  for (const name of Object.keys(HOSTILE)) {
    await point(`${name} in every field of every form`, async () => {
      let n = 0;
      for (const hash of pages) n += await tryPage(officer, hash, name);
      console.log(`# ${n} fields`);
      if (n < 35) throw new Error(`only ${n} fields were found`);
    });
    await isInert(officer, `${name} does nothing`);
  }
  await point("hostile names in lists and files", () => inLists(officer));
} catch (error) {
  ok(false, "every form was tried", String(error instanceof Error ? error.stack : error));
} finally {
  await chrome.stop();
  nodes.stop();
}
process.exit(done());
