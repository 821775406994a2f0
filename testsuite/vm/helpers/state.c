// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the kernel and the bpffs hold of the chains of devices, without the code
 * that is tested. Ids are left out but for those of the first lines, so that two
 * chains of the same programs print the same.
 *
 *	state [-c] DEV...
 *
 *	id DEV ID			the program that is attached
 *	DEV native TAG verdict V	its mode, what it does with a packet
 *	DEV config HEX			the map that it is described by
 *	DEV slot N NAME TAG HOW		a program that it runs: "call" or "link"
 *	DEV slot N map NAME keys K	a hash table of that program
 *	DEV slot N map NAME HEX		its .rodata, but not the labels that we give it
 *	pin DEV/FILE WHAT		a pin of it: "prog N", "link N", "calls" or
 *					"dispatcher" as it should be; else "wrong"
 *	stale PATH			any other file below "xdp"
 *	map NAME			a file in the directory "maps"
 *	count PROGS MAPS LINKS		with -c: all in this kernel
 */
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <linux/bpf.h>

#include "kernel/netlink.h"

#define STORE	 "/sys/fs/bpf/xdp"
#define MAPS_DIR "/sys/fs/bpf/maps"
#define SLOTS	 250
#define MAPS	 64
#define DEVS	 8

/* struct slot - what runs there; its program is known by its id */
struct slot {
	__u32 prog;
	__u32 func;
	bool linked;
};

struct device {
	const char *name;
	int ifindex;
	bool native;
	__u32 id;
	__u32 calls; /* id of the tail-call map */
	struct slot slots[SLOTS];
	unsigned int n;
};

static struct device devices[DEVS];
static unsigned int n_devices;

static bool prog_info(int fd, struct bpf_prog_info *info)
{
	__u32 len = sizeof(*info);

	return fd >= 0 && !bpf_obj_get_info_by_fd(fd, info, &len);
}

static void print_hex(const unsigned char *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		printf("%02x", bytes[i]);
}

/* A packet of zeroes, run for its verdict. */
static int verdict_of(int fd)
{
	unsigned char packet[64] = { 0 };
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = packet, .data_size_in = sizeof(packet),
		    .repeat = 1);

	return bpf_prog_test_run_opts(fd, &opts) ? -1 : (int)opts.retval;
}

/* ---- what runs ---- */

static void read_calls(struct device *d, int map, const struct bpf_map_info *m)
{
	d->calls = m->id;
	for (__u32 i = 0; i < m->max_entries && i < SLOTS; i++) {
		__u32 id = 0;

		if (!bpf_map_lookup_elem(map, &i, &id) && id)
			d->slots[i].prog = id;
	}
}

static void print_value(int map, const struct bpf_map_info *m)
{
	unsigned char *value = calloc(1, m->value_size);
	__u32 key = 0;

	if (value && !bpf_map_lookup_elem(map, &key, value))
		print_hex(value, m->value_size);
	printf("\n");
	free(value);
}

static void read_maps(struct device *d, const __u32 *ids, unsigned int n)
{
	for (unsigned int i = 0; i < n && i < MAPS; i++) {
		struct bpf_map_info m = { 0 };
		__u32 len = sizeof(m);
		int fd = bpf_map_get_fd_by_id(ids[i]);

		if (fd < 0 || bpf_obj_get_info_by_fd(fd, &m, &len))
			continue;
		if (m.type == BPF_MAP_TYPE_PROG_ARRAY)
			read_calls(d, fd, &m);
		else if (m.map_flags & BPF_F_RDONLY_PROG && printf("%s config ", d->name))
			print_value(fd, &m);
		close(fd);
	}
}

/* Links go behind the slots that are called; their order is that of the
 * functions which they replace. */
static void add_link(struct device *d, __u32 prog, __u32 func)
{
	unsigned int i = d->n;

	if (d->n == SLOTS)
		return;
	for (; i > 0 && d->slots[i - 1].linked && d->slots[i - 1].func > func; i--)
		d->slots[i] = d->slots[i - 1];
	d->slots[i] = (struct slot){ prog, func, true };
	d->n++;
}

