/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rogue.c - a party that has a key of the accord and does not keep to the protocol.
 *
 *   rogue ask HOME KEYFILE CODE PURPOSE CHANGE       a proposal changed before it is signed, or
 *                                                    (receipt) a run whose receipt is forged
 *   rogue connect HOME KEYFILE ADDRESS CODE KEY MODE a bad asker, frame by frame
 *   rogue listen HOME KEYFILE ADDRESS CODE KEY MODE  a bad holder, frame by frame (one connection)
 *
 * Prints the exit status that palermo match would have had (ask), or what it did.
 */
#include "base/file.h"
#include "crypto/sign.h"
#include "net/net.h"
#include "node/heads.h"
#include "node/node.h"
#include "node/worker.h"
#include "store/keyfile.h"
#include "wire/frame.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct rogue {
    plm_errand errand;
    char code[PLM_CODE_MAX];
    uint8_t seed[32];
    plm_store *store;
} rogue;

static void die(const char *what, plm_status status)
{
    (void)fprintf(stderr, "rogue: %s: %s\n", what, plm_status_name(status));
    exit(99);
}

static void open_home(rogue *r, const char *home, const char *key_path)
{
    char path[4096];
    char error[PLM_STORE_ERROR_MAX];
    plm_buf file;
    plm_buf secret;
    plm_buf code;
    plm_buf_init(&file, 4096);
    plm_buf_init(&secret, 4096);
    plm_buf_init(&code, PLM_CODE_MAX - 1);
    (void)snprintf(path, sizeof path, "%s/identity.key", home);
    plm_status status = plm_file_read(path, &file);
    if (status == PLM_OK) {
        status = plm_file_read(key_path, &secret);
    }
    if (status == PLM_OK) {
        status = plm_keyfile_open(r->seed, plm_buf_span(&file), plm_buf_span(&secret));
    }
    (void)snprintf(path, sizeof path, "%s/palermo.db", home);
    if (status == PLM_OK) {
        status = plm_store_open(&r->store, path, false, error);
    }
    if (status == PLM_OK) {
        status = plm_store_get_setting(r->store, "authority.code", &code);
    }
    if (status != PLM_OK) {
        die(home, status);
    }
    memcpy(r->code, code.data, code.n);
    plm_buf_wipe(&file);
    plm_buf_wipe(&secret);
    plm_buf_wipe(&code);
}

