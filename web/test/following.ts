// SPDX-License-Identifier: Apache-2.0
// What follows a released hit: the request, its answer under conditions, the outcome, the closing.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Officer, settle, visit } from "./browser";
import { byName, type Look, saved } from "./steps";
import { ok, point } from "./tap";

interface Following {
  asker: Officer;
  holder: Officer;
  dir: string;
  pictures: string;
  look: Look;
}

/** What conditions allow is asked of the node for a purpose; without one nothing is saved. */
async function takeFile(officer: Officer, dir: string): Promise<Buffer> {
  const { page } = officer;
  const button = page.getByRole("button", { name: /^Save the file of/ });
  ok(await button.isDisabled(), "nothing is saved before it is said for which purpose");
  await page.getByLabel("Purpose", { exact: true }).selectOption("organised-crime");
  return readFileSync(await saved(officer, dir, () => button.click(), "attached.png"));
}

/** The page for the file, as it is printed: no script in it, and nothing from elsewhere. */
async function lookAtPage(officer: Officer, dir: string, pictures: string): Promise<void> {
  const save = () => byName(officer, "Save the page to print").click();
  const file = await saved(officer, dir, save, "request.html");
  const text = readFileSync(file, "utf-8");
  ok(
    text.includes("Rruga e Kavajës") && !/<script|<link|src=/i.test(text),
    "the page to print has the answer, and stands alone",
  );
  const sheet = await officer.context.newPage();
  await sheet.goto(pathToFileURL(file).href);
  await sheet.screenshot({ path: join(pictures, "request-page.png"), fullPage: true });
  await sheet.close();
}

export async function following({
  asker: italy,
  holder: albania,
  dir,
  pictures,
  look,
}: Following): Promise<void> {
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

  const photograph = Buffer.from("\x89PNG\r\n\x1a\n photograph of the house \0\xff", "latin1");
  await point("a file is attached, sealed to the other side", async () => {
    const { page } = albania;
    await page.getByLabel("File", { exact: true }).setInputFiles({
      name: "house=1+1.png",
      mimeType: "image/png",
      buffer: photograph,
    });
    await byName(albania, "Seal and attach").click();
    await page.getByText("Sealed and attached.").waitFor();
    await look(albania, "request-attached");
  });

  await point("the asker reads the answer, keeps the outcome and closes", async () => {
    const { page } = italy;
    for (let i = 0; ; i++) {
      await page.reload();
      await settle(page);
      const told = await page.locator("main").innerText();
      if (told.includes("Rruga e Kavajës") && told.includes("house=1+1.png")) break;
      if (i > 240) throw new Error("the answer did not arrive");
      await page.waitForTimeout(500);
    }
    await look(italy, "request");
    const taken = await takeFile(italy, dir);
    ok(taken.equals(photograph), "the file is the one that was attached", `${taken.length} bytes`);
    await lookAtPage(italy, dir, pictures);
    await page.getByLabel("Step", { exact: true }).selectOption("close");
    // No outcome stands there by itself: a hurried click confirms nothing.
    await byName(italy, "Close").click();
    ok((await page.locator("select:invalid").count()) === 1, "the outcome must be said");
    await page.locator("select:invalid").selectOption("confirmed");
    await byName(italy, "Close").click();
    await page.getByText("Signed and handed over").waitFor();
    await page.emulateMedia({ media: "print" });
    await page.screenshot({ path: join(pictures, "request-print.png"), fullPage: true });
    await page.emulateMedia({ media: "screen" });
    await visit(italy, "#/overview");
    await look(italy, "overview");
  });
}