/* Before Linux 5.13 a link does not tell what it replaces, but its pin does. */
static void read_pinned_links(struct device *d)
{
	for (unsigned int i = 0; i < SLOTS; i++) {
		static const char *const kinds[] = { "dispatch", "multi" };

		for (unsigned int kind = 0; kind < 2; kind++) {
			struct bpf_link_info info = { 0 };
			__u32 len = sizeof(info);
			char path[128];
			int fd;

			snprintf(path, sizeof(path), STORE "/%s-%d-%u/prog%u-link", kinds[kind],
				 d->ifindex, d->id, i);
			fd = bpf_obj_get(path);
			if (fd < 0)
				continue;
			if (!bpf_obj_get_info_by_fd(fd, &info, &len) && !info.tracing.target_obj_id)
				add_link(d, info.prog_id, i);
			close(fd);
		}
	}
}

static void read_links(void)
{
	__u32 id = 0;

	while (!bpf_link_get_next_id(id, &id)) {
		struct bpf_link_info info = { 0 };
		__u32 len = sizeof(info);
		int fd = bpf_link_get_fd_by_id(id);

		if (fd < 0)
			continue;
		if (!bpf_obj_get_info_by_fd(fd, &info, &len) && info.type == BPF_LINK_TYPE_TRACING)
			for (unsigned int i = 0; i < n_devices; i++)
				if (devices[i].id == info.tracing.target_obj_id)
					add_link(&devices[i], info.prog_id,
						 info.tracing.target_btf_id);
		close(fd);
	}
	for (unsigned int i = 0; i < n_devices; i++)
		if (devices[i].id)
			read_pinned_links(&devices[i]);
}

static unsigned int count_keys(int map, __u32 size)
{
	unsigned char *key = calloc(1, size);
	unsigned int n = 0;
	void *from = NULL;

	while (key && !bpf_map_get_next_key(map, from, key)) {
		from = key;
		n++;
	}
	free(key);
	return n;
}

/* What a program would lose with its maps. */
static void print_map(const char *slot, __u32 id)
{
	struct bpf_map_info m = { 0 };
	__u32 len = sizeof(m);
	int fd = bpf_map_get_fd_by_id(id);

	if (fd < 0 || bpf_obj_get_info_by_fd(fd, &m, &len))
		return;
	if (m.type == BPF_MAP_TYPE_HASH) {
		printf("%s map %s keys %u\n", slot, m.name, count_keys(fd, m.key_size));
	} else if (strstr(m.name, ".rodata") && strcmp(m.name, "multi.rodata")) {
		printf("%s map %s ", slot, m.name);
		print_value(fd, &m);
	}
	close(fd);
}

static void print_slot(const struct device *d, unsigned int i)
{
	__u32 maps[MAPS] = { 0 };
	struct bpf_prog_info info = { .map_ids = (unsigned long)maps, .nr_map_ids = MAPS };
	int fd = bpf_prog_get_fd_by_id(d->slots[i].prog);
	char slot[64];

	if (!prog_info(fd, &info))
		return;
	snprintf(slot, sizeof(slot), "%s slot %u", d->name, i);
	printf("%s %s ", slot, info.name);
	print_hex(info.tag, sizeof(info.tag));
	printf(" %s\n", d->slots[i].linked ? "link" : "call");
	for (unsigned int m = 0; m < info.nr_map_ids && m < MAPS; m++)
		print_map(slot, maps[m]);
	close(fd);
}

static void read_device(struct netlink *nl, struct device *d)
{
	struct report ignored = REPORT_INIT;
	struct bpf_prog_info info = { 0 };
	struct netlink_link link;
	__u32 maps[MAPS];
	int fd;

	if (netlink_link(nl, d->name, &link, &ignored)) {
		printf("%s\n", ignored.error);
		return;
	}
	d->ifindex = link.ifindex;
	d->id = link.native_id ? link.native_id : link.generic_id;
	printf("id %s %u\n", d->name, d->id);
	if (!d->id)
		return;
	info.map_ids = (unsigned long)maps;
	info.nr_map_ids = MAPS;
	fd = bpf_prog_get_fd_by_id(d->id);
	if (!prog_info(fd, &info))
		return;
	printf("%s %s ", d->name, link.native_id ? "native" : "generic");
	print_hex(info.tag, sizeof(info.tag));
	printf(" verdict %d\n", verdict_of(fd));
	read_maps(d, maps, info.nr_map_ids);
	while (d->n < SLOTS && d->slots[d->n].prog)
		d->n++;
	close(fd);
}

