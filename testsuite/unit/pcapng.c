// SPDX-License-Identifier: GPL-2.0-or-later
/* Packet files: what is in one when the disk is full. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../ip/pcapng.h"

#define N_PACKETS 100

static char path[] = "/tmp/pcapng-XXXXXX";
static const char data[60];
static const struct traced_packet packet = { .len = 60, .caplen = 60, .data = data };

/* How many blocks the file has; fails if the last one is not whole. */
static unsigned int count_blocks(void)
{
	FILE *in = fopen(path, "r");
	uint32_t head[2], tail;
	unsigned int n = 0;

	assert_non_null(in);
	for (; fread(head, sizeof(head), 1, in) == 1; n++) {
		assert_int_equal(fseek(in, head[1] - sizeof(head) - sizeof(tail), SEEK_CUR), 0);
		assert_int_equal(fread(&tail, sizeof(tail), 1, in), 1);
		assert_int_equal(tail, head[1]);
	}
	assert_int_equal(fgetc(in), EOF);
	fclose(in);
	return n;
}

/* Write packets, to a file of at most @limit bytes.  How many packets are in it. */
static unsigned int write_packets(rlim_t limit, int want, struct report *r)
{
	struct rlimit was, now;
	struct pcapng p;
	int flushed, closed;

	assert_int_equal(pcapng_open(&p, path, r), 0);
	assert_int_equal(pcapng_begin(&p, "v0", "comment", NULL, r), 0);
	for (unsigned int i = 0; i < N_PACKETS; i++)
		pcapng_packet(&p, &packet, i, "path");
	getrlimit(RLIMIT_FSIZE, &was);
	now = (struct rlimit){ limit, was.rlim_max };
	setrlimit(RLIMIT_FSIZE, &now);
	flushed = pcapng_flush(&p, r);
	setrlimit(RLIMIT_FSIZE, &was);
	/* What came before stays, and nothing comes behind a gap. */
	pcapng_packet(&p, &packet, N_PACKETS, "path");
	closed = pcapng_close(&p, 0, r);
	assert_int_equal(flushed, want);
	assert_int_equal(closed, want);
	return count_blocks();
}

static void whole(void **state)
{
	struct report r = REPORT_INIT;

	(void)state;
	/* A section, an interface, statistics. */
	assert_int_equal(write_packets(RLIM_INFINITY, 0, &r), N_PACKETS + 1 + 3);
}

static void full_disk(void **state)
{
	unsigned int before = 0;

	(void)state;
	for (rlim_t limit = 500; limit < 1500; limit += 10) {
		struct report r = REPORT_INIT;
		unsigned int n = write_packets(limit, -EFBIG, &r);

		assert_true(n >= before && n < N_PACKETS);
		assert_non_null(
			strstr(r.error, ": File too large; the file has the packets before"));
		before = n;
		report_free(&r);
	}
	assert_true(before > 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole),
		cmocka_unit_test(full_disk),
	};
	int failed, fd = mkstemp(path);

	if (fd < 0)
		return 1;
	close(fd);
	signal(SIGXFSZ, SIG_IGN);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(path);
	return failed;
}
