/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Describes what an entry changed in a packet. */
#ifndef CHANGE_TEXT_H
#define CHANGE_TEXT_H

#include <linux/types.h>

#include "session/trace.h"

#define CHANGE_TEXT_SIZE 4096

/* change_text() - "lb: 98 > 118 bytes, 20 added in front, 0-19: 4500...", without
 * control characters, into @buf of CHANGE_TEXT_SIZE bytes, which is returned */
const char *change_text(const struct traced_step *s, char *buf);

/* change_hex() - bytes in hexadecimal digits; returns @buf, which has room for them */
const char *change_hex(const __u8 *bytes, __u32 len, char *buf);

#endif
