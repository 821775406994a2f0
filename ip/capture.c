// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads files of captured packets. */
#include "capture.h"

#include <errno.h>
#include <string.h>

#include <pcap/pcap.h>

#include "libpcap.h"

/* struct reading - the functions of libpcap that we use */
struct reading {
	__typeof__(pcap_open_offline) *open;
	__typeof__(pcap_datalink) *link_type;
	__typeof__(pcap_next_ex) *next;
	__typeof__(pcap_geterr) *error;
	__typeof__(pcap_close) *close;
};

static int load(struct libpcap *lib, struct reading *use, struct report *r)
{
	const struct libpcap_symbol symbols[] = {
		{ "pcap_open_offline", (void **)&use->open },
		{ "pcap_datalink", (void **)&use->link_type },
		{ "pcap_next_ex", (void **)&use->next },
		{ "pcap_geterr", (void **)&use->error },
		{ "pcap_close", (void **)&use->close },
	};

	return libpcap_load(lib, "Reading packet files requires", symbols,
			    sizeof(symbols) / sizeof(symbols[0]), r);
}

/* libpcap begins some of its sentences with the path. */
static int cannot_read(const char *path, const char *why, struct report *r)
{
	size_t len = strlen(path);

	if (!strncmp(why, path, len) && !strncmp(why + len, ": ", 2))
		why += len + 2;
	return report_fail(r, STATUS_NOT_TRIED, EINVAL, "Cannot read packets from \"%s\": %s", path,
			   why);
}

static int read_all(const struct reading *lib, pcap_t *p, const char *path,
		    int (*fn)(const void *, unsigned int, unsigned int, void *), void *arg,
		    struct report *r)
{
	struct pcap_pkthdr *header;
	const u_char *bytes;
	int got, err = 0;

	if (lib->link_type(p) != DLT_EN10MB)
		return cannot_read(path, "its link type is not Ethernet", r);
	while (!err && (got = lib->next(p, &header, &bytes)) == 1)
		err = fn(bytes, header->caplen, header->len, arg);
	return !err && got == PCAP_ERROR ? cannot_read(path, lib->error(p), r) : err;
}

int capture_each(const char *path, int (*fn)(const void *, unsigned int, unsigned int, void *),
		 void *arg, struct report *r)
{
	char why[PCAP_ERRBUF_SIZE] = "";
	struct reading use;
	struct libpcap lib;
	int err = load(&lib, &use, r);
	pcap_t *p;

	if (err)
		return err;
	p = use.open(path, why);
	err = p ? read_all(&use, p, path, fn, arg, r) : cannot_read(path, why, r);
	if (p)
		use.close(p);
	libpcap_close(&lib);
	return err;
}
