/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All that the kernel and the bpffs hold of chains, in every network namespace
 * that has a name: what is attached, all pins, and the maps that either leads to.
 *
 *	before = look();  ...  now = look();  find_map(now, before->maps[0].id)
 *
 * A process ends with what it cannot look at.
 */
#ifndef LOOK_H
#define LOOK_H

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <net/if.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <libmnl/libmnl.h>
#include <linux/bpf.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include "xdp_dispatcher.h"

#define MAX	  4096
#define MAX_IDS	  16384
#define MAX_KEYS  1024
#define PATH_SIZE 192

/*
 * struct attached - a program on a device
 * @ours: it is a dispatcher that we, or libxdp, can have made
 * @wrong: what its directory of pins lacks
 */
struct attached {
	ino_t netns;
	int ifindex;
	char name[IF_NAMESIZE];
	__u32 id;
	bool ours;
	char wrong[PATH_SIZE + 64];
};

/*
 * struct pin - below the root of the bpffs
 * @kind: 'p' program, 'm' map, 'l' link, 'd' directory, else '?'
 * @dir_ifindex, @dir_id: of a directory that is a dispatcher's
 * @in_dir: it lies in such a one
 */
struct pin {
	char path[PATH_SIZE];
	char kind;
	__u32 id;
	mode_t mode;
	int dir_ifindex;
	__u32 dir_id;
	bool in_dir;
};

/* struct link - of an extension */
struct link {
	__u32 id;
	__u32 prog;
	__u32 target;
};

/*
 * struct map - one that is attached or pinned, or that leads on from there
 * @runs: a program of a chain that is attached uses it
 * @hash: of its contents, whatever their order
 */
struct map {
	__u32 id;
	__u32 type;
	__u32 flags;
	char name[BPF_OBJ_NAME_LEN];
	bool runs;
	__u64 hash;
};

/*
 * struct world
 * @packets: that came in, on the devices of this namespace, when it was looked at
 * @packets_after: and when that was done
 * @made: how long the list of what was made here is, see objects.c
 */
struct world {
	__u64 packets;
	__u64 packets_after;
	off_t made;
	unsigned int n_attached, n_pins, n_links, n_maps, n_progs;
	struct attached attached[MAX];
	struct pin pins[MAX];
	struct link links[MAX];
	struct map maps[MAX];
	__u32 progs[MAX];
	unsigned int n_ids[3];
	__u32 ids[3][MAX_IDS];
};

static _Noreturn void die(const char *what)
{
	perror(what);
	exit(125);
}

#define NEW(w, what) (&(w)->what[(w)->n_##what < MAX ? (w)->n_##what++ : (die(#what), 0)])

/* ---- to be asked ---- */

static const struct attached *find_attached(const struct world *w, ino_t netns, int ifindex)
{
	for (unsigned int i = 0; i < w->n_attached; i++)
		if (w->attached[i].netns == netns && w->attached[i].ifindex == ifindex)
			return &w->attached[i];
	return NULL;
}

/* runs() - in whatever namespace */
static bool runs(const struct world *w, int ifindex, __u32 id)
{
	for (unsigned int i = 0; i < w->n_attached; i++)
		if (w->attached[i].ifindex == ifindex && w->attached[i].id == id)
			return true;
	return false;
}

static const struct pin *find_pin(const struct world *w, const char *path)
{
	for (unsigned int i = 0; i < w->n_pins; i++)
		if (!strcmp(w->pins[i].path, path))
			return &w->pins[i];
	return NULL;
}

static const struct map *find_map(const struct world *w, __u32 id)
{
	for (unsigned int i = 0; i < w->n_maps; i++)
		if (w->maps[i].id == id)
			return &w->maps[i];
	return NULL;
}

/* ---- ids: nothing is opened, what is about to go can go ---- */

static int (*const next_id[])(__u32 id, __u32 *next) = { bpf_prog_get_next_id, bpf_map_get_next_id,
							 bpf_link_get_next_id };

