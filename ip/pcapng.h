/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Packet files in the pcapng format, as Wireshark reads them: a record for each
 * packet, with what each entry returned.
 *
 *	pcapng_open() -> pcapng_begin() -> pcapng_packet() ... -> pcapng_close()
 */
#ifndef PCAPNG_H
#define PCAPNG_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "model/report.h"
#include "session/trace.h"

/* struct pcapng - @path: NULL for standard output; @created: it was not there before */
struct pcapng {
	FILE *file;
	const char *path;
	bool created;
	bool begun;
};

/* pcapng_open() - "-" for standard output.  The old contents of a file stay until
 * pcapng_begin(). 0 or -errno. */
int pcapng_open(struct pcapng *p, const char *path, struct report *r);

/*
 * pcapng_begin() - the head of the file
 * @comment: on all of it
 * @filter: what chose the packets, or NULL
 *
 * 0 or -errno.
 */
int pcapng_begin(struct pcapng *p, const char *ifname, const char *comment, const char *filter,
		 struct report *r);

/* pcapng_packet() - one packet, the @number-th; @comment: on it */
void pcapng_packet(struct pcapng *p, const struct traced_packet *packet, uint64_t number,
		   const char *comment);

/* pcapng_close() - with the number of packets that were lost; a file that was not begun
 * is as it was.  0, or -errno when not all could be written. */
int pcapng_close(struct pcapng *p, uint64_t lost, struct report *r);

#endif
