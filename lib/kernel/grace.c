// SPDX-License-Identifier: GPL-2.0-or-later
/* Waiting until no packet is inside a program that was just replaced. */
#include "kernel/grace.h"

#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/membarrier.h>

bool grace_period(void)
{
	int fd;

	if (!syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0))
		return true;
	/* Taking its protocol hook out makes the kernel wait before close()
	 * returns. */
	fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, htons(ETH_P_LOOP));
	if (fd < 0)
		return false;
	close(fd);
	return true;
}
