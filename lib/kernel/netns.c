// SPDX-License-Identifier: GPL-2.0-or-later
/* Network namespaces: enter one without touching the mount namespace. */
#include "kernel/netns.h"

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

#include "kernel/netlink.h"

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

/* 1, 0 or -errno.  The file system first: on other files the ioctl's number means
 * other things. */
static int is_netns(int fd)
{
	struct statfs fs;
	int type;

	if (fstatfs(fd, &fs))
		return -errno;
	if (fs.f_type != NSFS_MAGIC)
		return 0;
	type = ioctl(fd, NS_GET_NSTYPE);
	return type < 0 ? -errno : type == CLONE_NEWNET;
}

/* iproute2 takes a name that leads nowhere for a wrong word. */
static enum status open_status(int err)
{
	switch (err) {
	case -ENOENT:
	case -ENOTDIR:
	case -ENAMETOOLONG:
	case -ELOOP:
	case -ENXIO:
		return STATUS_USAGE;
	default:
		return STATUS_NOT_TRIED;
	}
}

static int cannot_open(const char *name, int err, struct report *r)
{
	return report_fail(r, open_status(err), -err, "Cannot open network namespace \"%s\": %s",
			   name, strerror(-err));
}

int netns_open(const char *name, struct report *r)
{
	int fd = open_any(name);
	int is = fd < 0 ? fd : is_netns(fd);

	if (is > 0)
		return fd;
	if (fd >= 0)
		close(fd);
	if (is < 0)
		return cannot_open(name, is, r);
	return report_fail(r, STATUS_USAGE, EINVAL, "\"%s\" is not a network namespace", name);
}

int netns_enter(int fd, struct report *r)
{
	if (setns(fd, CLONE_NEWNET) < 0)
		return report_fail(r, STATUS_NOT_TRIED, errno,
				   "Cannot enter the network namespace: %s", strerror(errno));
	return 0;
}

int netns_netlink(int fd, struct netlink **nl, struct report *r)
{
	int home = netns_open(NETNS_OWN, r);
	int err = home < 0 ? home : netns_enter(fd, r);

	if (!err) {
		err = netlink_open(nl, r);
		if (netns_enter(home, r)) {
			if (!err)
				netlink_close(*nl);
			err = -EIO;
		}
	}
	if (home >= 0)
		close(home);
	return err;
}

bool netns_same(int a, int b)
{
	struct stat sa, sb;

	return !fstat(a, &sa) && !fstat(b, &sb) && sa.st_dev == sb.st_dev && sa.st_ino == sb.st_ino;
}

int netns_is_at(int fd, const char *path, struct report *r)
{
	struct stat a, b;

	if (fstat(fd, &a) || stat(path, &b))
		return cannot_open(path, -errno, r);
	return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}
