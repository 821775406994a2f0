/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Moments as people read them. */
#ifndef MOMENT_H
#define MOMENT_H

#include <stddef.h>
#include <stdint.h>
#include <time.h>

#define MOMENT_SIZE 64

/*
 * moment_text() - "2026-11-26 14:03:59 (2 h ago)", in local time
 * @then, @now: seconds since 1970; what is not past has no parentheses
 *
 * Returns @buf, of MOMENT_SIZE.
 */
const char *moment_text(time_t then, time_t now, char *buf);

/* moment_of_boot() - the moment that was @ns nanoseconds after the machine was booted,
 * in seconds since 1970 */
time_t moment_of_boot(uint64_t ns);

#endif
