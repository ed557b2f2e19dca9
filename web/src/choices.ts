// SPDX-License-Identifier: Apache-2.0
// What a user chose for this browser: language, and dark or light. Nothing else is kept in it.
import { isLanguage, type Language, useCatalogue } from "./text";

export type Theme = "system" | "light" | "dark";

function read(name: string): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

function write(name: string, value: string): void {
  try {
    localStorage.setItem(name, value);
  } catch {
    // A browser that keeps nothing asks again the next time.
  }
}

const dark = matchMedia("(prefers-color-scheme: dark)");
dark.addEventListener("change", () => applyTheme());

export function chosenTheme(): Theme {
  const theme = read("theme");
  return theme === "light" || theme === "dark" ? theme : "system";
}

export function applyTheme(theme: Theme = chosenTheme()): void {
  write("theme", theme);
  const isDark = theme === "dark" || (theme === "system" && dark.matches);
  document.documentElement.dataset.theme = isDark ? "dark" : "light";
}

export async function startLanguage(): Promise<void> {
  const chosen = read("language");
  const wanted = [chosen, ...navigator.languages.map((name) => name.slice(0, 2))];
  const language = wanted.find((name): name is Language => isLanguage(name)) ?? "en";
  await useCatalogue(language).catch(() => useCatalogue("en"));
}

export async function chooseLanguage(language: Language): Promise<void> {
  await useCatalogue(language);
  write("language", language);
}
