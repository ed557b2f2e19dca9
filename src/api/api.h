/* SPDX-License-Identifier: Apache-2.0 */
/*
 * api.h - the local API without HTTP: a request comes in as method, path, parameters and body, an
 * answer goes out as status and bytes (spec/api.md).
 *
 * Adversary: a member of staff, or a page in the browser of one, that asks for more than its role
 * may have; and whatever stands in parameters and bodies, none of which is trusted. Nothing here
 * knows sockets: the handlers are called by a clerk of the serving node, by the command line on the
 * store of a stopped one, by tests and by the fuzzer.
 *
 *   plm_api_find ──► plm_api_identify ──► plm_api_admit ──► plm_api_perform
 *   which route      who asks             may they           idempotency, handler, answer
 */
#ifndef PLM_API_API_H
#define PLM_API_API_H

#include "base/json.h"
#include "node/node.h"
#include "store/users.h"

enum {
    PLM_API_ARGUMENTS_MAX = 3,
    PLM_API_ARGUMENT_MAX = 512, /* bytes of one, terminator included */
    PLM_API_PAIRS_MAX = 24,
    PLM_API_TARGET_MAX = 8192,
    PLM_API_KEY_MAX = 65, /* an Idempotency-Key, terminator included */
    PLM_API_JSON_MAX = 1 << 20,
    PLM_API_CSRF_TEXT = 65,
    PLM_API_SECRET_TEXT = 65 /* a session's or token's secret in hexadecimal */
};

/* The node's own user on its UNIX socket, or at the command line: may do what the store's owner
 * can do anyway. Stands beside the roles of plm_user_role. */
enum {
    PLM_API_OPERATOR = PLM_USER_ROLE_COUNT
};

/* Bits of plm_api_route.roles. */
enum {
    PLM_API_ANALYST = 1 << PLM_USER_ANALYST,
    PLM_API_OFFICER = 1 << PLM_USER_OFFICER,
    PLM_API_SUPERVISOR = 1 << PLM_USER_SUPERVISOR,
    PLM_API_AUDITOR = 1 << PLM_USER_AUDITOR,
    PLM_API_EVERYBODY = 0, /* without sign-in */
    PLM_API_STAFF = PLM_API_ANALYST | PLM_API_OFFICER | PLM_API_SUPERVISOR,
    PLM_API_DECIDERS = PLM_API_OFFICER | PLM_API_SUPERVISOR,
    PLM_API_OVERSIGHT = PLM_API_SUPERVISOR | PLM_API_AUDITOR,
    PLM_API_ALL = PLM_API_STAFF | PLM_API_AUDITOR
};

typedef enum plm_api_proof {
    PLM_API_BY_NOTHING,
    PLM_API_BY_SESSION,
    PLM_API_BY_TOKEN,
    PLM_API_BY_OPERATOR
} plm_api_proof;

/* Who asks. */
typedef struct plm_api_who {
    char name[PLM_USER_NAME_MAX]; /* stands where the command line says --officer */
    int role;                     /* plm_user_role, or PLM_API_OPERATOR */
    plm_api_proof by;
    uint8_t session[32]; /* hash of the session's secret */
    char csrf[PLM_API_CSRF_TEXT];
    int64_t expires_ms; /* 0: never */
} plm_api_who;

/* A node as the handlers see it. */
typedef struct plm_api {
    plm_node *node; /* its seed: SECRET; has_seed says whether it is there */
    bool has_seed;
    const char *home;  /* the node's directory; NULL: there is none (tests) */
    const char *store; /* where the store is, for who opens it anew; NULL: not known */
    int64_t now_ms;
} plm_api;

typedef struct plm_api_pair {
    const char *name;
    const char *value;
} plm_api_pair;

/* A request's target, taken apart (target.c). Strings live in `text`. */
typedef struct plm_api_target {
    char text[2 * PLM_API_TARGET_MAX];
    const char *segments[8];
    size_t n_segments;
    plm_api_pair pairs[PLM_API_PAIRS_MAX];
    size_t n_pairs;
} plm_api_target;

typedef struct plm_api_call plm_api_call;
/*
 * PLM_OK with an answer made, or a status, for which plm_api_perform makes a problem. A handler
 * that wants to say more makes the problem itself (answer.h).
 */
typedef plm_status plm_api_handler(plm_api_call *call);

typedef enum plm_api_body {
    PLM_API_NO_BODY,
    PLM_API_JSON, /* parsed strictly; call->json */
    PLM_API_BYTES /* as they are: in call->body, or in the file call->spool if there is one */
} plm_api_body;

enum {
    PLM_API_ONCE = 1,     /* Idempotency-Key counts */
    PLM_API_SPOOL = 2,    /* the body goes to a file */
    PLM_API_SIGNS = 4,    /* needs the identity key */
    PLM_API_MAY_SIGN = 8, /* needs it now and then: PLM_E_LOCKED where it is not there */
    PLM_API_ALONE = 16    /* has transactions of its own: an answer is kept after it, not with it */
};

