// SPDX-License-Identifier: Apache-2.0
// What we know of the other parties' ledgers.
import { useState } from "preact/hooks";
import { fetchJson, useAct, useLoad } from "../api";
import type { PeerLedger } from "../api-types";
import { may, useHere } from "../session";
import { number, t } from "../text";
import { Button, Dialog, Empty, English, Failed, Loading, State, Text, Time } from "../ui/basic";
import { Area, Form } from "../ui/form";
import { Table } from "../ui/table";

export function Peers() {
  const { session } = useHere();
  const peers = useLoad<{ items: PeerLedger[] }>("/v1/peers");
  const [asked, setAsked] = useState<PeerLedger | null>(null);
  const [reason, setReason] = useState("");
  const act = useAct();
  if (peers.failure) return <Failed failure={peers.failure} again={peers.reload} />;
  if (!peers.data) return <Loading />;
  if (peers.data.items.length === 0) {
    return (
      <Empty title={t("peers.none")}>
        <p>{t("peers.none_do")}</p>
      </Empty>
    );
  }
  return (
    <>
      <p class="hint">{t("peers.note")}</p>
      <Table
        caption={t("peers.title")}
        rows={peers.data.items}
        keyOf={(p) => p.party}
        columns={[
          { name: t("word.party"), cell: (p) => <Text value={p.party} max={40} /> },
          { name: t("peers.size"), cell: (p) => number(p.size), isNumber: true },
          { name: t("peers.seen"), cell: (p) => <Time iso={p.seen} /> },
          { name: t("peers.countersigned"), cell: (p) => number(p.countersigned), isNumber: true },
          {
            name: t("filter.state"),
            cell: (p) =>
              p.finding ? (
                <span class="two-lines">
                  <State family="verdict" value="finding" />
                  <English>
                    <Text value={p.finding} />
                  </English>
                  {may(session, "ledger.acknowledge") && (
                    <Button onClick={() => setAsked(p)}>{t("peers.acknowledge")}</Button>
                  )}
                </span>
              ) : (
                <State family="verdict" value={p.size > 0 ? "consistent" : "none"} />
              ),
          },
        ]}
      />
      {asked && (
        <Dialog
          title={t("peers.acknowledge_ask", { party: asked.party })}
          onClose={() => setAsked(null)}
        >
          <Form
            onSubmit={() =>
              act.run(async (once) => {
                await fetchJson(`/v1/peers/${encodeURIComponent(asked.party)}/acknowledge`, {
                  json: { reason },
                  once,
                });
                setAsked(null);
                peers.reload();
              })
            }
          >
            <p>{t("peers.acknowledge_what")}</p>
            <Area
              label={t("subject.reason")}
              value={reason}
              onValue={setReason}
              required
              max={1000}
            />
            <Failed failure={act.failure} />
            <div class="form-foot">
              <Button kind="danger" type="submit" busy={act.isBusy}>
                {t("peers.acknowledge")}
              </Button>
              <Button onClick={() => setAsked(null)}>{t("act.back")}</Button>
            </div>
          </Form>
        </Dialog>
      )}
    </>
  );
}