static void change_proposal(void *context, plm_proposal *p)
{
    const char *change = (const char *)context;
    if (strcmp(change, "recipe") == 0) {
        p->recipe_digest[0] ^= 1;
    } else if (strcmp(change, "purpose") == 0) {
        (void)snprintf(p->purpose, sizeof p->purpose, "harassment");
    } else if (strcmp(change, "offence") == 0) {
        (void)snprintf(p->offence, sizeof p->offence, "OPINION.1");
    } else if (strcmp(change, "rules") == 0) {
        p->n_rules = 1;
    } else if (strcmp(change, "reserved-offence") == 0) { /* of the accord, not of what is left */
        (void)snprintf(p->offence, sizeof p->offence, "UNTOC.5");
    } else if (strcmp(change, "reserved-rules") == 0) { /* the accord's, one of them reserved */
        static const char *const rules[] = {
            "document", "email", "iban", "imo", "name+birthDate", "name+birthYear+nationality",
            "phone"};
        p->n_rules = sizeof rules / sizeof *rules;
        for (size_t i = 0; i < p->n_rules; i++) {
            (void)snprintf(p->rules[i], sizeof p->rules[i], "%s", rules[i]);
        }
    } else if (strcmp(change, "engine") == 0) { /* the other one */
        p->engine = p->engine == PLM_ENGINE_OPRF ? PLM_ENGINE_VOLE : PLM_ENGINE_OPRF;
    } else if (strcmp(change, "oprf") == 0) {
        p->engine = PLM_ENGINE_OPRF;
    } else if (strcmp(change, "vole") == 0) {
        p->engine = PLM_ENGINE_VOLE;
    } else if (strcmp(change, "learns") == 0) {
        p->learns = PLM_LEARNS_ASKER;
    } else if (strcmp(change, "tokens") == 0) {
        p->n_tokens = 2000000010; /* a multiple of 30, so that the padding fits */
    } else if (strcmp(change, "padding") == 0) {
        p->n_tokens += 1;
    } else if (strcmp(change, "few") == 0) {
        p->n_tokens = 0;
    } else if (strcmp(change, "clock") == 0) {
        p->time_ms -= 3600000;
    } else if (strcmp(change, "channel") == 0) {
        p->channel[0] ^= 1;
    } else if (strcmp(change, "run-id") == 0) {
        memset(p->run_id, 7, sizeof p->run_id);
    } else if (strcmp(change, "party") == 0) {
        (void)snprintf(p->asker, sizeof p->asker, "ZZ-OTHER");
    } else if (strcmp(change, "holder") == 0) {
        (void)snprintf(p->holder, sizeof p->holder, "ZZ-OTHER");
    } else if (strcmp(change, "case") == 0) { /* none, as far as one can say so */
        (void)snprintf(p->case_ref, sizeof p->case_ref, "-");
    } else if (strcmp(change, "case-name") == 0) { /* not opaque */
        (void)snprintf(p->case_ref, sizeof p->case_ref, "Operation Red, suspect Ivan Petrov");
    } else if (strcmp(change, "officer") == 0) { /* a name instead of a pseudonym */
        (void)snprintf(p->officer, sizeof p->officer, "Inspector Derrick");
    } else if (strcmp(change, "accord") == 0) {
        p->accord_hash[0] ^= 1;
    } else if (strcmp(change, "none") != 0) {
        die(change, PLM_E_ARGUMENT);
    }
}

/* Once the engine works, the proposal is signed: what is signed from now on, the receipt, is junk.
 */
static void spoil_receipt(void *context, const plm_run_progress *progress)
{
    plm_node *node = (plm_node *)context;
    if (strcmp(progress->phase, "connect") != 0 && strcmp(progress->phase, "prepare") != 0) {
        memset(node->seed, 0x5a, sizeof node->seed);
    }
}

static int ask(char **argv)
{
    rogue r = {0};
    bool is_spoilt = strcmp(argv[4], "receipt") == 0;
    plm_outcome outcome;
    open_home(&r, argv[0], argv[1]);
    plm_node node = {
        .store = r.store, .worker_program = "/proc/self/exe", .timeout_ms = 10000, .n_threads = 1};
    memcpy(node.code, r.code, sizeof node.code);
    memcpy(node.seed, r.seed, sizeof node.seed);
    char none[] = "none";
    if (is_spoilt) {
        node.progress = spoil_receipt;
        node.progress_context = &node;
    }
    const plm_ask request = {.with = argv[2],
                             .purpose = argv[3],
                             .alter = change_proposal,
                             .alter_context = is_spoilt ? none : argv[4]};
    plm_status status = plm_node_ask(&node, &request, &outcome);
    (void)printf("%s %s %s\n", plm_status_name(status),
                 status == PLM_E_REFUSED ? plm_refusal_name(outcome.refusal.code) : "-",
                 outcome.refusal.clause[0] != '\0' ? outcome.refusal.clause : "-");
    plm_store_close(r.store);
    return 0;
}

/* --- frame by frame -------------------------------------------------------------------------- */

typedef struct wire_side {
    plm_conn *conn;
    plm_chain sending;
    plm_chain receiving;
    plm_buf in;
    plm_buf out;
    plm_buf last; /* payload of the last frame taken */
} wire_side;

static void wait_for(wire_side *w)
{
    struct pollfd wait = {plm_conn_fd(w->conn), plm_conn_events(w->conn), 0};
    (void)poll(&wait, 1, 5000);
}

static void flush_out(wire_side *w)
{
    while (w->out.n > 0) {
        plm_status status = plm_conn_write(w->conn, &w->out);
        if (status == PLM_E_NOT_FOUND) {
            wait_for(w);
        } else if (status != PLM_OK) {
            die("write", status);
        }
    }
}

