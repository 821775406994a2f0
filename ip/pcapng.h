/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes packet files in the pcapng format for Wireshark: a record for each packet, with
 * the verdict of each entry.
 *
 *	pcapng_open() -> pcapng_begin() -> pcapng_packet(), pcapng_flush() ... -> pcapng_close()
 */
#ifndef PCAPNG_H
#define PCAPNG_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "model/report.h"
#include "session/trace.h"

/*
 * struct pcapng
 * @fd: -1 when it is closed
 * @path: NULL for standard output
 * @created: the file did not exist before
 * @pending, @n_pending, @size: whole blocks that are not written yet
 * @written: so many bytes of whole blocks are
 * @err: nothing more is written because of this errno
 * @whole: the file was cut behind the last whole block then
 */
struct pcapng {
	int fd;
	const char *path;
	bool created;
	bool begun;
	char *pending;
	size_t n_pending;
	size_t size;
	off_t written;
	int err;
	bool whole;
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

/* pcapng_packet() - write packet number @number, with a @comment.  An error is that of the next
 * pcapng_flush(). */
void pcapng_packet(struct pcapng *p, const struct traced_packet *packet, uint64_t number,
		   const char *comment);

/* pcapng_flush() - write the packets that were collected.  0, or -errno: the file then ends with
 * a whole block, and nothing more is written to it. */
int pcapng_flush(struct pcapng *p, struct report *r);

/* pcapng_close() - write the number of lost packets and close the file, or leave it
 * unchanged without pcapng_begin().  A second call does nothing.  Returns 0, or -errno if a
 * write failed. */
int pcapng_close(struct pcapng *p, uint64_t lost, struct report *r);

#endif
