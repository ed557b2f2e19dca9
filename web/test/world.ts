// SPDX-License-Identifier: Apache-2.0
// The authorities of the tour, what stands in their registers, and the accords between them.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Node, Nodes, Role } from "./nodes";

export const HEAD = "id,name,birth,nationality,phone,role,offence";
export const FILES: { [code: string]: string[] } = {
  "IT-GDF": [
    "IT-01,Ivan Petrov,1974-05-21,RU,+79161234567,suspect,TIP.5",
    "IT-02,Arben Hoxha,1981-03-14,AL,+355672345678,wanted,TIP.5",
    "IT-03,Mohammed Al-Masri,1969-11-02,EG,,suspect,SOM.6",
    "IT-04,Maria Rossi,1980-02-11,IT,+390612345678,suspect,TIP.5",
    "IT-05,Olena Kovalenko,1999-08-12,UA,+380671234567,victim,TIP.5",
    "IT-06,Luca Bianchi,1988-01-30,IT,,convicted,UNTOC.5",
    ",Nobody,1988-01-30,IT,,convicted,UNTOC.5",
  ],
  "AL-POL": [
    "AL-11,Иван Петров,1974-05-21,RU,,wanted,TIP.5",
    'AL-12,"HOXHA, Arben",1981-03-14,AL,,convicted,TIP.5',
    "AL-13,Besnik Leka,1977-09-09,AL,+355681112223,suspect,UNTOC.5",
    "AL-14,Olena Kovalenko,1999-08-12,UA,,suspect,UNTOC.5",
  ],
  "RO-NAT": [
    "RO-21,محمد المصري,1969-11-02,EG,,suspect,SOM.6",
    "RO-22,Олена Коваленко,1999-08-12,UA,,victim,TIP.5",
    "RO-23,Elena Popescu,1995-04-17,RO,+40712345678,victim,TIP.5",
    'RO-24,"PETROV, Ivan",1974-05-21,RU,+7 916 123 45 67,suspect,TIP.5',
  ],
};

export const USERS = {
  chief: "supervisor",
  officer: "officer",
  analyst: "analyst",
  auditor: "auditor",
} as const;

export const AUTHORITIES = [
  { code: "IT-GDF", name: "Guardia di Finanza (tour)", kind: "police", users: USERS },
  { code: "AL-POL", name: "State Police (tour)", kind: "police", users: USERS },
  { code: "RO-NAT", name: "Agency against Trafficking (tour)", kind: "ngo", users: USERS },
];

interface Purpose {
  [member: string]: unknown;
  code: string;
  labels: string[];
}
interface Accord {
  [member: string]: unknown;
  in_force_after: number;
  purposes: Purpose[];
}

function draft(nodes: Nodes, title: string): Accord {
  const [first] = nodes.list;
  if (!first) throw new Error("no node");
  const parties = nodes.list.flatMap((node) => ["--party", `${node.code}.party.json`]);
  nodes.run(first, "accord", "draft", ...parties, "--title", title, "--out", "draft.json");
  return JSON.parse(readFileSync(join(nodes.dir, "draft.json"), "utf-8"));
}

function write(nodes: Nodes, name: string, document: unknown): string {
  const path = join(nodes.dir, name);
  writeFileSync(path, typeof document === "string" ? document : JSON.stringify(document));
  return path;
}

/** The accord of docs/tour.md, drafted: the holder learns first, a batch of four each minute, for an hour. */
export function accordOfTour(nodes: Nodes): string {
  const accord = draft(nodes, "Accord of the tour");
  accord.in_force_after = nodes.list.length;
  accord.purposes = accord.purposes.filter((p) => p.code !== "sanctions");
  for (const purpose of accord.purposes) {
    purpose.learns = "holder";
    purpose.approval = "officer";
    purpose.labels.push("birthDate", "name");
    purpose.release = { slots: 4, minutes: 1, batches: 60 };
    purpose.standing = {
      shortest_minutes: 60,
      whole_days: 7,
      last_day: "2099-12-31",
      started_by: "officer",
    };
  }
  return write(nodes, "accord.json", accord);
}

/** Adopted and ratified by all, at the command line. */
export function putInForce(nodes: Nodes, path: string): void {
  const name = path.replace(/\.json$/, "");
  for (const node of nodes.list) {
    const hash = nodes.run(node, "accord", "adopt", path).trim();
    nodes.run(node, "accord", "ratify", hash.slice(0, 8), "--out", `${name}.${node.code}.json`);
  }
  for (const node of nodes.list) {
    for (const other of nodes.list) {
      if (other !== node) nodes.run(node, "accord", "add", `${name}.${other.code}.json`);
    }
  }
}

const TALLY = {
  strata: ["age-group", "sex"],
  tokens_each: 6,
  smallest_list: 10,
  pad_to: 10,
  release: { mechanism: "laplace", epsilon_milli: 4000 },
  budget: { days: 365, epsilon_milli: 20_000, tallies: 5 },
  hours: 24,
};

