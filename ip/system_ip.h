/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds the system's ip. */
#ifndef SYSTEM_IP_H
#define SYSTEM_IP_H

/*
 * system_ip_find() - the program that other command lines are handed to
 *
 * The one that was recorded when this program was built.  Where that is gone, or is this
 * program under another name, the first iproute2 in the directories of the system; where
 * there is none, busybox, whose ip was the system's before.  Never this program, in any
 * version: it would execute itself forever.
 *
 * Returns a path that lives for ever, or NULL after one sentence on stderr.
 */
const char *system_ip_find(void);

#endif
