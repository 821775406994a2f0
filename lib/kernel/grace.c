// SPDX-License-Identifier: GPL-2.0-or-later
/* Waiting until no packet is inside a program that was just replaced. */
#include "kernel/grace.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/membarrier.h>

/* Of a kernel built with PREEMPT_RT; others do not have the file. */
static bool is_realtime(void)
{
	int fd = open("/sys/kernel/realtime", O_RDONLY | O_CLOEXEC);
	char flag = '0';

	if (fd < 0)
		return false;
	if (read(fd, &flag, 1) != 1)
		flag = '1';
	close(fd);
	return flag != '0';
}

/*
 * On a single processor membarrier(2) returns at once: the caller runs there, so nothing
 * else does.  With PREEMPT_RT another thread can still be in the middle of a packet, because
 * softirqs are threads that can be preempted.
 */
static bool membarrier_waits(void)
{
	return !is_realtime() || sysconf(_SC_NPROCESSORS_ONLN) > 1;
}

bool grace_period(void)
{
	int fd;

	if (membarrier_waits() && !syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0))
		return true;
	/* The kernel removes its protocol hook and waits before close() returns. */
	fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, htons(ETH_P_LOOP));
	if (fd < 0)
		return false;
	close(fd);
	return true;
}
