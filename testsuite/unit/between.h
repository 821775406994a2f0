/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cmocka's assert_in_range() by a name that all its versions are content with. */
#ifndef BETWEEN_H
#define BETWEEN_H

#include <stdint.h>

/* assert_between() - fail unless @low <= @value <= @high */
#define assert_between(value, low, high)                                                          \
	do {                                                                                      \
		uintmax_t between_value = (value);                                                \
		uintmax_t between_low = (low);                                                    \
		uintmax_t between_high = (high);                                                  \
                                                                                                  \
		if (between_value < between_low || between_value > between_high)                  \
			fail_msg("%s is %ju, not %ju to %ju", #value, between_value, between_low, \
				 between_high);                                                   \
	} while (0)

#endif
