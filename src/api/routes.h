/* SPDX-License-Identifier: Apache-2.0 */
/*
 * routes.h - the tables of routes, one of each file of handlers. A new resource is one file with
 * its table, one line here and one in routes.c.
 */
#ifndef PLM_API_ROUTES_H
#define PLM_API_ROUTES_H

#include "api/api.h"

extern const plm_api_table plm_api_node_routes;
extern const plm_api_table plm_api_case_routes;
extern const plm_api_table plm_api_run_routes;
extern const plm_api_table plm_api_hit_routes;
extern const plm_api_table plm_api_hit_list_routes;
extern const plm_api_table plm_api_decide_routes;
extern const plm_api_table plm_api_register_routes;
extern const plm_api_table plm_api_load_routes;
extern const plm_api_table plm_api_record_routes;
extern const plm_api_table plm_api_find_routes;
extern const plm_api_table plm_api_index_routes;
extern const plm_api_table plm_api_index_work_routes;
extern const plm_api_table plm_api_index_fetch_routes;
extern const plm_api_table plm_api_accord_routes;
extern const plm_api_table plm_api_accord_act_routes;
extern const plm_api_table plm_api_request_routes;
extern const plm_api_table plm_api_step_routes;
extern const plm_api_table plm_api_ledger_routes;
extern const plm_api_table plm_api_ledger_subject_routes;
extern const plm_api_table plm_api_ledger_export_routes;
extern const plm_api_table plm_api_estimate_routes;
extern const plm_api_table plm_api_ident_routes;
extern const plm_api_table plm_api_lookup_routes;
extern const plm_api_table plm_api_standing_routes;
extern const plm_api_table plm_api_tally_routes;
extern const plm_api_table plm_api_tally_act_routes;
extern const plm_api_table plm_api_words_routes;
extern const plm_api_table plm_api_overview_routes;
extern const plm_api_table plm_api_run_start_routes;
extern const plm_api_table plm_api_peer_routes;
extern const plm_api_table plm_api_session_routes;

#endif
