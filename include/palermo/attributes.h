/* SPDX-License-Identifier: Apache-2.0 */
/*
 * attributes.h - the compiler attributes Palermo's headers use.
 */
#ifndef PALERMO_ATTRIBUTES_H
#define PALERMO_ATTRIBUTES_H

#if defined(__GNUC__) || defined(__clang__)
#    define PLM_MUST_CHECK __attribute__((warn_unused_result))
#    define PLM_PRINTF(format_index, first_arg) \
        __attribute__((format(printf, format_index, first_arg)))
#else
#    define PLM_MUST_CHECK
#    define PLM_PRINTF(format_index, first_arg)
#endif

/* `static` in array parameters is C only; C++ includers of the public headers see plain arrays. */
#ifdef __cplusplus
#    define PLM_AT_LEAST(n)
#else
#    define PLM_AT_LEAST(n) static n
#endif

#endif
