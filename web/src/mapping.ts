// SPDX-License-Identifier: Apache-2.0
// From the columns of a CSV file to a mapping (spec/mapping.md): a first guess, and the document.

/** What a column can be, besides nothing (''): a member of the mapping, or a property's type. */
export const MEMBERS = ["id", "role", "offences", "grading", "retention"] as const;
const DATE_FORMATS = ["YYYY-MM-DD", "DD.MM.YYYY", "DD/MM/YYYY", "YYYY/MM/DD", "YYYYMMDD", "YYYY"];

/** Words that stand in the heads of columns, in four languages; the first that fits counts. */
const GUESSES: [string, RegExp][] = [
  ["id", /^(id|no|nr|number|ref|reference|record|key|numero|номер|رقم)$/],
  ["birthDate", /birth.?date|date.?of.?birth|^birth$|^dob$|^born$|naissance|рожд|ميلاد/],
  ["birthPlace", /birth.?place|place.?of.?birth|lieu/],
  ["nationality", /national|citizen|гражд|جنسية/],
  ["document", /passport|^document|travel.?doc|passeport|паспорт|جواز/],
  ["nationalId", /national.?id|tax|fiscal|inn|ssn|^nin$/],
  ["phone", /phone|^tel|mobile|msisdn|телеф|هاتف/],
  ["email", /e.?mail|courriel|почт/],
  ["iban", /iban/],
  ["imei", /imei/],
  ["imsi", /imsi/],
  ["vin", /^vin$|chassis/],
  ["plate", /plate|registration/],
  ["imo", /^imo$|vessel/],
  ["btc", /bitcoin|^btc$/],
  ["eth", /ethereum|^eth$/],
  ["address", /address|adresse|адрес/],
  ["postcode", /post.?code|zip/],
  ["role", /^role|status|rôle|роль/],
  ["offences", /offen[cs]e|crime|infraction|преступ/],
  ["grading", /grad/],
  ["retention", /retention|delete|until/],
  ["handle", /handle|account.?name|user.?name/],
  ["name", /name|nom\b|имя|фио|اسم/],
];

export function guessColumn(column: string): string {
  const head = column.trim().toLowerCase();
  return GUESSES.find(([, pattern]) => pattern.test(head))?.[0] ?? "";
}

/** The first date format that all samples fit. */
export function guessDateFormat(samples: string[]): string {
  const fits: [string, RegExp][] = [
    ["YYYY-MM-DD", /^\d{4}-\d{2}-\d{2}$/],
    ["DD.MM.YYYY", /^\d{2}\.\d{2}\.\d{4}$/],
    ["DD/MM/YYYY", /^\d{2}\/\d{2}\/\d{4}$/],
    ["YYYY/MM/DD", /^\d{4}\/\d{2}\/\d{2}$/],
    ["YYYYMMDD", /^\d{8}$/],
    ["YYYY", /^\d{4}$/],
  ];
  const filled = samples.map((sample) => sample.trim()).filter(Boolean);
  return fits.find(([, pattern]) => filled.every((s) => pattern.test(s)))?.[0] ?? "YYYY-MM-DD";
}

export interface MappingChoice {
  separator: string;
  /** What each column is, by its number from 0. */
  targets: string[];
  columns: string[];
  kind: string;
  dateFormat: string;
  /** What the texts of the role column stand for. */
  roles: { [text: string]: string };
}

export function mappingOf(choice: MappingChoice): Record<string, unknown> {
  const cells = choice.targets.map((target, i) => ({ target, column: choice.columns[i] ?? i + 1 }));
  const mapping: Record<string, unknown> = {
    format: "palermo-mapping/1",
    separator: choice.separator === "\t" ? "tab" : choice.separator || ",",
    header: true,
    kind: { constant: choice.kind },
  };
  const properties: Record<string, unknown>[] = [];
  for (const { target, column } of cells) {
    if (!target) continue;
    if (target === "id" || target === "grading") mapping[target] = { column };
    else if (target === "offences") mapping.offences = { column, split: ";" };
    else if (target === "retention") mapping.retention = { column, dateFormat: choice.dateFormat };
    else if (target === "role") {
      const isPlain = Object.entries(choice.roles).every(([text, role]) => text === role);
      mapping.role = isPlain ? { column } : { column, values: choice.roles };
    } else if (target === "birthDate") {
      properties.push({ type: target, column, dateFormat: [choice.dateFormat] });
    } else properties.push({ type: target, column });
  }
  mapping.properties = properties;
  return mapping;
}

export { DATE_FORMATS };
