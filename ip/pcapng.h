/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes packet files in the pcapng format for Wireshark: a record for each packet, with
 * the verdict of each entry.
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

/* struct pcapng - @path: NULL for standard output; @created: the file did not exist
 * before */
struct pcapng {
	FILE *file;
	const char *path;
	bool created;
	bool begun;
};

/* pcapng_open() - open a file, "-" for standard output.  Its old contents stay until
 * pcapng_begin().  Returns 0 or -errno. */
int pcapng_open(struct pcapng *p, const char *path, struct report *r);

/*
 * pcapng_begin() - write the header of the file
 * @comment: a comment on the whole file
 * @filter: the filter expression, or NULL
 *
 * Returns 0 or -errno.
 */
int pcapng_begin(struct pcapng *p, const char *ifname, const char *comment, const char *filter,
		 struct report *r);

/* pcapng_packet() - write packet number @number, with a @comment */
void pcapng_packet(struct pcapng *p, const struct traced_packet *packet, uint64_t number,
		   const char *comment);

/* pcapng_close() - write the number of lost packets and close the file, or leave it
 * unchanged without pcapng_begin().  A second call does nothing.  Returns 0, or -errno if a
 * write failed. */
int pcapng_close(struct pcapng *p, uint64_t lost, struct report *r);

#endif
