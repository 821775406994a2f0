// SPDX-License-Identifier: GPL-2.0-or-later
/* Is an interface still the one that it was? */
#include "kernel/presence.h"

#include <errno.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "kernel/kobj.h"

static int hold(int fd, int ifindex)
{
	__u32 key = 0, value = ifindex;

	return bpf_map_update_elem(fd, &key, &value, BPF_ANY) || bpf_map_freeze(fd) ? -errno : 0;
}

int presence_make(int ifindex, struct report *r)
{
	int fd = bpf_map_create(BPF_MAP_TYPE_DEVMAP, "multi_present", sizeof(__u32), sizeof(__u32),
				1, NULL);
	int err = fd < 0 ? -errno : hold(fd, ifindex);

	if (!err)
		return fd;
	if (fd >= 0)
		close(fd);
	return kobj_map_refused(r, -err, "The kernel refused a device map");
}

int presence_lasts(int fd)
{
	__u32 key = 0, value;

	if (!bpf_map_lookup_elem(fd, &key, &value))
		return 1;
	return errno == ENOENT ? 0 : -errno;
}
