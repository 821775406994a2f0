/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds the system's ip. */
#ifndef SYSTEM_IP_H
#define SYSTEM_IP_H

/*
 * system_ip_find() - find the program that other command lines are handed to
 *
 * This is the program that was recorded at build time.  If it is gone, or is this program
 * under another name, it is the first iproute2 in the system's directories; without one,
 * it is busybox, whose ip was the system's before.  It is never any version of this
 * program, which would execute itself forever.
 *
 * Returns a path that stays valid, or NULL after one sentence on stderr.
 */
const char *system_ip_find(void);

#endif
