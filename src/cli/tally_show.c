/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tally_show.c - palermo tally list, show: how far tallies have come.
 */
#include "api/tally_estimate.h"
#include "cli/exit.h"
#include "cli/say.h"
#include "cli/tally.h"
#include "node/tally_view.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

typedef struct listing {
    json_t *list; /* NULL: print */
    size_t n;
} listing;

static plm_status list_row(void *context, const plm_tally_row *row)
{
    listing *l = (listing *)context;
    char created[PLM_TIME_TEXT];
    char id[2 * PLM_RUN_ID_BYTES + 1];
    l->n++;
    if (l->list != NULL) {
        (void)json_array_append_new(l->list, plm_tally_row_view(row));
        return PLM_OK;
    }
    plm_hex_encode(id, row->id, sizeof row->id);
    plm_say_time(created, row->created_ms);
    (void)printf("%.12s  %s  %-9s %-20s%s\n", id, created, plm_tally_state_name(row->state),
                 row->purpose, row->is_counter ? " we count" : "");
    if (row->reason != 0) {
        (void)printf("              %s %s%s%s\n", row->blamed,
                     plm_tally_reason_sentence((unsigned)row->reason),
                     row->clause[0] != '\0' ? ", clause " : "", row->clause);
    }
    return PLM_OK;
}

/* What all tallies together took of the privacy of those counted. */
static plm_status print_usage(plm_store *store, size_t n_tallies)
{
    plm_tally_usage usage;
    plm_status status = plm_store_tally_usage(store, 0, &usage);
    if (status != PLM_OK) {
        return status;
    }
    (void)printf("%zu tallies; %" PRIu64 " of them took of the privacy of those counted, an "
                 "epsilon of %" PRIu64 ".%03" PRIu64 " together",
                 n_tallies, usage.n, usage.epsilon_milli / 1000, usage.epsilon_milli % 1000);
    if (usage.rho_milli > 0) {
        (void)printf(" and a rho of %" PRIu64 ".%03" PRIu64, usage.rho_milli / 1000,
                     usage.rho_milli % 1000);
    }
    (void)printf("\n");
    return PLM_OK;
}

int plm_tally_command_list(int argc, char **argv)
{
    static const plm_usage_text usage = {"palermo tally list", "[OPTIONS]",
                                         "Lists the tallies this node has taken part in."};
    plm_common common = {0};
    const plm_option options[] = {PLM_COMMON_OPTIONS(&common), PLM_OPTIONS_END};
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, NULL, 0, 0, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    plm_tally_job job;
    plm_status status = plm_tally_job_begin(&job, &common, usage.command, NULL, false);
    listing l = {.list = common.json ? json_array() : NULL};
    if (status == PLM_OK) {
        status = plm_store_each_tally(job.home.store, false, list_row, &l);
    }
    if (status == PLM_OK && common.json) {
        (void)plm_say_json(l.list);
    } else {
        json_decref(l.list);
    }
    if (status == PLM_OK && !common.json) {
        status = print_usage(job.home.store, l.n);
    }
    return plm_tally_job_end(&job, status);
}

static void print_party(const plm_tally_job *job, unsigned place, const unsigned *hops)
{
    const plm_tally_book *book = &job->book;
    const unsigned k = book->proposal.n_parties;
    (void)printf("  %-10s%s%s", book->proposal.parties[place],
                 place == book->proposal.counter ? " counts" : "",
                 place == book->me ? " (we)" : "");
    if (book->row.start.n > 0) {
        (void)printf("%s %" PRIu32 " records",
                     place == book->me || place == book->proposal.counter ? "," : "",
                     book->n_padded[place]);
        if (book->row.is_counter && book->row.state == PLM_TALLY_RUNNING) {
            (void)printf(", list at hop %u of %u", hops[place], k);
        }
    }
    (void)printf("\n");
}

static void print_release(const plm_tally_proposal *p)
{
    if (p->release == PLM_RELEASE_LAPLACE) {
        (void)printf("leaves       numbers with discrete Laplace noise, epsilon %u.%03u\n",
                     p->epsilon_milli / 1000, p->epsilon_milli % 1000);
    } else if (p->release == PLM_RELEASE_GAUSSIAN) {
        (void)printf("leaves       numbers with discrete Gaussian noise, rho %u.%03u, which is a "
                     "standard deviation of %.2f\n",
                     p->rho_milli / 1000, p->rho_milli % 1000,
                     plm_tally_deviation(p->rho_milli, PLM_TALLY_SENSITIVITY));
    } else {
        (void)printf("leaves       numbers of %u and more\n", p->threshold);
    }
}

static void print_tally(const plm_tally_job *job, const plm_tally_progress *progress)
{
    const plm_tally_book *book = &job->book;
    char id[2 * PLM_RUN_ID_BYTES + 1];
    char time[PLM_TIME_TEXT];
    plm_hex_encode(id, book->row.id, sizeof book->row.id);
    (void)printf("tally %s: %s\n", id, plm_tally_state_name(book->row.state));
    (void)printf("purpose      %s\n", book->row.purpose);
    print_release(&book->proposal);
    (void)printf("strata       %u\nparties\n", plm_strata_count(&book->proposal.strata));
    for (unsigned i = 0; i < book->proposal.n_parties; i++) {
        print_party(job, i, progress->hops);
    }
    if (book->row.ended_ms == 0) {
        plm_say_time(time, book->row.deadline_ms);
        (void)printf("waits for    %s, until %s\n", book->proposal.parties[progress->waits_for],
                     time);
    } else if (book->row.reason != 0) {
        (void)printf("ended        %s %s%s%s\n", book->row.blamed,
                     plm_tally_reason_sentence((unsigned)book->row.reason),
                     book->row.clause[0] != '\0' ? ", clause " : "", book->row.clause);
    }
}

int plm_tally_command_show(int argc, char **argv)
{
    static const plm_usage_text usage = {"palermo tally show", "ID [OPTIONS]",
                                         "Shows a tally; ID may be the beginning of its id."};
    plm_common common = {0};
    const char *id = NULL;
    const plm_option options[] = {PLM_COMMON_OPTIONS(&common), PLM_OPTIONS_END};
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, &id, 1, 1, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    plm_tally_job job;
    plm_tally_progress progress;
    plm_status status = plm_tally_job_begin(&job, &common, usage.command, id, false);
    if (status == PLM_OK) {
        status = plm_tally_progress_of(job.home.store, &job.book, &progress);
    }
    if (status == PLM_OK && common.json) {
        (void)plm_say_json(plm_tally_view(&job.book, &progress));
    } else if (status == PLM_OK) {
        print_tally(&job, &progress);
    }
    return plm_tally_job_end(&job, status);
}
