// SPDX-License-Identifier: GPL-2.0-or-later
/* Network namespaces: enter one without touching the mount namespace. */
#include "netns.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/vfs.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/magic.h>
#include <linux/nsfs.h>

#define NETNS_DIR "/run/netns"

/* O_NONBLOCK: a path can lead to a FIFO, which must not make us wait. */
static int open_path(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	return fd < 0 ? -errno : fd;
}

static int open_below(const char *before, const char *name, const char *after)
{
	char path[PATH_MAX];
	int len;

	len = snprintf(path, sizeof(path), "%s%s%s", before, name, after);
	if (len >= (int)sizeof(path))
		return -ENAMETOOLONG;
	return open_path(path);
}

static bool is_pid(const char *name)
{
	return name[0] && name[strspn(name, "0123456789")] == '\0';
}

/* A name wins over a process id, as in "ip link set netns". */
static int open_any(const char *name)
{
	int fd;

	if (!name[0])
		return -ENOENT;
	if (strchr(name, '/'))
		return open_path(name);
	fd = open_below(NETNS_DIR "/", name, "");
	if (fd == -ENOENT && is_pid(name))
		fd = open_below("/proc/", name, "/ns/net");
	return fd;
}

/* The file system first: on other files the ioctl's number means other things */
static bool is_netns(int fd)
{
	struct statfs fs;

	return fstatfs(fd, &fs) == 0 && fs.f_type == NSFS_MAGIC &&
	       ioctl(fd, NS_GET_NSTYPE) == CLONE_NEWNET;
}

int netns_open(const char *name, struct report *r)
{
	int fd = open_any(name);

	if (fd < 0)
		return report_fail(r, STATUS_USAGE, -fd,
				   "Cannot open network namespace \"%s\": %s",
				   name, strerror(-fd));
	if (!is_netns(fd)) {
		close(fd);
		return report_fail(r, STATUS_USAGE, EINVAL,
				   "\"%s\" is not a network namespace", name);
	}
	return fd;
}

int netns_enter(int fd, struct report *r)
{
	if (setns(fd, CLONE_NEWNET) < 0)
		return report_fail(r, STATUS_NOT_TRIED, errno,
				   "Cannot enter the network namespace: %s",
				   strerror(errno));
	return 0;
}

bool netns_same(int a, int b)
{
	struct stat sa, sb;

	return !fstat(a, &sa) && !fstat(b, &sb) && sa.st_dev == sb.st_dev &&
	       sa.st_ino == sb.st_ino;
}
