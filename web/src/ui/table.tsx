// SPDX-License-Identifier: Apache-2.0
// Tables: of rows that are there, and of rows that the node pages. At 390 pixels a row is a card.
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useLoad } from "../api";
import { type Cell, csvOf, download } from "../safe";
import { t } from "../text";
import { Button, Failed, Loading } from "./basic";

export interface Column<Row> {
  name: string;
  cell: (row: Row) => ComponentChildren;
  /** What an export has in this column; without it the column is not exported. */
  plain?: (row: Row) => Cell;
  isNumber?: boolean;
}

export function Table<Row>(props: {
  caption: string;
  columns: Column<Row>[];
  rows: Row[];
  keyOf: (row: Row) => string;
  /** Name of the file that an export makes; without it there is none. */
  file?: string;
  showCaption?: boolean;
}) {
  const exportRows = () => {
    const columns = props.columns.filter((column) => column.plain);
    const rows = props.rows.map((row) => columns.map((column) => column.plain?.(row)));
    download(`${props.file}.csv`, "text/csv", csvOf([columns.map((c) => c.name), ...rows]));
  };
  return (
    <>
      <div class="table-frame">
        <table class="table">
          <caption class={props.showCaption ? "" : "only-heard"}>{props.caption}</caption>
          <thead>
            <tr>
              {props.columns.map((column) => (
                <th key={column.name} scope="col" class={column.isNumber ? "number" : undefined}>
                  {column.name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {props.rows.map((row) => (
              <tr key={props.keyOf(row)}>
                {props.columns.map((column) => (
                  <td
                    key={column.name}
                    data-label={column.name}
                    class={column.isNumber ? "number" : undefined}
                  >
                    <span class="cell">{column.cell(row)}</span>
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {props.file && (
        <p class="table-foot no-print">
          <Button kind="quiet" onClick={exportRows}>
            {t("table.export")}
          </Button>
        </p>
      )}
    </>
  );
}

interface PageOf<Row> {
  items: Row[];
  next: string | null;
}

/**
 * Rows that the node pages by a cursor: one page at a time is in the browser, however many there
 * are. `path` has the filters and no cursor; another path begins at the first page.
 */
export function PagedTable<Row>(props: {
  caption: string;
  path: string;
  /** Says how many rows there are in all pages; asked beside the first page, which does not wait. */
  count?: string;
  columns: Column<Row>[];
  keyOf: (row: Row) => string;
  empty: ComponentChildren;
  file?: string;
  limit?: number;
}) {
  const limit = props.limit ?? 50;
  const [place, setPlace] = useState<{ path: string; cursors: string[] }>({
    path: props.path,
    cursors: [],
  });
  // Back from another path it begins anew, too.
  useEffect(() => setPlace({ path: props.path, cursors: [] }), [props.path]);
  const cursors = place.path === props.path ? place.cursors : [];
  const cursor = cursors.at(-1);
  const joint = props.path.includes("?") ? "&" : "?";
  const tail = cursor ? `&cursor=${encodeURIComponent(cursor)}` : "";
  const page = useLoad<PageOf<Row>>(`${props.path}${joint}limit=${limit}${tail}`);
  const count = useLoad<{ total: number }>(props.count ?? null);
  const turn = (next: string[]) => setPlace({ path: props.path, cursors: next });

  if (page.failure && !page.data) return <Failed failure={page.failure} again={page.reload} />;
  if (!page.data) return <Loading />;
  if (page.data.items.length === 0 && cursors.length === 0) return <>{props.empty}</>;
  const first = cursors.length * limit;
  const range = { from: first + 1, to: first + page.data.items.length };
  const total = count.data?.total;
  const hasPages = cursors.length > 0 || page.data.next;
  return (
    <div aria-busy={page.isLoading}>
      <Table {...props} rows={page.data.items} />
      {!hasPages && total !== undefined && (
        <p class="table-total">{t("table.total", { n: total })}</p>
      )}
      {hasPages && (
        <nav class="pager no-print" aria-label={t("table.pages")}>
          <Button
            kind="plain"
            disabled={cursors.length === 0}
            onClick={() => turn(cursors.slice(0, -1))}
          >
            {t("table.before")}
          </Button>
          <span role="status">
            {total === undefined
              ? t("table.range", range)
              : t("table.range_of", { ...range, total })}
          </span>
          <Button
            kind="plain"
            disabled={!page.data.next}
            onClick={() => page.data?.next && turn([...cursors, page.data.next])}
          >
            {t("table.after")}
          </Button>
        </nav>
      )}
    </div>
  );
}