static void list_ids(struct world *w)
{
	const char *made = getenv("MADE");
	struct stat st;

	if (made && !stat(made, &st))
		w->made = st.st_size;
	for (unsigned int kind = 0; kind < 3; kind++)
		for (__u32 id = 0; !next_id[kind](id, &id);) {
			if (w->n_ids[kind] == MAX_IDS)
				die("ids");
			w->ids[kind][w->n_ids[kind]++] = id;
		}
}

static int compare_ids(const void *a, const void *b)
{
	__u32 x = *(const __u32 *)a, y = *(const __u32 *)b;

	return x < y ? -1 : x > y;
}

/* Where others use this kernel too: of those that have been listed since then. */
static __u32 something_made(const struct world *before, const char *path, unsigned int *kind)
{
	static const char *const kinds[] = { "prog", "map", "link" };
	FILE *made = fopen(path, "re");
	__u32 id, next, found = 0;
	char k[8];

	if (!made || fseek(made, before->made, SEEK_SET))
		die(path);
	while (!found && fscanf(made, "%7s %u", k, &id) == 2) {
		for (*kind = 0; *kind < 2 && strcmp(k, kinds[*kind]);)
			++*kind;
		if (!next_id[*kind](id - 1, &next) && next == id)
			found = id;
	}
	fclose(made);
	return found;
}

/* something_new() - an id that was not there; 0 if there is none */
static __u32 something_new(const struct world *before, unsigned int *kind)
{
	const char *made = getenv("MADE");

	if (made)
		return something_made(before, made, kind);
	for (*kind = 0; *kind < 3; ++*kind)
		for (__u32 id = 0; !next_id[*kind](id, &id);)
			if (!bsearch(&id, before->ids[*kind], before->n_ids[*kind], sizeof(id),
				     compare_ids))
				return id;
	return 0;
}

/* ---- devices ---- */

struct dump {
	struct world *w;
	ino_t netns;
	bool here;
	bool count_only;
	__u64 packets;
};

/* The ids of IFLA_XDP: of the mode that is used, or of each where there are many. */
static __u32 attached_id(const struct nlattr *xdp)
{
	const struct nlattr *attr;
	__u32 id = 0;

	mnl_attr_for_each_nested(attr, xdp)
	{
		int type = mnl_attr_get_type(attr);

		if (type == IFLA_XDP_DRV_PROG_ID || (type == IFLA_XDP_SKB_PROG_ID && !id))
			id = mnl_attr_get_u32(attr);
	}
	return id;
}

static int on_link(const struct nlmsghdr *nlh, void *arg)
{
	const struct ifinfomsg *ifi = mnl_nlmsg_get_payload(nlh);
	const char *name = "";
	const struct nlattr *attr;
	struct dump *d = arg;
	__u32 id = 0;

	mnl_attr_for_each(attr, nlh, sizeof(*ifi))
	{
		int type = mnl_attr_get_type(attr);
		struct rtnl_link_stats64 stats;

		if (type == IFLA_IFNAME)
			name = mnl_attr_get_str(attr);
		else if (type == IFLA_XDP)
			id = attached_id(attr);
		if (type != IFLA_STATS64 || !d->here)
			continue;
		memcpy(&stats, mnl_attr_get_payload(attr), sizeof(stats));
		d->packets += stats.rx_packets + stats.rx_dropped;
	}
	if (id && !d->count_only) {
		struct attached *a = NEW(d->w, attached);

		a->netns = d->netns;
		a->ifindex = ifi->ifi_index;
		a->id = id;
		snprintf(a->name, sizeof(a->name), "%s", name);
	}
	return MNL_CB_OK;
}

static void look_at_devices(struct dump *d)
{
	struct mnl_socket *nl = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	char buf[32768];
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	ssize_t n;

	if (!nl || mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID))
		die("netlink");
	nlh->nlmsg_type = RTM_GETLINK;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	mnl_nlmsg_put_extra_header(nlh, sizeof(struct ifinfomsg));
	if (mnl_socket_sendto(nl, nlh, nlh->nlmsg_len) < 0)
		die("netlink");
	while ((n = mnl_socket_recvfrom(nl, buf, sizeof(buf))) > 0)
		if (mnl_cb_run(buf, n, 0, mnl_socket_get_portid(nl), on_link, d) <= MNL_CB_STOP)
			break;
	mnl_socket_close(nl);
}

