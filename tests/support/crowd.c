/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crowd.c - a party that keeps many connections to a node, and measures how soon it answers one
 * more; or asks again and again without ending.
 *
 *   crowd hold HOME KEYFILE ADDRESS CODE KEY N   makes N connections, says HELLO on each and keeps
 *                                                them awake; "held N", then for each line on
 *                                                standard input one more: milliseconds from
 *                                                connecting to the node's HELLO, or its status
 *   crowd ask HOME KEYFILE CODE PURPOSE CASE N   N runs, one after the other, in one process;
 * prints how many ended how
 */
#include "base/file.h"
#include "crypto/sign.h"
#include "net/net.h"
#include "node/node.h"
#include "node/worker.h"
#include "store/keyfile.h"
#include "wire/frame.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    MOST = 256,
    PATIENCE_MS = 20000,
    PING_MS = 1000
};

typedef struct crowd {
    char code[PLM_CODE_MAX];
    uint8_t seed[32];
    plm_store *store;
    const char *address;
    plm_tls_pin pin;
} crowd;

typedef struct talk {
    plm_conn *conn;
    plm_chain sending;
    plm_chain receiving;
    plm_buf in;
    plm_buf out;
} talk;

static void die(const char *what, plm_status status)
{
    (void)fprintf(stderr, "crowd: %s: %s\n", what, plm_status_name(status));
    exit(99);
}

static void open_home(crowd *c, const char *home, const char *key_path)
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
        status = plm_keyfile_open(c->seed, plm_buf_span(&file), plm_buf_span(&secret));
    }
    (void)snprintf(path, sizeof path, "%s/palermo.db", home);
    if (status == PLM_OK) {
        status = plm_store_open(&c->store, path, false, error);
    }
    if (status == PLM_OK) {
        status = plm_store_get_setting(c->store, "authority.code", &code);
    }
    if (status != PLM_OK) {
        die(home, status);
    }
    memcpy(c->code, code.data, code.n);
    plm_buf_wipe(&file);
    plm_buf_wipe(&secret);
    plm_buf_wipe(&code);
}

static plm_status wait_for(talk *t, int64_t end)
{
    int64_t left = end - plm_clock_ms();
    short events = plm_conn_events(t->conn);
    struct pollfd wait = {plm_conn_fd(t->conn), t->out.n > 0 ? (short)(events | POLLOUT) : events,
                          0};
    if (left <= 0) {
        return PLM_E_TIMEOUT;
    }
    (void)poll(&wait, 1, (int)left);
    return PLM_OK;
}

static plm_status say(talk *t, plm_frame_type type, plm_span payload)
{
    plm_status status = plm_frame_write(&t->sending, type, payload, &t->out);
    while (status == PLM_OK && t->out.n > 0) {
        status = plm_conn_write(t->conn, &t->out);
    }
    return status == PLM_E_NOT_FOUND ? PLM_OK : status;
}

static plm_status say_hello(const crowd *c, talk *t)
{
    uint8_t channel[32];
    plm_hello hello = {.software = "crowd", .errand = PLM_ERRAND_RUN};
    plm_buf payload;
    plm_status status = plm_conn_exporter(t->conn, channel);
    if (status != PLM_OK) {
        return status;
    }
    plm_chain_init(&t->sending, channel, true);
    plm_chain_init(&t->receiving, channel, false);
    memcpy(hello.party, c->code, sizeof hello.party);
    plm_buf_init(&payload, 256);
    status = plm_hello_encode(&hello, &payload);
    if (status == PLM_OK) {
        status = say(t, PLM_FRAME_HELLO, plm_buf_span(&payload));
    }
    plm_buf_wipe(&payload);
    return status;
}

/* The next frame must be of this type. */
static plm_status hear(talk *t, plm_frame_type wanted, int64_t end)
{
    for (;;) {
        plm_frame frame;
        size_t used;
        size_t got;
        bool clean;
        plm_status status = plm_frame_read(&t->receiving, plm_buf_span(&t->in), &frame, &used);
        if (status == PLM_OK) {
            plm_buf_consume(&t->in, used);
            return frame.type == wanted ? PLM_OK : PLM_E_PROTOCOL;
        }
        if (status == PLM_E_NOT_FOUND) {
            status = plm_conn_read(t->conn, &t->in, 65536, &got, &clean);
        }
        if (status == PLM_E_NOT_FOUND) {
            status = wait_for(t, end);
        }
        if (status != PLM_OK) {
            return status;
        }
    }
}

