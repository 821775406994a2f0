// SPDX-License-Identifier: GPL-2.0-or-later
/* Writes packet files in the pcapng format. */
#include "pcapng.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "change_text.h"
#include "config.h"

#define SECTION		 0x0a0d0d0aU
#define INTERFACE	 1U
#define STATISTICS	 5U
#define PACKET		 6U
#define BYTE_ORDER_MAGIC 0x1a2b3c4dU

#define LINKTYPE_ETHERNET 1

enum option {
	OPT_END = 0,
	OPT_COMMENT = 1,
	SHB_USERAPPL = 4,
	IF_NAME = 2,
	IF_TSRESOL = 9,
	IF_FILTER = 11,
	EPB_FLAGS = 2,
	EPB_DROPCOUNT = 4,
	EPB_PACKETID = 5,
	EPB_QUEUE = 6,
	EPB_VERDICT = 7,
	ISB_IFDROP = 5,
};

#define FLAG_INBOUND	1U
#define VERDICT_BPF_XDP 2
#define NANOSECONDS	9

/* So much is collected before it is written. */
#define PENDING_MAX 65536

/* The longest text; an option's length has 16 bits. */
#define TEXT_MAX 65532

/* struct block - a block, written as a whole when its length is known */
struct block {
	char *bytes;
	size_t size;
	FILE *file;
};

/* ---- blocks ---- */

static void put(struct block *b, const void *bytes, size_t n)
{
	static const char padding[4];

	fwrite(bytes, 1, n, b->file);
	fwrite(padding, 1, -n % 4, b->file);
}

static void put32(struct block *b, uint32_t value)
{
	put(b, &value, sizeof(value));
}

static void put_option(struct block *b, enum option code, const void *value, size_t n)
{
	const uint16_t head[2] = { code, n };

	put(b, head, sizeof(head));
	put(b, value, n);
}

static void put_text(struct block *b, enum option code, const char *text)
{
	size_t n = strlen(text);

	put_option(b, code, text, n < TEXT_MAX ? n : TEXT_MAX);
}

/* How much of the first @n pending bytes are whole blocks. */
static size_t whole_blocks(const struct pcapng *p, size_t n)
{
	size_t at = 0;
	uint32_t len;

	while (n - at >= 2 * sizeof(len)) {
		memcpy(&len, p->pending + at + sizeof(len), sizeof(len));
		if (len > n - at)
			break;
		at += len;
	}
	return at;
}

/* On a full disk part of a block may be written: a file is cut behind the last whole one.  What
 * went into a pipe cannot be taken back. */
static void write_pending(struct pcapng *p)
{
	size_t done = 0;

	while (!p->err && done < p->n_pending) {
		ssize_t n = write(p->fd, p->pending + done, p->n_pending - done);

		if (n >= 0)
			done += n;
		else if (errno != EINTR)
			p->err = errno;
	}
	if (p->err)
		done = whole_blocks(p, done);
	p->written += done;
	p->n_pending = 0;
	if (p->err && p->path && p->begun)
		p->whole = !ftruncate(p->fd, p->written);
}

static bool open_block(struct pcapng *p, struct block *b)
{
	*b = (struct block){ 0 };
	b->file = p->err ? NULL : open_memstream(&b->bytes, &b->size);
	if (!b->file && !p->err)
		p->err = ENOMEM;
	return b->file;
}

static bool make_room(struct pcapng *p, size_t n)
{
	size_t size = p->n_pending + n;
	char *more;

	if (size <= p->size)
		return true;
	more = realloc(p->pending, size);
	if (!more)
		return false;
	p->pending = more;
	p->size = size;
	return true;
}

static void append(struct pcapng *p, const void *bytes, size_t n)
{
	memcpy(p->pending + p->n_pending, bytes, n);
	p->n_pending += n;
}

/* A block goes out as a whole, with others. */
static void write_block(struct pcapng *p, uint32_t type, struct block *b)
{
	uint32_t head[2] = { type };

	put32(b, OPT_END);
	if (!fclose(b->file) && make_room(p, sizeof(head) + b->size + sizeof(head[1]))) {
		head[1] = sizeof(head) + b->size + sizeof(head[1]);
		append(p, head, sizeof(head));
		append(p, b->bytes, b->size);
		append(p, &head[1], sizeof(head[1]));
	} else {
		p->err = ENOMEM;
	}
	free(b->bytes);
	if (p->n_pending >= PENDING_MAX)
		write_pending(p);
}

/* ---- the file ---- */

static int cannot_write(const struct pcapng *p, int err, struct report *r)
{
	return report_fail(r, STATUS_NOT_TRIED, err, "Cannot write \"%s\": %s%s",
			   p->path ? p->path : "-", strerror(err),
			   p->whole ? "; the file has the packets before that" : "");
}

static int open_file(struct pcapng *p)
{
	int fd = open(p->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);

	p->created = fd >= 0;
	return fd < 0 && errno == EEXIST ? open(p->path, O_WRONLY | O_CLOEXEC) : fd;
}

