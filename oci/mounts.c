// SPDX-License-Identifier: GPL-2.0-or-later
/* Enters the mount namespace of the host. */
#include "mounts.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define INIT_MOUNTS "/proc/1/ns/mnt"

static int refuse(struct report *r, const char *what)
{
	return report_fail(
		r, STATUS_NOT_TRIED, errno,
		"Cannot %s " INIT_MOUNTS
		": %s: what is pinned in the runtime's own mount namespace may end with it; mount proc on /proc there, and run the runtime with CAP_SYS_ADMIN, CAP_SYS_CHROOT and CAP_SYS_PTRACE",
		what, strerror(errno));
}

static int enter(int fd, struct report *r)
{
	struct stat own, init;

	if (fstat(fd, &init) || stat("/proc/self/ns/mnt", &own))
		return refuse(r, "read");
	if (init.st_ino == own.st_ino && init.st_dev == own.st_dev)
		return 0;
	return setns(fd, CLONE_NEWNS) ? refuse(r, "enter") : 0;
}

int mounts_enter_init(struct report *r)
{
	int fd = open(INIT_MOUNTS, O_RDONLY | O_CLOEXEC), err;

	if (fd < 0)
		return refuse(r, "open");
	err = enter(fd, r);
	close(fd);
	return err;
}