static plm_status begin(const crowd *c, talk *t)
{
    const int64_t end = plm_clock_ms() + PATIENCE_MS;
    plm_tls_identity identity;
    int fd;
    plm_buf_init(&t->in, 1 << 20);
    plm_buf_init(&t->out, 1 << 20);
    plm_status status = plm_net_connect(c->address, PATIENCE_MS, &fd);
    if (status != PLM_OK) {
        return status;
    }
    status = plm_tls_identity_make(&identity, c->code, c->seed, plm_wall_ms());
    if (status == PLM_OK) {
        status = plm_conn_create_tls(&t->conn, fd, false, &identity, &c->pin, 1);
    }
    plm_tls_identity_wipe(&identity);
    while (status == PLM_OK && (status = plm_conn_handshake(t->conn)) == PLM_E_NOT_FOUND) {
        status = wait_for(t, end);
    }
    if (status == PLM_OK) {
        status = say_hello(c, t);
    }
    return status == PLM_OK ? hear(t, PLM_FRAME_HELLO, end) : status;
}

static void end(talk *t)
{
    plm_conn_destroy(t->conn);
    plm_buf_wipe(&t->in);
    plm_buf_wipe(&t->out);
    *t = (talk){0};
}

/* Pings, and throws away what comes. */
static void keep_awake(talk *talks, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        size_t got;
        bool clean;
        plm_status status = say(&talks[i], PLM_FRAME_PING, plm_span_of(NULL, 0));
        while (status == PLM_OK) {
            plm_buf_clear(&talks[i].in);
            status = plm_conn_read(talks[i].conn, &talks[i].in, 65536, &got, &clean);
        }
    }
}

static int hold(char **argv)
{
    static talk talks[MOST];
    crowd c = {.address = argv[2]};
    const size_t n = strtoul(argv[5], NULL, 10);
    char line[16];
    open_home(&c, argv[0], argv[1]);
    (void)snprintf(c.pin.party, sizeof c.pin.party, "%s", argv[3]);
    if (plm_hex_decode(c.pin.identity, sizeof c.pin.identity, argv[4]) < 0 || n > MOST) {
        die("arguments", PLM_E_ARGUMENT);
    }
    size_t held = 0;
    for (size_t i = 0; i < n; i++) {
        held += begin(&c, &talks[held]) == PLM_OK;
        keep_awake(talks, held);
    }
    (void)printf("held %zu\n", held);
    (void)fflush(stdout);
    /* Peers that know nothing of each other: each has its own moment of a second. */
    for (size_t turn = 0;; turn++) {
        struct pollfd wait = {STDIN_FILENO, POLLIN, 0};
        int ready = poll(&wait, 1, held > 0 ? PING_MS / (int)held : PING_MS);
        if (held > 0) {
            keep_awake(&talks[turn % held], 1);
        }
        if (ready <= 0) {
            continue;
        }
        if (fgets(line, sizeof line, stdin) == NULL) {
            return 0;
        }
        talk one = {0};
        int64_t began = plm_clock_us();
        plm_status status = begin(&c, &one);
        (void)printf("%.3f %s\n", (double)(plm_clock_us() - began) / 1000.0,
                     plm_status_name(status));
        (void)fflush(stdout);
        end(&one);
    }
}

static int ask(char **argv)
{
    crowd c = {0};
    const unsigned long n = strtoul(argv[5], NULL, 10);
    unsigned long ended[PLM_STATUS_COUNT] = {0};
    open_home(&c, argv[0], argv[1]);
    plm_node node = {
        .store = c.store, .worker_program = "/proc/self/exe", .timeout_ms = 60000, .n_threads = 1};
    memcpy(node.code, c.code, sizeof node.code);
    memcpy(node.seed, c.seed, sizeof node.seed);
    const plm_ask request = {.with = argv[2], .purpose = argv[3], .case_ref = argv[4]};
    for (unsigned long i = 0; i < n; i++) {
        plm_outcome outcome;
        ended[plm_node_ask(&node, &request, &outcome)]++;
    }
    for (unsigned i = 0; i < PLM_STATUS_COUNT; i++) {
        if (ended[i] > 0) {
            (void)printf("%s %lu\n", plm_status_name((plm_status)i), ended[i]);
        }
    }
    plm_store_close(c.store);
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
    if (argc == 8 && strcmp(argv[1], "hold") == 0) {
        return hold(argv + 2);
    }
    if (argc == 8 && strcmp(argv[1], "ask") == 0) {
        return ask(argv + 2);
    }
    (void)fprintf(stderr, "crowd: see the head of crowd.c\n");
    return 98;
}
