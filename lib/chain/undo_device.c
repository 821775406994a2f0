// SPDX-License-Identifier: GPL-2.0-or-later
/* The interface of an unconfirmed change after which nothing is attached to it. */
#include "chain/undo_device.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel/kobj.h"
#include "kernel/netns.h"
#include "kernel/presence.h"

int undo_device_pin(int dir, const struct undo *u, struct report *r)
{
	int fd, err;

	if (u->new_id)
		return 0;
	fd = presence_make(u->ifindex, r);
	if (fd < 0)
		return fd;
	err = store_pin(dir, UNDO_DEVICE_PIN, fd, r);
	close(fd);
	return err;
}

__u64 undo_device_netns(void)
{
	struct stat st;

	return stat(NETNS_OWN, &st) ? 0 : st.st_ino;
}

/* An interface that is there has not been moved.  So its namespace is there too, and no other one
 * has got its inode.  Where namespaces have cookies, the caller compares these. */
static enum undo_device place_of(const struct undo *u)
{
	__u64 here = undo_device_netns();

	if (u->netns)
		return UNDO_DEVICE_SAME;
	if (!here || !u->netns_ino)
		return UNDO_DEVICE_UNSURE;
	return u->netns_ino == here ? UNDO_DEVICE_SAME : UNDO_DEVICE_ELSEWHERE;
}

int undo_device_look(int dir, struct undo *u, struct report *r)
{
	int fd, is;

	if (u->new_id)
		return 0;
	fd = store_get(dir, UNDO_DEVICE_PIN, NULL);
	is = fd < 0 ? fd : presence_lasts(fd);
	if (fd >= 0)
		close(fd);
	if (is < 0 && kobj_is_shortage(-is))
		return report_fail(r, STATUS_NOT_TRIED, -is,
				   "Cannot find out whether the interface is still the same: %s",
				   strerror(-is));
	if (is < 0)
		u->device = UNDO_DEVICE_UNSURE;
	else
		u->device = is ? place_of(u) : UNDO_DEVICE_GONE;
	return 0;
}
