// SPDX-License-Identifier: GPL-2.0-or-later
/* Where a hook finds the host's files. */
#include "mounts.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int mounts_enter_init(struct report *r)
{
	struct stat own, init;
	int fd, err = 0;

	fd = open("/proc/1/ns/mnt", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	if (!fstat(fd, &init) && !stat("/proc/self/ns/mnt", &own) && init.st_ino != own.st_ino &&
	    setns(fd, CLONE_NEWNS))
		err = report_fail(
			r, STATUS_NOT_TRIED, errno,
			"The runtime has a mount namespace of its own, and process 1's cannot be entered: %s",
			strerror(errno));
	close(fd);
	return err;
}
