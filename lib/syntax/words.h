/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Single words as values.  Pure. */
#ifndef XM_WORDS_H
#define XM_WORDS_H

#include <stdbool.h>

#include "model/chain.h"

/* words_number() - the whole word as a number of at most @max, read as iproute2 reads
 * numbers: 16, 0x10 and 020 are the same */
bool words_number(const char *word, unsigned long max, __u32 *value);

/* words_ifname() - can this be the name of an interface, or an alternative name? */
bool words_ifname(const char *word);

/* words_tag() - 16 hexadecimal digits */
bool words_tag(const char *word, __u8 *bytes);

/* words_actions() - "pass,drop", "all", "none" as a mask */
bool words_actions(const char *word, __u32 *mask);

/* words_mode() - "auto", "native", "generic" and their synonyms as mode bits */
bool words_mode(const char *word, unsigned int *modes);

/* words_format() - "2", "3", "extended" */
bool words_format(const char *word, enum chain_format *format);

#endif
