// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Send frames as they are, or each of them N times.
 *
 *	send [-N] DEV HEX...
 */
#include <errno.h>
#include <net/if.h>
#include <netpacket/packet.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define FRAME_MAX 2048

static void __attribute__((noreturn)) die(const char *what)
{
	fprintf(stderr, "send: %s: %s\n", what, strerror(errno));
	exit(1);
}

static size_t bytes_of(const char *hex, unsigned char *frame)
{
	size_t n = 0;

	for (; hex[2 * n] && n < FRAME_MAX; n++)
		if (sscanf(hex + 2 * n, "%2hhx", &frame[n]) != 1)
			die(hex);
	return n;
}

/* The processor that sends is the one that receives: on one and the same no packet
 * overtakes another, and all are counted in one place. */
static void stay_here(void)
{
	cpu_set_t here;

	CPU_ZERO(&here);
	CPU_SET(sched_getcpu(), &here);
	if (sched_setaffinity(0, sizeof(here), &here))
		die("cannot stay on one processor");
}

int main(int argc, char **argv)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET };
	unsigned char frame[FRAME_MAX];
	int fd = socket(AF_PACKET, SOCK_RAW, 0);
	int times = argc > 1 && *argv[1] == '-' ? -atoi(argv[1]) : 1;

	if (argc > 1 && *argv[1] == '-') {
		argc--;
		argv++;
	}
	stay_here();
	to.sll_ifindex = argc > 1 ? if_nametoindex(argv[1]) : 0;
	if (!to.sll_ifindex || fd < 0 || bind(fd, (struct sockaddr *)&to, sizeof(to)))
		die("no device");
	for (int i = 2; i < argc; i++) {
		size_t n = bytes_of(argv[i], frame);

		for (int k = 0; k < times; k++)
			if (send(fd, frame, n, 0) != (ssize_t)n)
				die(argv[i]);
	}
	return 0;
}
