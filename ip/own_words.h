/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Adapts the name of the command in printed texts. */
#ifndef OWN_WORDS_H
#define OWN_WORDS_H

#include <stddef.h>

#include "options.h"

/*
 * own_words() - adapt the commands in a text to the command name and the network namespace
 * that the user typed
 * @text: a text with commands of the form "ip link xdp multi ..."
 *
 * If the program was called as ip-xdp-multi, the commands become "ip-xdp-multi ...", and
 * with -n NETNS they have it too.
 * Returns @text or @buf.
 */
const char *own_words(const struct options *opts, const char *text, char *buf, size_t size);

#endif
