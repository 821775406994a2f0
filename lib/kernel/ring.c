// SPDX-License-Identifier: GPL-2.0-or-later
/* A ring buffer, by libbpf. */
#include "kernel/ring.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/libbpf.h>

struct ring {
	struct ring_buffer *buffer;
	int (*fn)(const void *data, size_t size, void *arg);
	void *arg;
	bool stopped;
};

/* Some versions of libbpf continue after an error until the buffer is empty. */
static int got(void *ctx, void *data, size_t size)
{
	struct ring *ring = ctx;

	if (!ring->stopped && ring->fn(data, size, ring->arg))
		ring->stopped = true;
	return ring->stopped ? -ECANCELED : 0;
}

int ring_open(int map, struct ring **ring, struct report *r)
{
	*ring = calloc(1, sizeof(**ring));
	if (!*ring)
		return report_no_memory(r);
	(*ring)->buffer = ring_buffer__new(map, got, *ring, NULL);
	if ((*ring)->buffer)
		return 0;
	return report_fail(r, STATUS_NOT_TRIED, errno, "Cannot read the ring buffer: %s",
			   strerror(errno));
}

void ring_close(struct ring *ring)
{
	if (ring)
		ring_buffer__free(ring->buffer);
	free(ring);
}

int ring_fd(const struct ring *ring)
{
	return ring_buffer__epoll_fd(ring->buffer);
}

void ring_read(struct ring *ring, int (*fn)(const void *data, size_t size, void *arg), void *arg)
{
	ring->fn = fn;
	ring->arg = arg;
	ring->stopped = false;
	ring_buffer__consume(ring->buffer);
}
