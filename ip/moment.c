// SPDX-License-Identifier: GPL-2.0-or-later
/* Formats times for people. */
#include "moment.h"

#include <stdio.h>
#include <string.h>

#define MINUTE 60
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)
#define NS     1000000000LL

static void add_age(long long seconds, char *buf, size_t size)
{
	if (seconds < 2 * MINUTE)
		snprintf(buf, size, " (%lld s ago)", seconds);
	else if (seconds < 2 * HOUR)
		snprintf(buf, size, " (%lld min ago)", seconds / MINUTE);
	else if (seconds < 2 * DAY)
		snprintf(buf, size, " (%lld h ago)", seconds / HOUR);
	else
		snprintf(buf, size, " (%lld days ago)", seconds / DAY);
}

const char *moment_text(time_t then, time_t now, char *buf)
{
	struct tm tm;
	size_t len = 0;

	if (localtime_r(&then, &tm))
		len = strftime(buf, MOMENT_SIZE, "%Y-%m-%d %H:%M:%S", &tm);
	/* The year is out of range. */
	if (!len)
		len = snprintf(buf, MOMENT_SIZE, "%lld", (long long)then);
	if (then >= 0 && then <= now)
		add_age(now - then, buf + len, MOMENT_SIZE - len);
	return buf;
}

static long long nanoseconds(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return t.tv_sec * NS + t.tv_nsec;
}

time_t moment_of_boot(uint64_t ns)
{
	uint64_t boot = nanoseconds(CLOCK_REALTIME) - nanoseconds(CLOCK_BOOTTIME);

	return (boot + ns) / NS;
}
