// SPDX-License-Identifier: GPL-2.0-or-later
/* Loads libpcap on demand. */
#include "libpcap.h"

#include <dlfcn.h>
#include <errno.h>

#include "config.h"

int libpcap_load(struct libpcap *lib, const char *what, const struct libpcap_symbol *symbols,
		 size_t n, struct report *r)
{
#ifdef STATIC
	report_fail(r, STATUS_NOT_TRIED, ENOSYS,
		    "%s libpcap, which this program cannot load: it was built with --enable-static",
		    what);
	return -ENOSYS;
#endif
	lib->handle = dlopen(PCAP_SONAME, RTLD_NOW | RTLD_LOCAL);
	if (!lib->handle)
		return report_fail(r, STATUS_NOT_TRIED, ENOENT,
				   "%s libpcap, which is not installed (%s)", what, PCAP_SONAME);
	for (size_t i = 0; i < n; i++) {
		*symbols[i].place = dlsym(lib->handle, symbols[i].name);
		if (*symbols[i].place)
			continue;
		libpcap_close(lib);
		return report_fail(r, STATUS_NOT_TRIED, ENOSYS,
				   "%s lacks functions that this program needs", PCAP_SONAME);
	}
	return 0;
}

void libpcap_close(struct libpcap *lib)
{
	dlclose(lib->handle);
}