static ino_t inode_of(int fd)
{
	struct stat st;

	return fstat(fd, &st) ? 0 : st.st_ino;
}

/* The namespaces that have a name, as `ip netns` gives it, and this one. */
static void look_at_namespaces(struct world *w)
{
	int here = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	struct dump d = { .w = w, .netns = inode_of(here), .here = true };
	DIR *dir = opendir("/run/netns");
	ino_t first = d.netns;
	struct dirent *e;

	look_at_devices(&d);
	w->packets = d.packets;
	d.here = false;
	while (dir && (e = readdir(dir))) {
		int fd = openat(dirfd(dir), e->d_name, O_RDONLY | O_CLOEXEC);

		d.netns = inode_of(fd);
		if (d.netns != first && !setns(fd, CLONE_NEWNET))
			look_at_devices(&d);
		close(fd);
	}
	if (dir)
		closedir(dir);
	if (setns(here, CLONE_NEWNET))
		die("setns");
	close(here);
}

/* ---- links and pins ---- */

static void look_at_links(struct world *w)
{
	__u32 id = 0;

	while (!bpf_link_get_next_id(id, &id)) {
		struct bpf_link_info info = { 0 };
		__u32 len = sizeof(info);
		int fd = bpf_link_get_fd_by_id(id);

		if (fd < 0)
			continue;
		/* An attach type is fentry's and the like, whose target is a BTF object. */
		if (!bpf_obj_get_info_by_fd(fd, &info, &len) &&
		    info.type == BPF_LINK_TYPE_TRACING && !info.tracing.attach_type)
			*NEW(w, links) =
				(struct link){ id, info.prog_id, info.tracing.target_obj_id };
		close(fd);
	}
}

/* nftw() passes nothing on. */
static struct world *walked;
static size_t root_length;

/* What is pinned there, as the name of its file tells. */
static char pinned(const char *path, __u32 *id)
{
	union {
		struct bpf_prog_info prog;
		struct bpf_map_info map;
		struct bpf_link_info link;
	} info = { 0 };
	__u32 len = sizeof(info);
	char self[32], name[32] = "";
	int fd = bpf_obj_get(path);

	*id = 0;
	snprintf(self, sizeof(self), "/proc/self/fd/%d", fd);
	if (fd < 0 || readlink(self, name, sizeof(name) - 1) < 0)
		return '?';
	if (!bpf_obj_get_info_by_fd(fd, &info, &len))
		*id = strstr(name, "map")    ? info.map.id
		      : strstr(name, "prog") ? info.prog.id
					     : info.link.id;
	close(fd);
	return strstr(name, "map") ? 'm' : strstr(name, "prog") ? 'p' : 'l';
}

/* "/xdp/", or where that link leads which the system's ip makes. */
static char xdp_dir[NAME_MAX + 3];

static void find_xdp_dir(const char *root)
{
	char path[PATH_MAX], target[PATH_MAX];
	const char *base;
	ssize_t len;

	snprintf(path, sizeof(path), "%s/xdp", root);
	len = readlink(path, target, sizeof(target) - 1);
	while (len > 1 && target[len - 1] == '/')
		len--;
	target[len < 0 ? 0 : len] = '\0';
	base = strrchr(target, '/');
	base = base && base[1] ? base + 1 : target;
	snprintf(xdp_dir, sizeof(xdp_dir), "/%.*s/", NAME_MAX, *base ? base : "xdp");
}

