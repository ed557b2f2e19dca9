// SPDX-License-Identifier: Apache-2.0
// The Test Anything Protocol, as the project's other tests print it.
let n = 0;
let bad = 0;

export function ok(condition: boolean, name: string, why = ""): boolean {
  n += 1;
  if (!condition) bad += 1;
  console.log(`${condition ? "ok" : "not ok"} ${n} - ${name}`);
  if (!condition && why) console.log(why.replace(/^/gm, "# "));
  return condition;
}

let whenBad: () => Promise<void> = async () => {};
/** What to say besides when a test point fails. */
export function onFailure(tell: () => Promise<void>): void {
  whenBad = tell;
}

/** One test point: passes unless `work` throws. */
export async function point(name: string, work: () => Promise<void>): Promise<void> {
  const start = Date.now();
  try {
    await work();
    ok(true, name);
  } catch (error) {
    ok(false, name, String(error instanceof Error ? (error.stack ?? error) : error));
    await whenBad();
  }
  console.log(`# ${((Date.now() - start) / 1000).toFixed(1)} s`);
}

export function done(): number {
  console.log(`1..${n}`);
  return bad === 0 ? 0 : 1;
}
