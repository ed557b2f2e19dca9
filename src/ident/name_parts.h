/* SPDX-License-Identifier: Apache-2.0 */
/*
 * name_parts.h - the words of a name, and what each must share with another's to be taken for it
 * (spec/tokens.md section 3).
 *
 *     Dr. Юрий А. ЩЕРБАКОВ
 *       part 0   folded  yuriy, iurii, jurij      skeletons  ARA     classes  yury
 *       part 1   folded  a                        an initial
 *       part 2   folded  shcherbakov, ...         skeletons  XRBK    classes  -
 *
 * A rule takes any of a part's values; which part of the other name it meets does not matter.
 *
 * Adversary: names are hostile text of any script. Time is linear in the name's bytes, memory is
 * the caller's struct; nothing is allocated.
 */
#ifndef PLM_IDENT_NAME_PARTS_H
#define PLM_IDENT_NAME_PARTS_H

#include "ident/name_sound.h"

enum {
    PLM_NAME_PARTS_MAX = 16,    /* words of a name that count; further ones are left out */
    PLM_NAME_FOLDED_MAX = 4,    /* folded forms of a part, the plain one first */
    PLM_NAME_SKELETONS_MAX = 4, /* skeletons of a part */
    PLM_NAME_CLASSES_MAX = 4,   /* classes of equivalent given names a part belongs to */

    PLM_NAME_BYTES_MAX = 4096, /* of a name; a longer one is refused before it is read */
    /* Bytes of all values: four of each letter in each folded form (and once more, for a form
     * that is dropped since it is not new), and the skeletons. */
    PLM_NAME_PARTS_POOL = 4 * PLM_NAME_POOL * (PLM_NAME_FOLDED_MAX + 1) +
                          PLM_NAME_PARTS_MAX * PLM_NAME_SKELETONS_MAX * PLM_SKELETON_BYTES_MAX
};

enum {
    PLM_NAME_INITIAL = 1,    /* one letter: a folded form and nothing else */
    PLM_NAME_PATRONYMIC = 2, /* looks like a father's name: Ivanovich, Ivanovna, Іванівна */
    PLM_NAME_JOINED = 4      /* a particle is joined to it: Abd al-Rahman, Abu Bakr, Nur al-Din */
};

/* All values of one kind differ; none is empty; none is terminated. */
typedef struct plm_name_part {
    plm_span folded[PLM_NAME_FOLDED_MAX]; /* UTF-8; at least one */
    /* Capital letters and digits; the folded form itself for a word without sounds, or with
     * letters that the tables do not know. */
    plm_span skeletons[PLM_NAME_SKELETONS_MAX];
    plm_span classes[PLM_NAME_CLASSES_MAX]; /* the folded name that stands for the class */
    uint8_t n_folded;
    uint8_t n_skeletons; /* 0 for an initial only */
    uint8_t n_classes;
    uint8_t flags; /* PLM_NAME_INITIAL ... */
} plm_name_part;

/* Values point into `pool` or into static tables: use it where it stands, don't copy it. */
typedef struct plm_name_parts {
    plm_name_part parts[PLM_NAME_PARTS_MAX]; /* in the order of the name */
    size_t n;
    size_t n_cut; /* words left out */
    size_t n_pool;
    uint8_t pool[PLM_NAME_PARTS_POOL];
} plm_name_parts;

/*
 * name: canonical form of a name (NFC text). Titles and particles are no parts. Any thread.
 * PLM_E_LIMIT: more than PLM_NAME_BYTES_MAX bytes, PLM_NAME_LETTERS_MAX letters, or
 * PLM_NAME_WORDS_MAX words; PLM_E_SYNTAX: not UTF-8; PLM_E_NOMEM: the Unicode data can't be loaded.
 * On each of them there are no parts.
 */
plm_status plm_name_parts_of(plm_name_parts *out, plm_span name) PLM_MUST_CHECK;

enum {
    PLM_DELETION_LETTERS_MIN = 4,  /* a shorter word has no neighbours: only itself */
    PLM_DELETION_LETTERS_MAX = 32, /* of a longer word the first ones count */
    PLM_NAME_DELETIONS_MAX = PLM_DELETION_LETTERS_MAX + 1,
    /* The word itself, and at each letter the word without it. */
    PLM_DELETION_POOL = 4 * PLM_DELETION_LETTERS_MAX * PLM_NAME_DELETIONS_MAX
};

/* As plm_name_parts: values point into its own pool. */
typedef struct plm_name_deletions {
    plm_span values[PLM_NAME_DELETIONS_MAX]; /* distinct; the word itself first */
    size_t n;
    uint8_t pool[PLM_DELETION_POOL];
} plm_name_deletions;

/*
 * The deletion neighbourhood of a folded form: itself, and each string that is left when one of its
 * letters is taken out. Two words at edit distance 1 share a value (so do some at distance 2: a
 * letter exchanged for another, two neighbours exchanged).
 *
 * folded: valid UTF-8. Time and memory grow with the square of the letters, which are bounded.
 */
void plm_name_deletions_of(plm_name_deletions *out, plm_span folded);

#endif