static int on_file(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	const char *base = path + ftw->base;
	struct pin *p;

	/* The lock's directory and the kernel's own files may come and go. */
	if (!ftw->level || (ftw->level == 1 && !strcmp(base, "xdp")) || strstr(base, ".debug"))
		return 0;
	p = NEW(walked, pins);
	snprintf(p->path, sizeof(p->path), "%s", path);
	p->mode = st->st_mode;
	p->kind = type == FTW_D ? 'd' : type == FTW_F ? pinned(path, &p->id) : '?';
	if (ftw->level < 2 || strncmp(path + root_length, xdp_dir, strlen(xdp_dir)))
		return 0;
	p->in_dir = ftw->level == 3;
	if (ftw->level == 2 && sscanf(base, "dispatch-%d-%u", &p->dir_ifindex, &p->dir_id) != 2 &&
	    sscanf(base, "multi-%d-%u", &p->dir_ifindex, &p->dir_id) != 2)
		p->dir_id = 0;
	return 0;
}

static void look_at_pins(struct world *w)
{
	const char *root = getenv("LIBXDP_BPFFS");

	if (!root)
		root = "/sys/fs/bpf";
	walked = w;
	root_length = strlen(root);
	find_xdp_dir(root);
	nftw(root, on_file, 16, FTW_PHYS | FTW_MOUNT);
}

/* Before Linux 5.13 a link does not tell what it replaces, but its pin does. */
static void name_targets(struct world *w)
{
	for (unsigned int i = 0; i < w->n_pins; i++) {
		const struct pin *p = &w->pins[i];
		const char *dir = p->path + root_length + strlen(xdp_dir);
		int ifindex;
		__u32 id;

		if (!p->in_dir || p->kind != 'l' ||
		    (sscanf(dir, "dispatch-%d-%u/", &ifindex, &id) != 2 &&
		     sscanf(dir, "multi-%d-%u/", &ifindex, &id) != 2))
			continue;
		for (unsigned int k = 0; k < w->n_links; k++)
			if (w->links[k].id == p->id && !w->links[k].target)
				w->links[k].target = id;
	}
}

/* ---- programs and maps ---- */

static void visit_prog(struct world *w, __u32 id, bool running);

static __u64 hash_bytes(__u64 hash, const unsigned char *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		hash = (hash ^ bytes[i]) * 1099511628211ULL;
	return hash;
}

static size_t size_of_value(const struct bpf_map_info *info)
{
	switch (info->type) {
	case BPF_MAP_TYPE_PERCPU_HASH:
	case BPF_MAP_TYPE_PERCPU_ARRAY:
	case BPF_MAP_TYPE_LRU_PERCPU_HASH:
		return (info->value_size + 7) / 8 * 8 * libbpf_num_possible_cpus();
	default:
		return info->value_size;
	}
}

/* A table of calls is emptied, in the kernel's own time, once neither a pin nor a
 * descriptor holds it, although programs still use it. */
static bool keeps_contents(const struct world *w, const struct bpf_map_info *info)
{
	if (info->type != BPF_MAP_TYPE_PROG_ARRAY)
		return true;
	for (unsigned int i = 0; i < w->n_pins; i++)
		if (w->pins[i].kind == 'm' && w->pins[i].id == info->id)
			return true;
	return false;
}

/* A hash of what is in it; what it leads to is visited. */
static __u64 contents(struct world *w, int fd, const struct bpf_map_info *info, bool running)
{
	size_t size = size_of_value(info);
	unsigned char *key = calloc(1, info->key_size + 1), *value = calloc(1, size + 8);
	void *from = NULL;
	__u64 hash = 0;

	for (int i = 0; key && value && i < MAX_KEYS; i++) {
		if (bpf_map_get_next_key(fd, from, key))
			break;
		from = key;
		if (bpf_map_lookup_elem(fd, key, value))
			continue;
		hash += hash_bytes(hash_bytes(14695981039346656037ULL, key, info->key_size), value,
				   size);
		if (info->type == BPF_MAP_TYPE_PROG_ARRAY)
			visit_prog(w, *(__u32 *)value, running);
	}
	free(key);
	free(value);
	return hash;
}

