// SPDX-License-Identifier: GPL-2.0-or-later
/* Stubs for everything that needs libpcap, in a program built without it. */
#include <errno.h>

#include "capture.h"
#include "packet_filter.h"

static int without_libpcap(const char *what, struct report *r)
{
	report_fail(r, STATUS_NOT_TRIED, ENOSYS,
		    "%s libpcap, but this program was built without it", what);
	return -ENOSYS;
}

int capture_each(const char *path, int (*fn)(const void *, unsigned int, unsigned int, void *),
		 void *arg, struct report *r)
{
	(void)path;
	(void)fn;
	(void)arg;
	return without_libpcap("Reading packet files requires", r);
}

int packet_filter(const char *expression, struct trace_conf *conf, struct report *r)
{
	(void)conf;
	return expression ? without_libpcap("Compiling a filter requires", r) : 0;
}
