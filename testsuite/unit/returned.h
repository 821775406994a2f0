/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the programs of a chain return in the tests of the code that is generated. */
#ifndef XM_TEST_RETURNED_H
#define XM_TEST_RETURNED_H

#include <linux/types.h>

#include "../verdict_model.h"

/* What a program may return: verdicts, "not run", out of range, garbage in the
 * upper half; or there is none. The first ones are those of the large exhaustive
 * tests. */
static const __u64 returns[] = {
	0,
	1,
	2,
	3,
	4,
	5,
	31,
	MODEL_EMPTY,
	30,
	32,
	0xffffffff,
	0x100000002,
	0xffffffff00000004,
	0x10000001f,
};

#define FEW_RETURNS 8

#endif