/* Waits for one frame, whose payload stays in w->last; its type, or 0 at the end of the stream. */
static int take_frame(wire_side *w)
{
    for (;;) {
        plm_frame frame;
        size_t used;
        size_t got;
        bool clean;
        plm_status status = plm_frame_read(&w->receiving, plm_buf_span(&w->in), &frame, &used);
        if (status == PLM_OK) {
            plm_buf_clear(&w->last);
            status = plm_buf_append(&w->last, frame.payload.p, frame.payload.n);
            if (status != PLM_OK) {
                die("payload", status);
            }
            plm_buf_consume(&w->in, used);
            return (int)frame.type;
        }
        if (status != PLM_E_NOT_FOUND) {
            die("frame", status);
        }
        status = plm_conn_read(w->conn, &w->in, 65536, &got, &clean);
        if (status == PLM_E_NOT_FOUND) {
            wait_for(w);
        } else if (status != PLM_OK) {
            return 0;
        }
    }
}

static void shake_hands(wire_side *w, const rogue *r, bool is_asker)
{
    uint8_t channel[32];
    plm_hello hello = {.software = "rogue"};
    plm_buf payload;
    plm_status status;
    while ((status = plm_conn_handshake(w->conn)) == PLM_E_NOT_FOUND) {
        wait_for(w);
    }
    if (status == PLM_OK) {
        status = plm_conn_exporter(w->conn, channel);
    }
    if (status != PLM_OK) {
        die("handshake", status);
    }
    plm_chain_init(&w->sending, channel, is_asker);
    plm_chain_init(&w->receiving, channel, !is_asker);
    plm_buf_init(&payload, 256);
    memcpy(hello.party, r->code, sizeof hello.party);
    hello.errand = is_asker ? r->errand : PLM_ERRAND_RUN;
    if (plm_hello_encode(&hello, &payload) != PLM_OK ||
        plm_frame_write(&w->sending, PLM_FRAME_HELLO, plm_buf_span(&payload), &w->out) != PLM_OK) {
        die("hello", PLM_E_NOMEM);
    }
    plm_buf_wipe(&payload);
    flush_out(w);
}

static void write_frame(wire_side *w, plm_frame_type type, const char *text)
{
    if (plm_frame_write(&w->sending, type, plm_span_str(text), &w->out) != PLM_OK) {
        die("frame", PLM_E_NOMEM);
    }
}

static void send_buf(wire_side *w, plm_frame_type type, plm_buf *payload)
{
    if (plm_frame_write(&w->sending, type, plm_buf_span(payload), &w->out) != PLM_OK) {
        die("frame", PLM_E_NOMEM);
    }
    plm_buf_wipe(payload);
    flush_out(w);
}

static void take_type(wire_side *w, int wanted)
{
    int type;
    while ((type = take_frame(w)) == PLM_FRAME_PING) {
    }
    if (type != wanted) {
        die("meeting", PLM_E_PROTOCOL);
    }
}

