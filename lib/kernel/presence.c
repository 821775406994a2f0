// SPDX-License-Identifier: GPL-2.0-or-later
/* Is an interface still the one that it was? */
#include "kernel/presence.h"

#include <errno.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <linux/bpf.h>

#include "kernel/kobj.h"

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

/* Something else may be pinned under its name, of which the kernel would return more bytes. */
static int check(int fd)
{
	struct kobj_map map;
	int err = kobj_map_info(fd, &map, NULL);

	if (err)
		return err;
	return map.type == BPF_MAP_TYPE_DEVMAP && map.key_size == sizeof(__u32) &&
			       map.value_size == sizeof(__u32)
		       ? 0
		       : -EINVAL;
}

int presence_lasts(int fd)
{
	__u32 key = 0, value;
	int err = check(fd);

	if (err)
		return err;
	if (!bpf_map_lookup_elem(fd, &key, &value))
		return 1;
	return errno == ENOENT ? 0 : -errno;
}
