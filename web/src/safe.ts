// SPDX-License-Identifier: Apache-2.0
// Text that others wrote: shown as what it is, and harmless in a spreadsheet.

/**
 * Characters that are not shown, or that change how the text around them is shown: controls, bidi
 * overrides and isolates, zero-width spaces, tags. Zero-width joiners stay: Persian and several
 * Indic scripts are written with them.
 */
const HIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu;

export interface Piece {
  text: string;
  /** Set where the piece is one hidden character: its code point, as in "U+202E". */
  code?: string;
}

function codeOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}

/** Splits text at its hidden characters. */
export function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const found of text.matchAll(HIDDEN)) {
    const at = found.index ?? 0;
    if (at > from) pieces.push({ text: text.slice(from, at) });
    pieces.push({ text: found[0], code: codeOf(found[0]) });
    from = at + found[0].length;
  }
  if (from < text.length) pieces.push({ text: text.slice(from) });
  return pieces;
}

/** The same as one string, for attributes and sentences. */
export function plainOf(text: string): string {
  return text.replace(HIDDEN, (character) => `⟨${codeOf(character)}⟩`);
}

/** At most `max` characters, never half of one; and how many are left out. */
export function clip(text: string, max: number): [string, number] {
  if (text.length <= max) return [text, 0];
  const last = text.charCodeAt(max - 1);
  const end = last >= 0xd800 && last <= 0xdbff ? max - 1 : max;
  return [text.slice(0, end), text.length - end];
}

export type Cell = string | number | boolean | null | undefined;

/**
 * RFC 4180, with a byte order mark for spreadsheets. A text that a spreadsheet would take for a
 * formula gets an apostrophe in front; numbers of ours are left alone.
 */
export function csvOf(rows: Cell[][]): string {
  const cell = (value: Cell): string => {
    if (value === null || value === undefined) return "";
    if (typeof value !== "string") return String(value);
    const text = /^[\s]*[=+\-@\t\r|]/.test(value) ? `'${value}` : value;
    return `"${text.replaceAll('"', '""')}"`;
  };
  return `\ufeff${rows.map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`;
}

/** Hands bytes to the user as a file. */
export function download(name: string, type: string, data: BlobPart): void {
  const url = URL.createObjectURL(new Blob([data], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name.replace(/[^A-Za-z0-9._-]+/g, "-");
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