/* An honest meeting of ledgers, so that what is bad comes after it. */
static void meet(wire_side *w, const rogue *r)
{
    plm_buf head;
    plm_buf payload;
    plm_buf body;
    plm_heads theirs;
    const plm_consistency none = {.n = 0};
    plm_witness witness = {.time_ms = plm_wall_ms()};
    plm_buf_init(&head, 1024);
    plm_buf_init(&payload, 4096);
    plm_buf_init(&body, 1024);
    plm_status status = plm_heads_sign(r->store, r->code, r->seed, &head);
    const plm_heads own = {plm_buf_span(&head), {NULL, 0}};
    if (status != PLM_OK || plm_heads_encode(&own, &payload) != PLM_OK) {
        die("head", status);
    }
    send_buf(w, PLM_FRAME_HEAD, &payload);
    take_type(w, PLM_FRAME_HEAD);
    if (plm_heads_decode(&theirs, plm_buf_span(&w->last)) != PLM_OK) {
        die("their head", PLM_E_PROTOCOL);
    }
    plm_hash256(witness.head, theirs.own);
    memcpy(witness.party, r->code, sizeof witness.party);
    if (plm_consistency_encode(&none, &payload) != PLM_OK) {
        die("consistency", PLM_E_NOMEM);
    }
    send_buf(w, PLM_FRAME_CONSISTENCY, &payload);
    take_type(w, PLM_FRAME_CONSISTENCY);
    if (plm_witness_encode(&witness, &body) != PLM_OK ||
        plm_identity_sign_append(&payload, r->seed, PLM_NAME_WITNESS, plm_buf_span(&body)) !=
            PLM_OK) {
        die("witness", PLM_E_NOMEM);
    }
    send_buf(w, PLM_FRAME_WITNESS, &payload);
    take_type(w, PLM_FRAME_WITNESS);
    plm_buf_wipe(&head);
    plm_buf_wipe(&body);
}

/* The lies of a delivery; false: it is none of these. */
static bool misdeliver(wire_side *w, const char *mode)
{
    if (strcmp(mode, "parcel") == 0 || strcmp(mode, "deliver-parcel") == 0) {
        write_frame(w, PLM_FRAME_PARCEL, "a parcel in a run, or one that is none");
    } else if (strcmp(mode, "deliver-run") == 0) {
        write_frame(w, PLM_FRAME_PROPOSAL, "a proposal in a delivery");
    } else if (strcmp(mode, "deliver-word") == 0) {
        char word[106];
        memset(word, 1, sizeof word - 1); /* well formed, on nothing that was sent */
        word[sizeof word - 1] = '\0';
        write_frame(w, PLM_FRAME_ACKNOWLEDGEMENT, word);
    } else if (strcmp(mode, "deliver-turn") == 0) {
        write_frame(w, PLM_FRAME_TURN, "\7");
    } else {
        return false;
    }
    return true;
}

static void misbehave(wire_side *w, const char *mode)
{
    if (strcmp(mode, "replay") == 0) {
        plm_buf copy;
        plm_buf_init(&copy, 4096);
        write_frame(w, PLM_FRAME_PING, "");
        if (plm_buf_append(&copy, w->out.data, w->out.n) != PLM_OK ||
            plm_buf_append(&w->out, copy.data, copy.n) != PLM_OK) {
            die("copy", PLM_E_NOMEM);
        }
        plm_buf_wipe(&copy);
    } else if (strcmp(mode, "tamper") == 0) {
        write_frame(w, PLM_FRAME_PROPOSAL, "a proposal that is changed on its way");
        w->out.data[20] ^= 1;
    } else if (strcmp(mode, "truncate") == 0) {
        write_frame(w, PLM_FRAME_PROPOSAL, "a proposal of which only a part arrives");
        w->out.n -= 10;
    } else if (strcmp(mode, "order") == 0) {
        write_frame(w, PLM_FRAME_RECEIPT, "a receipt before its time");
    } else if (strcmp(mode, "engine") == 0) {
        write_frame(w, PLM_FRAME_ENGINE, "\1an engine message for a leg nobody agreed on");
    } else if (strcmp(mode, "early") == 0) {
        char nothing[] = "\0an engine message before any acceptance";
        const plm_span leg_0 = plm_span_of(nothing, sizeof nothing - 1);
        if (plm_frame_write(&w->sending, PLM_FRAME_ENGINE, leg_0, &w->out) != PLM_OK) {
            die("frame", PLM_E_NOMEM);
        }
    } else if (strcmp(mode, "ping") == 0 || strcmp(mode, "deliver-ping") == 0) {
        for (int i = 0; i < 20; i++) {
            write_frame(w, PLM_FRAME_PING, "");
            flush_out(w);
            (void)poll(NULL, 0, 500);
        }
    } else if (strcmp(mode, "garbage") == 0) {
        for (int i = 0; i < 100; i++) {
            if (plm_buf_append(&w->out, "no frame at all ", 16) != PLM_OK) {
                die("garbage", PLM_E_NOMEM);
            }
        }
    } else if (strcmp(mode, "huge") == 0) {
        write_frame(w, PLM_FRAME_PING, "");
        w->out.data[0] = 0xff;
    } else if (strcmp(mode, "signature") == 0) {
        char junk[400];
        memset(junk, 'x', sizeof junk - 1);
        junk[sizeof junk - 1] = '\0';
        write_frame(w, PLM_FRAME_PROPOSAL, junk);
    } else if (strcmp(mode, "stall") == 0) {
        (void)poll(NULL, 0, 60000);
    } else if (!misdeliver(w, mode)) {
        die(mode, PLM_E_ARGUMENT);
    }
    flush_out(w);
}

