// SPDX-License-Identifier: Apache-2.0
// A traveller asked about, victims counted by several bodies, and how many nobody knows.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Officer, visit } from "./browser";
import { byName, chooseFile, type Look, saved } from "./steps";
import { ok, point } from "./tap";
import { ZONE } from "./world";

interface Counting {
  asker: Officer;
  chief: Officer;
  others: Officer[];
  dir: string;
  look: Look;
}

const byLink = (officer: Officer, name: string) =>
  officer.page.locator("main").getByRole("link", { name, exact: true });

/** The proposal reaches another party, and waits for its officer. */
async function arrives(other: Officer): Promise<void> {
  const { page } = other;
  for (let i = 0; ; i++) {
    await visit(other, "#/overview");
    const waiting = page.getByRole("link", { name: /Tallies that wait for our word/ });
    if (await waiting.count()) {
      await waiting.click();
      break;
    }
    if (i > 240) throw new Error("the proposal did not arrive");
    await page.waitForTimeout(500);
    await visit(other, "#/tally");
  }
  await page.locator("main tbody a").first().click();
  await page.getByText("It waits for our word").waitFor();
}

export async function counting(c: Counting): Promise<void> {
  const { asker: italy, chief: italyChief, dir, look } = c;
  await point("one traveller: a hit at one party, no hit at the other", async () => {
    await visit(italy, "#/lookup");
    await look(italy, "lookup");
    await italy.page.getByLabel("Machine-readable zone").fill(ZONE);
    await italy.page.getByLabel("Purpose").selectOption("border");
    await italy.page.getByLabel("Case").selectOption("2026/17");
    await byName(italy, "Ask all parties").click();
    await italy.page.getByText("All check digits fit").waitFor();
    const answers = italy.page.locator(".answers");
    await answers.locator("li", { hasText: "AL-POL" }).getByText("hit", { exact: true }).waitFor();
    await answers.locator("li", { hasText: "RO-NAT" }).getByText("no hit").waitFor();
    await look(italy, "lookup-answers");
  });

  await point("three bodies count their victims together", async () => {
    const { page } = italyChief;
    await visit(italyChief, "#/tally");
    await look(italyChief, "tally");
    await byLink(italyChief, "Propose a tally").click();
    await page.getByRole("heading", { name: "Propose a tally" }).waitFor();
    await page.getByLabel("Sex", { exact: true }).waitFor();
    await look(italyChief, "tally-new");
    await byName(italyChief, "Propose to parties: 2").click();
    await page.getByText("It goes on by itself").waitFor();
    for (const other of c.others) {
      await arrives(other);
      if (other === c.others[0]) await look(other, "tally-asked");
      await byName(other, "Take part").click();
      await other.page.getByText("We take part").waitFor();
    }
    await look(italyChief, "tally-going");
    await page.getByText("All parties have signed the table").waitFor();
    await page.getByText("How the lists overlap").waitFor();
    await look(italyChief, "tally-done");
  });

  await point("a picture is a table, an SVG and a PNG", async () => {
    const svg = readFileSync(
      await saved(italyChief, dir, () => byName(italyChief, "SVG").click(), "overlap.svg"),
      "utf-8",
    );
    ok(/^<svg[^>]+xmlns/.test(svg) && !/class=|<script|href/.test(svg), "the SVG stands alone");
    const png = readFileSync(
      await saved(italyChief, dir, () => byName(italyChief, "PNG").click(), "overlap.png"),
    );
    ok(
      png.subarray(1, 4).toString() === "PNG" && png.length > 5000,
      "the PNG is one",
      `${png.length}`,
    );
    await byName(italyChief, "Table").click();
    await italyChief.page.getByRole("cell", { name: "IT-GDF + AL-POL", exact: true }).waitFor();
    const csv = readFileSync(
      await saved(italyChief, dir, () => byName(italyChief, "Save as CSV").click(), "overlap.csv"),
      "utf-8",
    );
    ok(csv.includes("IT-GDF + AL-POL"), "the CSV has its rows", csv);
  });

  await point("the tally goes straight on to an estimate", async () => {
    await byLink(italyChief, "Estimate").click();
    await italyChief.page.getByText(/with what is known of its noise/).waitFor();
    await byName(italyChief, "Estimate").click();
    await italyChief.page.getByRole("heading", { name: "How far to trust it" }).waitFor();
    await look(italyChief, "estimate-tally");
  });

  await point("an estimate from a table of overlaps, with its warnings", async () => {
    await visit(italy, "#/tally?part=estimate");
    await look(italy, "estimate-empty");
    const table = join(dir, "lists.csv");
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
}