int pcapng_open(struct pcapng *p, const char *path, struct report *r)
{
	*p = (struct pcapng){ .fd = -1, .path = strcmp(path, "-") ? path : NULL };
	if (!p->path && isatty(STDOUT_FILENO))
		return report_fail(r, STATUS_NOT_TRIED, EINVAL,
				   "Packets cannot be written to a terminal: give a file name");
	p->fd = p->path ? open_file(p) : fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
	return p->fd < 0 ? cannot_write(p, errno, r) : 0;
}

static void put_section(struct pcapng *p, const char *comment)
{
	const uint16_t version[2] = { 1, 0 };
	struct block b;

	if (!open_block(p, &b))
		return;
	put32(&b, BYTE_ORDER_MAGIC);
	put(&b, version, sizeof(version));
	/* The length of the section is not known. */
	put32(&b, UINT32_MAX);
	put32(&b, UINT32_MAX);
	put_text(&b, OPT_COMMENT, comment);
	put_text(&b, SHB_USERAPPL, "ip-xdp-multi " VERSION);
	write_block(p, SECTION, &b);
}

static void put_filter(struct block *b, const char *filter)
{
	char *text = calloc(1, strlen(filter) + 2);

	/* The first byte marks the filter as text. */
	if (text)
		put_option(b, IF_FILTER, text,
			   1 + strlen(memcpy(text + 1, filter, strlen(filter))));
	free(text);
}

static void put_interface(struct pcapng *p, const char *ifname, const char *filter)
{
	const uint16_t link_type[2] = { LINKTYPE_ETHERNET, 0 };
	const uint8_t resolution = NANOSECONDS;
	struct block b;

	if (!open_block(p, &b))
		return;
	put(&b, link_type, sizeof(link_type));
	put32(&b, TRACE_SNAP_MAX);
	put_text(&b, IF_NAME, ifname);
	put_option(&b, IF_TSRESOL, &resolution, sizeof(resolution));
	if (filter && strlen(filter) < TEXT_MAX)
		put_filter(&b, filter);
	write_block(p, INTERFACE, &b);
}

int pcapng_begin(struct pcapng *p, const char *ifname, const char *comment, const char *filter,
		 struct report *r)
{
	/* A pipe cannot be truncated, and need not be. */
	if (p->path && ftruncate(p->fd, 0) && errno != EINVAL)
		return cannot_write(p, errno, r);
	p->begun = true;
	put_section(p, comment);
	put_interface(p, ifname, filter);
	return 0;
}

int pcapng_flush(struct pcapng *p, struct report *r)
{
	write_pending(p);
	return p->err ? cannot_write(p, p->err, r) : 0;
}

/* ---- packets ---- */

static void put_verdict(struct block *b, uint64_t verdict)
{
	char value[1 + sizeof(verdict)] = { VERDICT_BPF_XDP };

	memcpy(value + 1, &verdict, sizeof(verdict));
	put_option(b, EPB_VERDICT, value, sizeof(value));
}

void pcapng_packet(struct pcapng *p, const struct traced_packet *packet, uint64_t number,
		   const char *comment)
{
	const uint32_t flags = FLAG_INBOUND;
	char change[CHANGE_TEXT_SIZE];
	struct block b;

	if (!open_block(p, &b))
		return;
	put32(&b, 0);
	put32(&b, packet->ns >> 32);
	put32(&b, packet->ns);
	put32(&b, packet->caplen);
	put32(&b, packet->len);
	put(&b, packet->data, packet->caplen);
	put_text(&b, OPT_COMMENT, comment);
	for (unsigned int i = 0; i < packet->n_steps; i++)
		if (packet->steps[i].change.any)
			put_text(&b, OPT_COMMENT, change_text(&packet->steps[i], change));
	put_option(&b, EPB_FLAGS, &flags, sizeof(flags));
	put_option(&b, EPB_DROPCOUNT, &packet->lost, sizeof(packet->lost));
	put_option(&b, EPB_PACKETID, &number, sizeof(number));
	put_option(&b, EPB_QUEUE, &packet->queue, sizeof(packet->queue));
	for (unsigned int i = 0; i < packet->n_steps; i++)
		put_verdict(&b, packet->steps[i].verdict);
	write_block(p, PACKET, &b);
}

/* ---- the end ---- */

static void put_statistics(struct pcapng *p, uint64_t lost)
{
	struct timespec t;
	struct block b;
	uint64_t now;

	if (!open_block(p, &b))
		return;
	clock_gettime(CLOCK_REALTIME, &t);
	now = t.tv_sec * 1000000000ULL + t.tv_nsec;
	put32(&b, 0);
	put32(&b, now >> 32);
	put32(&b, now);
	put_option(&b, ISB_IFDROP, &lost, sizeof(lost));
	write_block(p, STATISTICS, &b);
}

int pcapng_close(struct pcapng *p, uint64_t lost, struct report *r)
{
	int err;

	if (p->fd < 0)
		return 0;
	if (p->begun)
		put_statistics(p, lost);
	write_pending(p);
	if (close(p->fd) && !p->err)
		p->err = errno;
	p->fd = -1;
	free(p->pending);
	p->pending = NULL;
	err = p->err && p->err != EPIPE ? cannot_write(p, p->err, r) : 0;
	if (!p->begun && p->created)
		unlink(p->path);
	return err;
}
