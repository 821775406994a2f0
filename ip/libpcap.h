/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Loads libpcap on demand, because most commands do not need it. */
#ifndef LIBPCAP_H
#define LIBPCAP_H

#include <stddef.h>

#include "model/report.h"

struct libpcap {
	void *handle;
};

/* struct libpcap_symbol - the name of a function, and the pointer to set to it */
struct libpcap_symbol {
	const char *name;
	void **place;
};

/* libpcap_load() - load libpcap and look up functions; @what begins the message if it is
 * not installed.  Returns 0 or -errno; call libpcap_close() only after 0. */
int libpcap_load(struct libpcap *lib, const char *what, const struct libpcap_symbol *symbols,
		 size_t n, struct report *r);
void libpcap_close(struct libpcap *lib);

#endif