/** Between the same parties: lookups at the border, and victims counted. */
export function accordOnLookupsAndTallies(nodes: Nodes): string {
  const accord = draft(nodes, "Accord on lookups and tallies");
  const [suspects, victims] = accord.purposes;
  if (!suspects || !victims) throw new Error("the draft has other purposes");
  accord.in_force_after = nodes.list.length;
  accord.purposes = [
    {
      ...suspects,
      code: "border",
      title: "Travellers at the border",
      learns: "asker",
      offences: ["FIREARMS.5"],
      budgets: { ...(suspects.budgets as object), lookups_per_hour: 1000 },
    },
    {
      ...victims,
      code: "victim-statistics",
      title: "How many victims do we know together",
      aim: "statistics",
      offences: ["UNTOC.5"],
      rules: ["name+birthDate"],
      tally: TALLY,
    },
  ];
  return write(nodes, "second.json", accord);
}

function mapping(columns: { [type: string]: string }): string {
  return JSON.stringify({
    format: "palermo-mapping/1",
    header: true,
    id: { column: "id" },
    kind: { constant: "person" },
    role: { column: "role" },
    offences: { column: "offence", split: ";" },
    ...(columns.sex ? { sex: { column: "sex", values: { f: "female", m: "male" } } } : {}),
    properties: Object.entries(columns)
      .filter(([type]) => type !== "sex")
      .map(([type, column]) => ({
        type,
        column,
        ...(type === "birthDate" ? { dateFormat: ["YYYY-MM-DD"] } : {}),
      })),
  });
}

/** Loads rows at the command line. */
export function loadRows(
  nodes: Nodes,
  node: Node,
  register: string,
  columns: { [type: string]: string },
  rows: string[],
): void {
  const head = ["id", ...Object.values(columns), "role", "offence"].join();
  const file = write(nodes, `${node.code}.${register}.csv`, `${[head, ...rows].join("\n")}\n`);
  const map = write(nodes, `${register}.mapping.json`, mapping(columns));
  nodes.run(node, "load", file, "--register", register, "--format", "csv", "--mapping", map);
}

const VICTIMS: { [code: string]: [number, number] } = {
  "IT-GDF": [0, 60],
  "AL-POL": [30, 90],
  "RO-NAT": [50, 120],
};

/** Victims of each, some on several lists; and one traveller whom Albania looks for. */
export function loadMore(nodes: Nodes): void {
  for (const node of nodes.list) {
    const [from, to] = VICTIMS[node.code] ?? [0, 0];
    const rows = Array.from({ length: to - from }, (_, i) => {
      const n = from + i;
      const year = n % 3 === 0 ? 2012 : 1985;
      const day = String(1 + (n % 28)).padStart(2, "0");
      return `v${n},Person Number${n},${year}-03-${day},${n % 2 ? "m" : "f"},victim,UNTOC.5`;
    });
    loadRows(nodes, node, "shelters", { name: "name", birthDate: "birth", sex: "sex" }, rows);
  }
  const [, albania, romania] = nodes.list;
  if (!albania || !romania) throw new Error("three nodes are needed");
  const columns = { name: "name", birthDate: "birth", nationality: "nation", document: "passport" };
  loadRows(nodes, albania, "border", columns, [
    "b1,Anna Maria Eriksson,1974-08-12,IT,L898902C3,wanted,FIREARMS.5",
  ]);
  loadRows(nodes, romania, "border", columns, [
    "b2,Jan Novak,1970-01-02,CZ,AB1234567,wanted,FIREARMS.5",
  ]);
  for (const node of [albania, romania]) {
    nodes.run(node, "index", "build", "--purpose", "border", "--labels");
    nodes.run(node, "index", "publish", "--purpose", "border");
  }
}

/** The specimen of ICAO Doc 9303 part 4, issued by a country instead of by Utopia. */
export const ZONE =
  "P<ITAERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36ITA7408122F1204159ZE184226B<<<<<10";

/** Two authorities, and a run that left hits to decide on at the second; `common`: rows of both. */
export async function twoAuthorities(
  nodes: Nodes,
  users: { [name: string]: Role } = { officer: "officer" },
  common: string[] = [],
): Promise<void> {
  for (const authority of AUTHORITIES.slice(0, 2)) {
    await nodes.make({ ...authority, users });
  }
  const [italy, albania] = nodes.list;
  if (!italy || !albania) throw new Error("two nodes are needed");
  putInForce(nodes, accordOfTour(nodes));
  const [, ...names] = HEAD.split(",").slice(0, -2);
  const types = ["name", "birthDate", "nationality", "phone"];
  const columns = Object.fromEntries(types.map((type, i) => [type, names[i] ?? type]));
  for (const node of nodes.list) {
    // One row of the tour is there to go into quarantine.
    const rows = (FILES[node.code] ?? []).filter((row) => !row.startsWith(","));
    loadRows(nodes, node, "cases", columns, [...rows, ...common]);
  }
  await nodes.serve(albania);
  const words = "--offence TIP.5 --penalty 12 --transnational a --officer Rossi --supervisor Verdi";
  nodes.run(italy, "case", "open", "2026/17", ...words.split(" "), "--purpose", "the carriers");
  const purpose = ["--purpose", "organised-crime", "--case", "2026/17"];
  nodes.run(italy, "match", "--with", "AL-POL", ...purpose);
}