/* ---- pins ---- */

static struct device *device_of(const char *dir)
{
	unsigned int index, id;

	if (sscanf(dir, "dispatch-%u-%u", &index, &id) != 2 &&
	    sscanf(dir, "multi-%u-%u", &index, &id) != 2)
		return NULL;
	for (unsigned int i = 0; i < n_devices; i++)
		if (devices[i].id == id && devices[i].ifindex == (int)index)
			return &devices[i];
	return NULL;
}

/* What a pin holds, by the id of a program, or of the program of a link. */
static __u32 pinned(const char *path, __u32 *map)
{
	struct bpf_link_info link = { 0 };
	struct bpf_prog_info prog = { 0 };
	struct bpf_map_info info = { 0 };
	__u32 len = sizeof(info), id = 0;
	int fd = bpf_obj_get(path);

	*map = 0;
	if (fd < 0)
		return 0;
	if (strstr(path, "entries")) {
		if (!bpf_obj_get_info_by_fd(fd, &info, &len))
			*map = info.id;
	} else if (strstr(path, "-link")) {
		len = sizeof(link);
		if (!bpf_obj_get_info_by_fd(fd, &link, &len))
			id = link.prog_id;
	} else if (prog_info(fd, &prog)) {
		id = prog.id;
	}
	close(fd);
	return id;
}

static void print_pin(const struct device *d, const char *dir, const char *name)
{
	char path[1024];
	__u32 map, id;

	snprintf(path, sizeof(path), STORE "/%s/%s", dir, name);
	if (!d) {
		printf("stale %s\n", path);
		return;
	}
	id = pinned(path, &map);
	printf("pin %s/%.5s/%s ", d->name, dir, name);
	for (unsigned int i = 0; id && i < SLOTS; i++)
		if (d->slots[i].prog == id) {
			printf("%u\n", i);
			return;
		}
	if (id && id == d->id)
		printf("dispatcher\n");
	else
		printf("%s\n", map && map == d->calls ? "calls" : "wrong");
}

static int visible(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

static void print_pins(void)
{
	struct dirent **dirs, **files;
	int n = scandir(STORE, &dirs, visible, alphasort);

	for (int i = 0; i < n; i++) {
		const struct device *d = device_of(dirs[i]->d_name);
		char path[512];
		int m;

		snprintf(path, sizeof(path), STORE "/%s", dirs[i]->d_name);
		m = scandir(path, &files, visible, alphasort);
		if (!d)
			printf("stale %s\n", path);
		for (int k = 0; k < m; k++)
			print_pin(d, dirs[i]->d_name, files[k]->d_name);
	}
}

static void print_maps(void)
{
	struct dirent **files;
	int n = scandir(MAPS_DIR, &files, visible, alphasort);

	for (int i = 0; i < n; i++)
		printf("map %s\n", files[i]->d_name);
}

/* ---- counts ---- */

/* Nothing is opened: what is about to go can go. */
static unsigned int count(int (*next)(__u32 id, __u32 *next_id))
{
	unsigned int n = 0;
	__u32 id = 0;

	while (!next(id, &id))
		n++;
	return n;
}

int main(int argc, char **argv)
{
	struct report ignored = REPORT_INIT;
	bool counts = argc > 1 && !strcmp(argv[1], "-c");
	struct netlink *nl;

	if (counts)
		printf("count %u %u %u\n", count(bpf_prog_get_next_id), count(bpf_map_get_next_id),
		       count(bpf_link_get_next_id));
	if (netlink_open(&nl, &ignored))
		return 1;
	for (int i = 1 + counts; i < argc && n_devices < DEVS; i++) {
		devices[n_devices].name = argv[i];
		read_device(nl, &devices[n_devices++]);
	}
	netlink_close(nl);
	read_links();
	for (unsigned int i = 0; i < n_devices; i++)
		for (unsigned int slot = 0; slot < SLOTS; slot++)
			if (devices[i].slots[slot].prog)
				print_slot(&devices[i], slot);
	print_pins();
	print_maps();
	return 0;
}
