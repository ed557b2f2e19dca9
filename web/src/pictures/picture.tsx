// SPDX-License-Identifier: Apache-2.0
// The frame of a picture: its title, the same as a table, and both as files.
import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";
import { download } from "../safe";
import { t } from "../text";
import { Button } from "../ui/basic";

/** What of the style sheet a picture needs to look the same in a file. */
const STYLES = [
  "fill",
  "fill-opacity",
  "stroke",
  "stroke-width",
  "stroke-dasharray",
  "opacity",
  "font-family",
  "font-size",
  "font-weight",
  "text-anchor",
];

function standalone(svg: SVGSVGElement): string {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const from = [svg, ...svg.querySelectorAll("*")];
  const to = [copy, ...copy.querySelectorAll("*")];
  from.forEach((element, i) => {
    const style = getComputedStyle(element);
    for (const name of STYLES) {
      const value = style.getPropertyValue(name);
      if (value) to[i]?.setAttribute(name, value);
    }
    to[i]?.removeAttribute("class");
  });
  const box = svg.viewBox.baseVal;
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("width", String(box.width));
  copy.setAttribute("height", String(box.height));
  const paper = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  paper.setAttribute("width", "100%");
  paper.setAttribute("height", "100%");
  paper.setAttribute(
    "fill",
    getComputedStyle(document.documentElement).getPropertyValue("--surface").trim() || "#fff",
  );
  copy.prepend(paper);
  return new XMLSerializer().serializeToString(copy);
}

function savePng(svg: SVGSVGElement, name: string): void {
  const url = URL.createObjectURL(new Blob([standalone(svg)], { type: "image/svg+xml" }));
  const image = new Image();
  image.onload = () => {
    const canvas = document.createElement("canvas");
    canvas.width = svg.viewBox.baseVal.width * 2;
    canvas.height = svg.viewBox.baseVal.height * 2;
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    URL.revokeObjectURL(url);
    canvas.toBlob((blob) => blob && download(`${name}.png`, "image/png", blob));
  };
  image.onerror = () => URL.revokeObjectURL(url);
  image.src = url;
}

export function Picture(props: {
  title: string;
  /** The title stands right above already. */
  isHeaded?: boolean;
  /** What one sees in it, for those who don't. */
  summary: string;
  file: string;
  width: number;
  height: number;
  children: ComponentChildren;
  table: ComponentChildren;
}) {
  const svg = useRef<SVGSVGElement>(null);
  const [isTable, setTable] = useState(false);
  return (
    <figure class="picture">
      <figcaption>
        <span class={props.isHeaded ? "only-heard" : "picture-title"}>{props.title}</span>
        <span class="actions no-print">
          <Button kind="quiet" aria-pressed={isTable} onClick={() => setTable(!isTable)}>
            {isTable ? t("picture.picture") : t("picture.table")}
          </Button>
          {!isTable && (
            <>
              <Button
                kind="quiet"
                onClick={() =>
                  svg.current &&
                  download(`${props.file}.svg`, "image/svg+xml", standalone(svg.current))
                }
              >
                SVG
              </Button>
              <Button kind="quiet" onClick={() => svg.current && savePng(svg.current, props.file)}>
                PNG
              </Button>
            </>
          )}
        </span>
      </figcaption>
      {isTable ? (
        props.table
      ) : (
        <div
          class={props.width < 500 ? "picture-frame small" : "picture-frame"}
          tabIndex={0}
          role="group"
          aria-label={props.title}
        >
          <svg
            ref={svg}
            role="img"
            aria-label={props.summary}
            direction="ltr"
            viewBox={`0 0 ${props.width} ${props.height}`}
            width={props.width}
            height={props.height}
          >
            {props.children}
          </svg>
        </div>
      )}
    </figure>
  );
}

/** Round numbers from 0 to at least `max`, about `n` of them. */
export function ticksTo(max: number, n = 4): number[] {
  if (!(max > 0)) return [0, 1];
  const raw = max / n;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= raw) ?? raw;
  const ticks = [];
  for (let value = 0; value < max + step; value += step) ticks.push(value);
  return ticks;
}