typedef struct plm_api_route {
    const char *method;
    const char *path; /* "/v1/hits/{run}/{hit}" */
    unsigned roles;   /* PLM_API_ANALYST | ...; PLM_API_EVERYBODY */
    unsigned flags;
    plm_api_body body;
    uint64_t body_max;
    plm_api_handler *handle;
    const char *parameters; /* names of those it takes, a blank between; NULL: none */
} plm_api_route;

/* The routes of one file; routes.c lists the tables. */
typedef struct plm_api_table {
    const plm_api_route *routes;
    size_t n;
} plm_api_table;

size_t plm_api_route_count(void);
const plm_api_route *plm_api_route_at(size_t i);

/* What the answer is; made with answer.h. */
typedef struct plm_api_answer {
    unsigned status; /* of HTTP; 0: none was made */
    char type[64];
    plm_buf body;
    char cookie[256];    /* Set-Cookie; "": none */
    char file_name[128]; /* Content-Disposition; "": none */
    char location[128];
    unsigned retry_after_s;
    bool is_page;     /* HTML with style of its own, nothing else */
    bool is_replayed; /* the same answer as before, under an Idempotency-Key */
    /* Goes on after the answer was sent: a run, or a stream of events. May be NULL. */
    plm_status (*after)(plm_api_call *call, void *context);
    void *after_context;   /* malloc'ed; freed by plm_api_answer_wipe */
    bool is_stream;        /* the body goes on in `after`, by call->write */
    uint64_t stream_bytes; /* how long it will be, if it is not empty; 0: not told */
} plm_api_answer;

struct plm_api_call {
    plm_api *api;
    const plm_api_route *route;
    const plm_api_target *target;
    const char *arguments[PLM_API_ARGUMENTS_MAX]; /* what stood for {...}, in order */
    const plm_api_who *who;
    char idempotency_key[PLM_API_KEY_MAX]; /* "": none */
    plm_span body;
    json_t *json;      /* of a route that takes JSON; borrowed */
    const char *spool; /* path of the body */
    uint64_t spooled_bytes;
    plm_diag_sink sink; /* collects into `errors` */
    json_t *errors;     /* [{"field", "reason"}] */
    plm_api_answer answer;
    /* For `after`: sends bytes of a stream. PLM_E_CANCELLED: nobody listens any more. */
    plm_status (*write)(void *context, plm_span bytes);
    void *write_context;
    bool secure; /* the browser speaks TLS to whoever is in front of us: cookies say Secure */
};

void plm_api_call_init(plm_api_call *call, plm_api *api, const plm_api_target *target,
                       const plm_api_who *who);
void plm_api_call_wipe(plm_api_call *call);

/*
 * Takes "PATH?QUERY" apart, percent-decoding each segment, name and value by itself. PLM_E_SYNTAX:
 * malformed, too long, too many, not UTF-8, or with control characters.
 */
plm_status plm_api_target_read(plm_api_target *out, const char *text) PLM_MUST_CHECK;
/* The parameter of that name; NULL: not given. */
const char *plm_api_parameter(const plm_api_call *call, const char *name);

/*
 * Finds the route, and puts the arguments into call. PLM_E_NOT_FOUND (404); PLM_E_REJECTED: the
 * path is there, but not with that method (405); a problem is made for both.
 */
plm_status plm_api_find(plm_api_call *call, const char *method) PLM_MUST_CHECK;

/* What came with the request that tells who asks; "" where it did not come. */
typedef struct plm_api_credentials {
    const char *authorization;
    const char *cookie;
    const char *csrf;    /* the header Palermo-CSRF */
    const char *officer; /* the header Palermo-Officer: whom the operator acts for */
    bool is_operator;    /* the connection is of the node's own user */
} plm_api_credentials;

/*
 * Who asks (identify.c). Nobody is PLM_OK with who->by PLM_API_BY_NOTHING; so are credentials that
 * count no more. PLM_E_AUTH: the session's cookie came without its CSRF token where `changes`.
 * PLM_E_STORE.
 */
plm_status plm_api_identify(plm_api_who *who, const plm_api *api,
                            const plm_api_credentials *credentials, bool changes) PLM_MUST_CHECK;
/* PLM_E_AUTH: nobody signed in (401), or not with that role (403); a problem is made. */
plm_status plm_api_admit(plm_api_call *call) PLM_MUST_CHECK;

/*
 * Parses the body if the route takes JSON, and calls the handler; under an Idempotency-Key, in one
 * transaction with keeping the answer. An answer is made in any case.
 */
void plm_api_perform(plm_api_call *call);

#endif
