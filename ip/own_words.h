/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The name of the command in what is printed. */
#ifndef OWN_WORDS_H
#define OWN_WORDS_H

#include <stddef.h>

#include "options.h"

/*
 * own_words() - a text that contains commands, with the command name that the user typed
 * @text: with commands as "ip link xdp multi ..."
 *
 * If the program was called as ip-xdp-multi, they become "ip-xdp-multi ...".  Returns
 * @text or @buf.
 */
const char *own_words(const struct options *opts, const char *text, char *buf, size_t size);

#endif
