/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libpcap, loaded on demand: most commands do not need it. */
#ifndef LIBPCAP_H
#define LIBPCAP_H

#include <stddef.h>

#include "model/report.h"

struct libpcap {
	void *handle;
};

/* struct libpcap_symbol - a function, and the pointer that shall have it */
struct libpcap_symbol {
	const char *name;
	void **place;
};

/* libpcap_load() - load it and find functions; @what begins the sentence that says that
 * it is not installed.  0 or -errno; libpcap_close() only after 0. */
int libpcap_load(struct libpcap *lib, const char *what, const struct libpcap_symbol *symbols,
		 size_t n, struct report *r);
void libpcap_close(struct libpcap *lib);

#endif
