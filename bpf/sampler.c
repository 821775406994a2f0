// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Print the samples of bpf/sampler.bpf.c, one packet a line, until interrupted or until
 * COUNT packets are printed:
 *
 *	sampler MAP_ID [ COUNT ]
 *
 * "make" builds it with the rest; alone: cc -o sampler sampler.c -lbpf
 */
#include <stdio.h>
#include <stdlib.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include "sample.h"

static int print_sample(void *left, void *data, size_t size __attribute__((unused)))
{
	const struct sample *s = data;
	unsigned long *count = left;
	__u32 shown = s->length < SAMPLE_BYTES ? s->length : SAMPLE_BYTES;

	printf("%llu.%09llu if%u %u bytes:", (unsigned long long)s->time / 1000000000,
	       (unsigned long long)s->time % 1000000000, s->ifindex, s->length);
	for (__u32 i = 0; i < shown; i++)
		printf("%s%02x", i % 2 ? "" : " ", s->data[i]);
	printf("\n");
	fflush(stdout);
	/* A negative result ends ring_buffer__poll(). */
	return --*count ? 0 : -1;
}

int main(int argc, char *argv[])
{
	unsigned long count = argc > 2 ? strtoul(argv[2], NULL, 0) : 0;
	struct ring_buffer *ring;
	int map, err = 0;

	if (argc < 2) {
		fprintf(stderr, "usage: sampler MAP_ID [ COUNT ]\n");
		return 1;
	}
	map = bpf_map_get_fd_by_id(strtoul(argv[1], NULL, 0));
	ring = map < 0 ? NULL : ring_buffer__new(map, print_sample, &count, NULL);
	if (!ring) {
		perror("sampler: cannot open the ring buffer");
		return 1;
	}
	while (err >= 0)
		err = ring_buffer__poll(ring, -1);
	ring_buffer__free(ring);
	return argc > 2 && !count ? 0 : 1;
}