static int speak(char **argv, bool is_asker)
{
    rogue r = {0};
    wire_side w = {0};
    plm_tls_identity identity;
    plm_tls_pin pin = {0};
    int fd;
    const char *address = argv[2];
    open_home(&r, argv[0], argv[1]);
    (void)snprintf(pin.party, sizeof pin.party, "%s", argv[3]);
    if (plm_hex_decode(pin.identity, sizeof pin.identity, argv[4]) < 0) {
        die("key", PLM_E_ARGUMENT);
    }
    plm_buf_init(&w.in, 1 << 22);
    plm_buf_init(&w.out, 1 << 22);
    plm_buf_init(&w.last, 1 << 22);
    plm_status status;
    if (is_asker) {
        status = plm_net_connect(address, 5000, &fd);
    } else {
        int listener = -1;
        uint16_t port;
        status = plm_net_listen(address, &listener, &port);
        (void)printf("listens\n");
        (void)fflush(stdout);
        struct pollfd wait = {listener, POLLIN, 0};
        (void)poll(&wait, 1, 20000);
        if (status == PLM_OK) {
            status = plm_net_accept(listener, &fd);
        }
    }
    if (status == PLM_OK) {
        status = plm_tls_identity_make(&identity, r.code, r.seed, plm_wall_ms());
    }
    if (status == PLM_OK) {
        status = plm_conn_create_tls(&w.conn, fd, !is_asker, &identity, &pin, 1);
    }
    if (status != PLM_OK) {
        die(address, status);
    }
    r.errand = strncmp(argv[5], "deliver-", 8) == 0 ? PLM_ERRAND_DELIVER : PLM_ERRAND_RUN;
    shake_hands(&w, &r, is_asker);
    (void)take_frame(&w); /* HELLO */
    bool meets = !is_asker || strcmp(argv[5], "signature") == 0;
    if (meets && r.errand == PLM_ERRAND_RUN) {
        meet(&w, &r);
    }
    if (!is_asker) {
        (void)take_frame(&w); /* the proposal, or a ping before it */
    }
    misbehave(&w, argv[5]);
    if (strcmp(argv[5], "truncate") != 0) {
        int type;
        while ((type = take_frame(&w)) == PLM_FRAME_PING || type == PLM_FRAME_PROPOSAL ||
               type == PLM_FRAME_HEAD) {
        }
        (void)printf("last frame %d\n", type);
    }
    plm_conn_destroy(w.conn);
    plm_tls_identity_wipe(&identity);
    plm_buf_wipe(&w.in);
    plm_buf_wipe(&w.out);
    plm_buf_wipe(&w.last);
    plm_store_close(r.store);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], PLM_WORKER_ARGUMENT) == 0) {
        return plm_worker_main();
    }
    if (plm_crypto_init() != PLM_OK) {
        return 99;
    }
    if (argc == 7 && strcmp(argv[1], "ask") == 0) {
        return ask(argv + 2);
    }
    if (argc == 8 && (strcmp(argv[1], "connect") == 0 || strcmp(argv[1], "listen") == 0)) {
        return speak(argv + 2, argv[1][0] == 'c');
    }
    (void)fprintf(stderr, "rogue: see the head of rogue.c\n");
    return 98;
}
