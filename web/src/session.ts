// SPDX-License-Identifier: Apache-2.0
// Who is signed in, and the words that the node offers to forms.
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Session, Words } from "./api-types";

export interface Here {
  session: Session;
  words: Words;
}
export const HereContext = createContext<Here | null>(null);

export function useHere(): Here {
  const here = useContext(HereContext);
  if (!here) throw new Error("no session");
  return here;
}

export type Area =
  | "overview"
  | "hits"
  | "requests"
  | "lookup"
  | "runs"
  | "tally"
  | "registers"
  | "cases"
  | "accords"
  | "ledger"
  | "settings";

/** The areas in the order of the menu, by what one does there. */
export const MENU: { group: "work" | "joint" | "home" | "trust"; areas: Area[] }[] = [
  { group: "work", areas: ["overview", "hits", "requests", "lookup"] },
  { group: "joint", areas: ["runs", "tally", "accords"] },
  { group: "home", areas: ["registers", "cases"] },
  { group: "trust", areas: ["ledger", "settings"] },
];

/** What the node lets a role do (api/openapi.json, x-roles), so that pages don't offer the rest. */
const ROLES: { [what: string]: string } = {
  hits: "analyst officer supervisor",
  requests: "analyst officer supervisor",
  lookup: "analyst officer supervisor",
  tally: "analyst officer supervisor",
  registers: "analyst officer supervisor",
  ledger: "supervisor auditor",
  "runs.start": "analyst officer supervisor",
  "cases.open": "analyst officer supervisor",
  "registers.drop": "supervisor",
  "accords.decide": "supervisor",
  "tally.decide": "officer supervisor",
  "requests.sign": "officer supervisor",
  "hits.decide": "officer supervisor",
  "ledger.acknowledge": "supervisor",
  users: "supervisor auditor",
  peers: "supervisor auditor",
};

export function may(session: Session, what: string): boolean {
  const roles = ROLES[what];
  return !roles || session.role === "operator" || roles.split(" ").includes(session.role);
}
