/* SPDX-License-Identifier: Apache-2.0 */
/*
 * number.h - the two values that are no numbers, as double (math.h has them as float).
 */
#ifndef PLM_ESTIMATE_NUMBER_H
#define PLM_ESTIMATE_NUMBER_H

#include <math.h>

#define PLM_INFINITY ((double)INFINITY)
#define PLM_NAN      ((double)NAN)

#endif
