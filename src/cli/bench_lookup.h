/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_lookup.h - palermo bench index (an index of many tokens, and the rates of evaluation) and
 * palermo bench lookup (a load on the parties of a node).
 */
#ifndef PLM_CLI_BENCH_LOOKUP_H
#define PLM_CLI_BENCH_LOOKUP_H

int plm_bench_index(int argc, char **argv);
int plm_bench_lookup(int argc, char **argv);

#endif
