// SPDX-License-Identifier: Apache-2.0
// A reservation as a form has it, and as spec/accord.md section 4.2 has it.

export interface Reservation {
  reason: string;
  /** Empty: all of the accord. */
  purposes: string[];
  counterparties: string[];
  refuses: boolean;
  approval: string;
  holderFirst: boolean;
  offences: string[];
  categories: string[];
  rules: string[];
  labels: string[];
  retentionDays: string;
  smallestSet: string;
  tokensPerDay: string;
  runsPerDay: string;
}

export const NO_RESERVATION: Reservation = {
  reason: "",
  purposes: [],
  counterparties: [],
  refuses: false,
  approval: "",
  holderFirst: false,
  offences: [],
  categories: [],
  rules: [],
  labels: [],
  retentionDays: "",
  smallestSet: "",
  tokensPerDay: "",
  runsPerDay: "",
};

function numberOf(text: string): number | undefined {
  return text.trim() === "" ? undefined : Number(text);
}

function listOf(list: string[]): string[] | undefined {
  return list.length > 0 ? list : undefined;
}

/** Only what is said stands in the document; what the whole purpose is refused for needs no more. */
export function documentOf(r: Reservation): Record<string, unknown> {
  const budgets = {
    tokens_per_day: numberOf(r.tokensPerDay),
    runs_per_day: numberOf(r.runsPerDay),
  };
  const narrows = {
    offences: listOf(r.offences),
    categories: listOf(r.categories),
    rules: listOf(r.rules),
    labels: listOf(r.labels),
    holder_first: r.holderFirst || undefined,
    budgets: Object.values(budgets).some((n) => n !== undefined) ? budgets : undefined,
    smallest_set: numberOf(r.smallestSet),
    retention_days: numberOf(r.retentionDays),
    approval: r.approval || undefined,
  };
  const whole = {
    reason: r.reason.trim(),
    purposes: listOf(r.purposes),
    counterparties: listOf(r.counterparties),
    ...(r.refuses ? { refuses: true } : narrows),
  };
  return JSON.parse(JSON.stringify(whole));
}

/** A reservation must take something away, and say why; to refuse all of all is not to ratify. */
export function isWhole(r: Reservation): boolean {
  const { reason, purposes, counterparties, refuses, ...narrows } = documentOf(r);
  if (reason === "") return false;
  return refuses ? Boolean(purposes ?? counterparties) : Object.keys(narrows).length > 0;
}
