// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * List every BPF program, map and link in the kernel, one per line. bpftool
 * loads programs of its own for its lists; this leaves no trace. The
 * argument "nomaps" leaves out maps, and opens none.
 *
 *	prog ID TYPE NAME
 *	map ID TYPE NAME
 *	link ID TYPE prog ID target ID func ID ifindex INDEX
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <linux/bpf.h>

static void show_prog(int fd)
{
	struct bpf_prog_info info = { 0 };
	__u32 len = sizeof(info);

	if (!bpf_obj_get_info_by_fd(fd, &info, &len))
		printf("prog %u %u %s\n", info.id, info.type, info.name);
}

static void show_map(int fd)
{
	struct bpf_map_info info = { 0 };
	__u32 len = sizeof(info);

	if (!bpf_obj_get_info_by_fd(fd, &info, &len))
		printf("map %u %u %s\n", info.id, info.type, info.name);
}

static void show_link(int fd)
{
	struct bpf_link_info info = { 0 };
	__u32 target = 0, func = 0, ifindex = 0, len = sizeof(info);

	if (bpf_obj_get_info_by_fd(fd, &info, &len))
		return;
	if (info.type == BPF_LINK_TYPE_TRACING) {
		target = info.tracing.target_obj_id;
		func = info.tracing.target_btf_id;
	} else if (info.type == BPF_LINK_TYPE_XDP) {
		ifindex = info.xdp.ifindex;
	}
	printf("link %u %u prog %u target %u func %u ifindex %u\n", info.id,
	       info.type, info.prog_id, target, func, ifindex);
}

static void list(int (*next)(__u32 id, __u32 *next_id),
		 int (*open_id)(__u32 id), void (*show)(int fd))
{
	__u32 id = 0;

	while (!next(id, &id)) {
		int fd = open_id(id);

		if (fd < 0)
			continue;
		show(fd);
		close(fd);
	}
}

int main(int argc, char **argv)
{
	list(bpf_prog_get_next_id, bpf_prog_get_fd_by_id, show_prog);
	if (argc < 2 || strcmp(argv[1], "nomaps"))
		list(bpf_map_get_next_id, bpf_map_get_fd_by_id, show_map);
	list(bpf_link_get_next_id, bpf_link_get_fd_by_id, show_link);
	return 0;
}
