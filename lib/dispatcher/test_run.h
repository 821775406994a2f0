/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs test packets through a program that is not attached. */
#ifndef XM_TEST_RUN_H
#define XM_TEST_RUN_H

#include <linux/types.h>

#include "model/report.h"

/* The kernel takes no packet that is shorter than its link layer header. */
#define TEST_RUN_MIN 14

/*
 * The maximum length of a packet in one buffer: a page without the room that the kernel
 * needs before and after the packet.
 */
#define TEST_RUN_LINEAR_MAX 3456
#define TEST_RUN_MAX	    65535

/*
 * struct test_run - one packet
 * @packet, @len: as it comes in
 * @ifindex: of the device that it seems to come from; before Linux 5.15, and for one
 *	     that is of another namespace, it is lo
 * @repeat: how often; a program that alters the packet meets it altered then
 * @result: what the program returned
 * @len_out: how long the packet is then
 * @ns: what one run took, on average
 */
struct test_run {
	const void *packet;
	unsigned int len;
	int ifindex;
	unsigned int repeat;
	__u32 result;
	unsigned int len_out;
	unsigned int ns;
};

/* test_run() - run a packet through an XDP program.  0 or -errno. */
int test_run(int prog_fd, struct test_run *run, struct report *r);

#endif
