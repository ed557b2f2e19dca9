// SPDX-License-Identifier: Apache-2.0
// What the console says, in the language of who reads it. One catalogue a language: text/*.json.
import { plainOf } from "./safe";
import english from "./text/en.json";

export type Key = keyof typeof english;
export type Params = Record<string, string | number>;

export const LANGUAGES = { en: "English", fr: "Français", ru: "Русский", ar: "العربية" } as const;
export type Language = keyof typeof LANGUAGES;

let language: Language = "en";
let catalogue: Record<string, string> = english;

export function currentLanguage(): Language {
  return language;
}

export function isLanguage(text: string | null): text is Language {
  return text !== null && Object.hasOwn(LANGUAGES, text);
}

/** Fetches the catalogue of a language and makes it the one that counts. Throws if it is not there. */
export async function useCatalogue(wanted: Language): Promise<void> {
  if (wanted === "en") {
    catalogue = english;
  } else {
    const answer = await fetch(`${wanted}.json`, { credentials: "same-origin" });
    if (!answer.ok) throw new Error(`${wanted}.json: ${answer.status}`);
    catalogue = { ...english, ...(await answer.json()) };
  }
  language = wanted;
  document.documentElement.lang = wanted;
  document.documentElement.dir = wanted === "ar" ? "rtl" : "ltr";
}

/** Text from elsewhere within a sentence of ours: it can't turn the sentence around. */
function isolate(value: string): string {
  return `\u2068${plainOf(value)}\u2069`;
}

export function t(key: Key, params: Params = {}): string {
  return (catalogue[key] ?? english[key]).replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = params[name];
    if (value === undefined) return whole;
    return typeof value === "number" ? number(value) : isolate(value);
  });
}

/** The word of ours for a value of the node (a state, a role, a gate): its own name if there is none. */
export function word(family: string, value: string): string {
  const key = `${family}.${value}`;
  return catalogue[key] ?? value;
}

export function hasWord(family: string, value: string): boolean {
  return Object.hasOwn(catalogue, `${family}.${value}`);
}

// Western digits in every language: ids and numbers are compared across languages.
function locale(): string {
  if (language === "en") return "en-GB";
  return language === "ar" ? "ar-u-nu-latn" : language;
}

export function number(value: number, digits = 0): string {
  return new Intl.NumberFormat(locale(), { maximumFractionDigits: digits }).format(value);
}

/** "12.4 MB". */
export function bytes(n: number): string {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"];
  const step = n < 1000 ? 0 : Math.min(3, Math.floor(Math.log10(n) / 3));
  return new Intl.NumberFormat(locale(), {
    style: "unit",
    unit: units[step],
    unitDisplay: step === 0 ? "long" : "short",
    maximumFractionDigits: step === 0 ? 0 : 1,
  }).format(n / 1000 ** step);
}

/** "6 hours": minutes in the largest unit of which it is a whole number. */
export function duration(minutes: number): string {
  const [unit, length] =
    minutes % 1440 === 0 ? ["day", 1440] : minutes % 60 === 0 ? ["hour", 60] : ["minute", 1];
  return new Intl.NumberFormat(locale(), {
    style: "unit",
    unit: unit as string,
    unitDisplay: "long",
  }).format(minutes / (length as number));
}

export function percent(value: number, digits = 1): string {
  return new Intl.NumberFormat(locale(), {
    style: "percent",
    maximumFractionDigits: digits,
  }).format(value);
}

export function dateTime(iso: string | null | undefined): string {
  if (!iso) return "";
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return iso;
  return new Intl.DateTimeFormat(locale(), { dateStyle: "medium", timeStyle: "short" }).format(
    time,
  );
}

export function date(iso: string | null | undefined): string {
  if (!iso) return "";
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return iso;
  return new Intl.DateTimeFormat(locale(), { dateStyle: "medium", timeZone: "UTC" }).format(time);
}

/** "in 3 hours", "2 days ago". */
export function relative(iso: string, now = Date.now()): string {
  const seconds = (new Date(iso).getTime() - now) / 1000;
  const steps: [Intl.RelativeTimeFormatUnit, number][] = [
    ["day", 86400],
    ["hour", 3600],
    ["minute", 60],
  ];
  const format = new Intl.RelativeTimeFormat(locale(), { numeric: "auto" });
  for (const [unit, length] of steps) {
    if (Math.abs(seconds) >= length) return format.format(Math.round(seconds / length), unit);
  }
  return format.format(Math.round(seconds), "second");
}
