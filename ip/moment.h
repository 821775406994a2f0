/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Formats times for people. */
#ifndef MOMENT_H
#define MOMENT_H

#include <stddef.h>
#include <stdint.h>
#include <time.h>

#define MOMENT_SIZE 64

/*
 * moment_text() - "2026-11-26 14:03:59 (2 h ago)", in local time
 * @then, @now: seconds since 1970; if @then is not past, the parentheses are omitted
 *
 * Returns @buf, of MOMENT_SIZE.
 */
const char *moment_text(time_t then, time_t now, char *buf);

/* moment_of_boot() - convert @ns nanoseconds after the boot of the machine to seconds
 * since 1970 */
time_t moment_of_boot(uint64_t ns);

#endif
