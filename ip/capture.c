// SPDX-License-Identifier: GPL-2.0-or-later
/* Files of captured packets. */
#include "capture.h"

#include <dlfcn.h>
#include <errno.h>
#include <string.h>

#include <pcap/pcap.h>

#include "config.h"

/* struct libpcap - what is used of the library */
struct libpcap {
	void *handle;
	__typeof__(pcap_open_offline) *open;
	__typeof__(pcap_datalink) *link_type;
	__typeof__(pcap_next_ex) *next;
	__typeof__(pcap_geterr) *error;
	__typeof__(pcap_close) *close;
};

static int load(struct libpcap *lib, struct report *r)
{
#ifdef STATIC
	report_fail(
		r, STATUS_NOT_TRIED, ENOSYS,
		"Files of packets are read with libpcap, which this program cannot load: it was built with --enable-static");
	return -ENOSYS;
#endif
	lib->handle = dlopen(PCAP_SONAME, RTLD_NOW | RTLD_LOCAL);
	if (!lib->handle)
		return report_fail(
			r, STATUS_NOT_TRIED, ENOENT,
			"Files of packets are read with libpcap, which is not installed (%s)",
			PCAP_SONAME);
	lib->open = (__typeof__(lib->open))dlsym(lib->handle, "pcap_open_offline");
	lib->link_type = (__typeof__(lib->link_type))dlsym(lib->handle, "pcap_datalink");
	lib->next = (__typeof__(lib->next))dlsym(lib->handle, "pcap_next_ex");
	lib->error = (__typeof__(lib->error))dlsym(lib->handle, "pcap_geterr");
	lib->close = (__typeof__(lib->close))dlsym(lib->handle, "pcap_close");
	if (lib->open && lib->link_type && lib->next && lib->error && lib->close)
		return 0;
	dlclose(lib->handle);
	return report_fail(r, STATUS_NOT_TRIED, ENOSYS, "%s is not the libpcap that is known here",
			   PCAP_SONAME);
}

static int cannot_read(const char *path, const char *why, struct report *r)
{
	return report_fail(r, STATUS_NOT_TRIED, EINVAL, "Cannot read packets from \"%s\": %s", path,
			   why);
}

static int read_all(const struct libpcap *lib, pcap_t *p, const char *path,
		    int (*fn)(const void *, unsigned int, unsigned int, void *), void *arg,
		    struct report *r)
{
	struct pcap_pkthdr *header;
	const u_char *bytes;
	int got, err = 0;

	if (lib->link_type(p) != DLT_EN10MB)
		return cannot_read(path, "they are not of Ethernet", r);
	while (!err && (got = lib->next(p, &header, &bytes)) == 1)
		err = fn(bytes, header->caplen, header->len, arg);
	return !err && got == PCAP_ERROR ? cannot_read(path, lib->error(p), r) : err;
}

int capture_each(const char *path, int (*fn)(const void *, unsigned int, unsigned int, void *),
		 void *arg, struct report *r)
{
	char why[PCAP_ERRBUF_SIZE] = "";
	struct libpcap lib = { 0 };
	int err = load(&lib, r);
	pcap_t *p;

	if (err)
		return err;
	p = lib.open(path, why);
	err = p ? read_all(&lib, p, path, fn, arg, r) : cannot_read(path, why, r);
	if (p)
		lib.close(p);
	dlclose(lib.handle);
	return err;
}
