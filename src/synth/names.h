/* SPDX-License-Identifier: Apache-2.0 */
/*
 * names.h - how people are called, by region. All tables were written for this generator from
 * common knowledge; they describe nobody.
 *
 * An entry holds up to three spellings: "latin|another|native", the second empty where there is no
 * usual other spelling, the third absent where the region writes Latin. A surname is a root and a
 * suffix put together spelling by spelling; a suffix may have a feminine form behind a '/':
 * "Ivan||Иван" + "ov||ов/ova||ова".
 */
#ifndef PLM_SYNTH_NAMES_H
#define PLM_SYNTH_NAMES_H

#include <stddef.h>

typedef struct plm_synth_list {
    const char *const *entries;
    size_t n;
} plm_synth_list;

/* What stands between given name and surname. */
typedef enum plm_synth_middle {
    PLM_SYNTH_MIDDLE_NONE,
    PLM_SYNTH_MIDDLE_PATRONYMIC, /* list `patronymics`, with feminine forms */
    PLM_SYNTH_MIDDLE_FATHER,     /* the father's given name */
    PLM_SYNTH_MIDDLE_GIVEN,      /* a second given name */
    PLM_SYNTH_MIDDLE_SURNAME     /* a second surname, after the first */
} plm_synth_middle;

typedef struct plm_synth_region {
    const char *countries; /* alpha-2 codes, two letters each: "RUBYKZ" */
    plm_synth_list men;
    plm_synth_list women;
    plm_synth_list roots;
    plm_synth_list suffixes;
    plm_synth_list patronymics;
    plm_synth_middle middle;
    unsigned middle_percent; /* how many have one */
} plm_synth_region;

extern const plm_synth_region plm_synth_russian;
extern const plm_synth_region plm_synth_ukrainian;
extern const plm_synth_region plm_synth_bulgarian;
extern const plm_synth_region plm_synth_serbian;
extern const plm_synth_region plm_synth_arabic;
extern const plm_synth_region plm_synth_persian;
extern const plm_synth_region plm_synth_italian;
extern const plm_synth_region plm_synth_german;
extern const plm_synth_region plm_synth_spanish;
extern const plm_synth_region plm_synth_romanian;
extern const plm_synth_region plm_synth_polish;
extern const plm_synth_region plm_synth_turkish;
extern const plm_synth_region plm_synth_albanian;
extern const plm_synth_region plm_synth_french;
extern const plm_synth_region plm_synth_nigerian;
extern const plm_synth_region plm_synth_vietnamese;

#define PLM_SYNTH_LIST(array)                    \
    {                                            \
        (array), sizeof(array) / sizeof *(array) \
    }

#endif
