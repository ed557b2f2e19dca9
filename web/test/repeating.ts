// SPDX-License-Identifier: Apache-2.0
// A series of runs: begun, the first of them made by the node itself, paused, gone on with, stopped.
import { type Officer, settle, visit } from "./browser";
import { byName, type Look } from "./steps";
import { ok } from "./tap";

export async function repeating(officer: Officer, look: Look): Promise<void> {
  const { page } = officer;
  await visit(officer, "#/runs?part=standing");
  await look(officer, "standing-none");
  await page.locator("main").getByRole("link", { name: "Let runs repeat" }).click();
  await page.getByLabel("With whom, and for what").waitFor();
  ok(
    await byName(officer, "Begin: the first is made at once").isDisabled(),
    "nothing begins before it is chosen with whom",
  );
  await page
    .getByLabel("With whom, and for what")
    .selectOption({ label: "AL-POL · organised-crime" });
  await page.getByLabel("Case").selectOption("2026/17");
  await page.getByLabel("Interval").fill("59");
  await page.getByLabel("Unit").selectOption("minutes");
  await page.getByText("The accord does not allow it so often.").waitFor();
  await look(officer, "standing-new");
  await page.getByLabel("Interval").fill("2");
  await page.getByLabel("Unit").selectOption("days");
  await byName(officer, "Begin: the first is made at once").click();
  await page.getByRole("heading", { name: /^Runs on a schedule with/ }).waitFor();
  await page.getByText("2 days", { exact: true }).waitFor();
  for (let i = 0; ; i++) {
    await page.reload();
    await settle(page);
    if (await page.locator("main dl a[href*='#/runs/']").count()) break;
    if (i > 240) throw new Error("the first run was not made");
    await page.waitForTimeout(500);
  }
  await look(officer, "standing");
  await byName(officer, "Pause").click();
  await page.getByText("Paused: nothing is asked until it is resumed.").waitFor();
  await byName(officer, "Resume").click();
  await page.getByText("Resumed.").waitFor();
  await byName(officer, "Stop for good").click();
  await look(officer, "standing-stop");
  await page.locator("dialog").getByRole("button", { name: "Stop for good" }).click();
  await page.getByText("Stopped.").waitFor();
  await visit(officer, "#/runs?part=standing");
  await page.getByRole("link", { name: /AL-POL/ }).waitFor();
  await look(officer, "standing-list");
}