static void visit_map(struct world *w, __u32 id, bool running, bool own)
{
	struct map *m = (struct map *)find_map(w, id);
	struct bpf_map_info info = { 0 };
	__u32 len = sizeof(info);
	int fd;

	if (m)
		m->runs |= running && !own;
	fd = m ? -1 : bpf_map_get_fd_by_id(id);
	if (fd < 0)
		return;
	if (!bpf_obj_get_info_by_fd(fd, &info, &len)) {
		m = NEW(w, maps);
		*m = (struct map){ .id = id, .type = info.type, .flags = info.map_flags };
		m->runs = running && !own && strncmp(info.name, "multi.", 6);
		memcpy(m->name, info.name, sizeof(m->name));
		if (keeps_contents(w, &info))
			m->hash = contents(w, fd, &info, running);
	}
	close(fd);
}

static bool visited(struct world *w, __u32 id)
{
	for (unsigned int i = 0; i < w->n_progs; i++)
		if (w->progs[i] == id)
			return true;
	*NEW(w, progs) = id;
	return false;
}

/* The maps of dispatchers and shims are not those of the programs in a chain. */
static void visit_prog(struct world *w, __u32 id, bool running)
{
	__u32 maps[64] = { 0 };
	struct bpf_prog_info info = { .map_ids = (unsigned long)maps, .nr_map_ids = 64 };
	__u32 len = sizeof(info);
	int fd = visited(w, id) ? -1 : bpf_prog_get_fd_by_id(id);

	if (fd < 0)
		return;
	if (!bpf_obj_get_info_by_fd(fd, &info, &len)) {
		bool own =
			!strcmp(info.name, XDP_DISPATCHER_NAME) || !strcmp(info.name, "multi_shim");

		for (__u32 i = 0; i < info.nr_map_ids && i < 64; i++)
			visit_map(w, maps[i], running, own);
	}
	close(fd);
	for (unsigned int i = 0; i < w->n_links; i++)
		if (w->links[i].target == id)
			visit_prog(w, w->links[i].prog, running);
}

/* ---- the directory of a dispatcher ---- */

/* pin_in() - the pin of that object in the directory; or by name if there is one */
static bool pin_in(const struct world *w, const char *dir, char kind, __u32 id, const char *name)
{
	size_t n = strlen(dir);

	for (unsigned int i = 0; i < w->n_pins; i++) {
		const struct pin *p = &w->pins[i];

		if (!strncmp(p->path, dir, n) && p->path[n] == '/' && p->kind == kind &&
		    (!id || p->id == id) && (!name || !strcmp(p->path + n + 1, name)))
			return true;
	}
	return false;
}

/* Its config: how many entries, -1 if it is none of ours. And its map of calls. */
static int read_config(__u32 id, __u32 *calls)
{
	__u32 maps[8] = { 0 };
	struct bpf_prog_info info = { .map_ids = (unsigned long)maps, .nr_map_ids = 8 };
	__u32 len = sizeof(info), key = 0;
	int fd = bpf_prog_get_fd_by_id(id), n = -1;

	if (fd < 0 || bpf_obj_get_info_by_fd(fd, &info, &len))
		return -1;
	close(fd);
	for (__u32 i = 0; i < info.nr_map_ids && i < 8; i++) {
		struct bpf_map_info m = { 0 };
		unsigned char value[8192] = { 0 };

		len = sizeof(m);
		fd = bpf_map_get_fd_by_id(maps[i]);
		if (fd < 0 || bpf_obj_get_info_by_fd(fd, &m, &len))
			continue;
		if (m.type == BPF_MAP_TYPE_PROG_ARRAY)
			*calls = m.id;
		else if (m.value_size <= sizeof(value) && !bpf_map_lookup_elem(fd, &key, value) &&
			 value[0] == XDP_DISPATCHER_MAGIC)
			n = value[1] == XDP_MULTI_VERSION ? value[2] | value[3] << 8 : value[2];
		close(fd);
	}
	return strcmp(info.name, XDP_DISPATCHER_NAME) ? -1 : n;
}

