// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * List every BPF program, map and link in the kernel, one per line. bpftool
 * loads programs of its own for its lists; this leaves no trace. With MADE=FILE
 * in the environment, only those that are listed there, see bpf.so.c.
 *
 *	objects			all of them
 *	objects ids		of maps only the ids
 *	objects nomaps		without maps
 *	objects calls PIN	a pinned tail-call map: SLOT:ID of each
 *	objects netns		not these: the cookie of the network namespace, 0 for none
 *
 *	prog ID TYPE NAME
 *	map ID TYPE NAME
 *	link ID TYPE prog ID target ID func ID ifindex INDEX
 *
 * A tail-call map that somebody opens by its id just when its last user has
 * gone may stay for ever: Linux queues the clearing of such a map again, and
 * loses a reference. So that is done after a pause, or not at all.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <linux/bpf.h>

#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE 71
#endif

#define PAUSE 100000

static bool ours(const char *kind, __u32 id)
{
	const char *path = getenv("MADE");
	FILE *made = path ? fopen(path, "r") : NULL;
	bool found = !path;
	char k[8];
	__u32 i;

	while (made && !found && fscanf(made, "%7s %u", k, &i) == 2)
		found = i == id && !strcmp(k, kind);
	if (made)
		fclose(made);
	return found;
}

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
	printf("link %u %u prog %u target %u func %u ifindex %u\n", info.id, info.type,
	       info.prog_id, target, func, ifindex);
}

static void list_map_ids(void)
{
	__u32 id = 0;

	while (!bpf_map_get_next_id(id, &id))
		if (ours("map", id))
			printf("map %u\n", id);
}

/* Those of others are not even opened. */
static void list(const char *kind, int (*next)(__u32 id, __u32 *next_id), int (*open_id)(__u32 id),
		 void (*show)(int fd))
{
	__u32 id = 0;

	while (!next(id, &id)) {
		int fd = ours(kind, id) ? open_id(id) : -1;

		if (fd < 0)
			continue;
		show(fd);
		close(fd);
	}
}

static int calls(const char *pin)
{
	struct bpf_map_info info = { 0 };
	__u32 prog, len = sizeof(info);
	int fd = bpf_obj_get(pin);
	const char *gap = "";

	if (fd < 0 || bpf_obj_get_info_by_fd(fd, &info, &len))
		return 1;
	for (__u32 i = 0; i < info.max_entries; i++) {
		if (bpf_map_lookup_elem(fd, &i, &prog))
			continue;
		printf("%s%u:%u", gap, i, prog);
		gap = " ";
	}
	putchar('\n');
	return 0;
}

static int show_netns(void)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	unsigned long long cookie = 0;
	socklen_t size = sizeof(cookie);

	if (getsockopt(fd, SOL_SOCKET, SO_NETNS_COOKIE, &cookie, &size))
		cookie = 0;
	close(fd);
	printf("%llu\n", cookie);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "netns"))
		return show_netns();
	if (argc == 3 && !strcmp(argv[1], "calls"))
		return calls(argv[2]);
	list("prog", bpf_prog_get_next_id, bpf_prog_get_fd_by_id, show_prog);
	if (argc < 2) {
		usleep(PAUSE);
		list("map", bpf_map_get_next_id, bpf_map_get_fd_by_id, show_map);
	} else if (!strcmp(argv[1], "ids")) {
		list_map_ids();
	}
	list("link", bpf_link_get_next_id, bpf_link_get_fd_by_id, show_link);
	return 0;
}
