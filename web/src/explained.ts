// SPDX-License-Identifier: Apache-2.0
// The plain words about an accord come as a page of text: a head of up to twelve columns, then lines
// that go on under one another, and items that begin with a hyphen. Here it becomes a list again.

export interface Explained {
  head: string;
  lines: string[];
}

/** Parts of the page, one for each purpose; each a list of heads with their sentences and items. */
export function explainedParts(text: string): Explained[][] {
  const parts: Explained[][] = [[]];
  for (const line of text.split("\n")) {
    if (!line.trim()) continue;
    const found = /^(\S.{0,10}?)(?: {2,}|$)(.*)$/.exec(line);
    const rest = line.trim();
    if (found && !line.startsWith(" ")) {
      if (found[1] === "Purpose") parts.push([]);
      parts.at(-1)?.push({ head: found[1] ?? "", lines: found[2] ? [found[2].trim()] : [] });
      continue;
    }
    const lines = parts.at(-1)?.at(-1)?.lines;
    if (!line.startsWith(" ")) parts.at(-1)?.push({ head: "", lines: [rest] });
    else if (!lines) parts.at(-1)?.push({ head: "", lines: [rest] });
    else if (rest.startsWith("- ") || lines.length === 0) lines.push(rest);
    else lines[lines.length - 1] += ` ${rest}`;
  }
  return parts.filter((part) => part.length > 0);
}