static bool is_slot_pin(const char *name, int n)
{
	int slot, end = 0;

	if (sscanf(name, "prog%d-%n", &slot, &end) != 1 || !end || slot >= n)
		return false;
	return !strcmp(name + end, "prog") || !strcmp(name + end, "link") ||
	       !strcmp(name + end, "entries");
}

static void check_extra_pins(const struct world *w, struct attached *a, const char *dir, int n)
{
	size_t len = strlen(dir);

	for (unsigned int i = 0; i < w->n_pins; i++) {
		const char *name = w->pins[i].path + len + 1;

		if (strncmp(w->pins[i].path, dir, len) || w->pins[i].path[len] != '/')
			continue;
		if (!is_slot_pin(name, n) && strcmp(name, "entries") && strcmp(name, "dispatcher"))
			snprintf(a->wrong, sizeof(a->wrong), "the pin %s is not its own", name);
	}
}

/* What is tail-called through a shim is pinned in its place. */
static bool is_shim(__u32 id)
{
	struct bpf_prog_info info = { 0 };
	__u32 len = sizeof(info);
	int fd = bpf_prog_get_fd_by_id(id);

	if (fd < 0)
		return false;
	bpf_obj_get_info_by_fd(fd, &info, &len);
	close(fd);
	return !strcmp(info.name, "multi_shim");
}

static void check_links(const struct world *w, struct attached *a, const char *dir)
{
	for (unsigned int i = 0; i < w->n_links; i++) {
		const struct link *l = &w->links[i];

		if (l->target != a->id)
			continue;
		if (!pin_in(w, dir, 'l', l->id, NULL))
			snprintf(a->wrong, sizeof(a->wrong), "link %u is not pinned", l->id);
		else if (!pin_in(w, dir, 'p', l->prog, NULL) && !is_shim(l->prog))
			snprintf(a->wrong, sizeof(a->wrong), "program %u is not pinned", l->prog);
	}
}

static void check_dir(const struct world *w, struct attached *a)
{
	const char *dir = NULL;
	__u32 calls = 0;
	int n = read_config(a->id, &calls);

	a->ours = n >= 0;
	for (unsigned int i = 0; i < w->n_pins; i++)
		if (w->pins[i].dir_id == a->id && w->pins[i].dir_ifindex == a->ifindex)
			dir = w->pins[i].path;
	if (!a->ours)
		return;
	if (!dir) {
		snprintf(a->wrong, sizeof(a->wrong), "it has no directory of pins");
		return;
	}
	for (int i = 0; i < n; i++) {
		char name[32];

		snprintf(name, sizeof(name), "prog%d-prog", i);
		if (!pin_in(w, dir, 'p', 0, name))
			snprintf(a->wrong, sizeof(a->wrong), "the pin %s is missing", name);
	}
	if (calls && !pin_in(w, dir, 'm', calls, "entries"))
		snprintf(a->wrong, sizeof(a->wrong), "its map of calls is not pinned");
	check_links(w, a, dir);
	check_extra_pins(w, a, dir, n);
}

static __u64 packets_now(struct world *w)
{
	struct dump d = { .w = w, .here = true, .count_only = true };

	look_at_devices(&d);
	return d.packets;
}

static struct world *look(void)
{
	struct world *w = calloc(1, sizeof(*w));

	if (!w)
		die("calloc");
	list_ids(w);
	look_at_namespaces(w);
	look_at_links(w);
	look_at_pins(w);
	name_targets(w);
	for (unsigned int i = 0; i < w->n_attached; i++)
		visit_prog(w, w->attached[i].id, true);
	for (unsigned int i = 0; i < w->n_pins; i++) {
		if (w->pins[i].kind == 'p')
			visit_prog(w, w->pins[i].id, false);
		else if (w->pins[i].kind == 'm')
			visit_map(w, w->pins[i].id, false, false);
	}
	for (unsigned int i = 0; i < w->n_attached; i++)
		check_dir(w, &w->attached[i]);
	w->packets_after = packets_now(w);
	return w;
}

#endif
