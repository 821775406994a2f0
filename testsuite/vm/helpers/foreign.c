// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Attach to a device what `ip link xdp multi` must leave alone:
 *
 *	foreign link DEV		a program that passes, by a bpf_link; it
 *					goes when this process ends
 *	foreign dispatcher DEV VERSION	a program that passes and looks like a
 *					dispatcher of that version with no entry, by
 *					netlink
 *	foreign linked DEV VERSION	the same by a bpf_link, as bpfman does; it stays
 *					where it is pinned, /sys/fs/bpf/foreign_link
 *	foreign again DEV ID		a program that is loaded already, by such a link
 *	foreign root DEV		a program that tail-calls what is in a map
 *	foreign bound DEV		a program that passes and is bound to the device
 *	foreign config DEV SIZE HEX [IDENT...]
 *					such a one whose config map has so many
 *					bytes, of which the first are these, and
 *					whose BTF has the labels for slot 0
 *
 * Says "ready" when it is there; `link` then waits to be killed.
 */
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <linux/bpf.h>
#include <linux/if_link.h>

#define MAGIC	   236
#define VALUE_SIZE 128
#define V1_SIZE	   84
/* BPF_F_XDP_DEV_BOUND_ONLY of newer headers */
#define DEV_BOUND_ONLY (1U << 6)

static const struct bpf_insn pass[] = {
	{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .imm = XDP_PASS },
	{ .code = BPF_JMP | BPF_EXIT },
};

static void die(const char *what)
{
	fprintf(stderr, "foreign: %s: %s\n", what, strerror(errno));
	exit(1);
}

static int checked(int fd, const char *what)
{
	if (fd < 0)
		die(what);
	return fd;
}

static void attach_link(int ifindex)
{
	int prog = bpf_prog_load(BPF_PROG_TYPE_XDP, "by_link", "GPL", pass, 2, NULL);

	checked(prog, "load");
	checked(bpf_link_create(prog, ifindex, BPF_XDP, NULL), "link");
	puts("ready");
	fflush(stdout);
	for (;;)
		pause();
}

/* libxdp's mark of a version: so many elements of an array behind a pointer. */
static void add_mark(struct btf *btf, unsigned int version)
{
	int byte = btf__add_int(btf, "unsigned char", 1, 0);
	int array = btf__add_array(btf, byte, byte, version);
	int var = btf__add_var(btf, "dispatcher_version", BTF_VAR_GLOBAL_ALLOCATED,
			       btf__add_ptr(btf, array));

	checked(btf__add_datasec(btf, "xdp_metadata", sizeof(void *)), "section");
	checked(btf__add_datasec_var_info(btf, var, 0, sizeof(void *)), "section");
}

/* What a dispatcher of ours says of its first entry, or anything like it. */
static void add_labels(struct btf *btf, char **idents)
{
	if (!*idents)
		return;
	checked(btf__add_enum(btf, "xdp_multi_slot_0", 4), "enum");
	for (; *idents; idents++)
		checked(btf__add_enum_value(btf, *idents, 0), *idents);
}

/* The BTF of "int xdp_dispatcher(struct xdp_md *ctx)"; returns the function. */
static int describe(struct btf *btf)
{
	int ret = btf__add_int(btf, "int", 4, BTF_INT_SIGNED);
	int ctx = btf__add_ptr(btf, btf__add_struct(btf, "xdp_md", 0));
	int proto = btf__add_func_proto(btf, ret);

	if (btf__add_func_param(btf, "ctx", ctx))
		die("BTF");
	return btf__add_func(btf, "xdp_dispatcher", BTF_FUNC_GLOBAL, proto);
}

static int make_config(const void *value, size_t size)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = BPF_F_RDONLY_PROG);
	int map = bpf_map_create(BPF_MAP_TYPE_ARRAY, "config", 4, size, 1, &opts);
	__u32 key = 0;

	checked(map, "map");
	checked(bpf_map_update_elem(map, &key, value, 0), "map");
	return map;
}

/* Fd of a dispatcher.  @mark: the version that the BTF tells, 0 for none */
static int make_dispatcher(const void *config, size_t size, unsigned int mark, char **labels)
{
	struct bpf_func_info func = { 0 };
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .expected_attach_type = BPF_XDP, .func_info = &func,
		    .func_info_cnt = 1, .func_info_rec_size = sizeof(func));
	struct btf *btf = btf__new_empty();
	int prog;

	func.type_id = describe(btf);
	add_labels(btf, labels);
	if (mark)
		add_mark(btf, mark);
	if (btf__load_into_kernel(btf))
		die("BTF");
	opts.prog_btf_fd = btf__fd(btf);
	prog = bpf_prog_load(BPF_PROG_TYPE_XDP, "xdp_dispatcher", "GPL", pass, 2, &opts);
	checked(prog, "load");
	checked(bpf_prog_bind_map(prog, make_config(config, size), NULL), "bind");
	return prog;
}

static void attach(int ifindex, int prog)
{
	checked(bpf_xdp_attach(ifindex, prog, XDP_FLAGS_DRV_MODE, NULL), "attach");
	puts("ready");
}

static int make_version(unsigned char version)
{
	unsigned char config[VALUE_SIZE] = { 0 };
	char *none = NULL;

	/* Version 1 tells its version in its BTF only. */
	if (version != 1) {
		config[0] = MAGIC;
		config[1] = version;
	}
	return make_dispatcher(config, version == 1 ? V1_SIZE : sizeof(config), version, &none);
}

static void attach_linked(int ifindex, int prog)
{
	int link = bpf_link_create(checked(prog, "program"), ifindex, BPF_XDP, NULL);

	checked(bpf_obj_pin(checked(link, "link"), "/sys/fs/bpf/foreign_link"), "pin");
	puts("ready");
}

/* bpf_tail_call(ctx, map, 0); return XDP_PASS; */
static void attach_root(int ifindex)
{
	int map = bpf_map_create(BPF_MAP_TYPE_PROG_ARRAY, "root_array", 4, 4, 3, NULL);
	struct bpf_insn root[] = {
		{ .code = BPF_LD | BPF_DW | BPF_IMM,
		  .dst_reg = 2,
		  .src_reg = BPF_PSEUDO_MAP_FD,
		  .imm = map },
		{ 0 },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 3, .imm = 0 },
		{ .code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_tail_call },
		pass[0],
		pass[1],
	};

	checked(map, "map");
	attach(ifindex, checked(bpf_prog_load(BPF_PROG_TYPE_XDP, "xdp_root", "GPL", root,
					      sizeof(root) / sizeof(root[0]), NULL),
				"load"));
}

static void attach_bound(int ifindex)
{
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .expected_attach_type = BPF_XDP,
		    .prog_flags = DEV_BOUND_ONLY, .prog_ifindex = ifindex);

	attach(ifindex,
	       checked(bpf_prog_load(BPF_PROG_TYPE_XDP, "bound", "GPL", pass, 2, &opts), "load"));
}

static void attach_config(int ifindex, size_t size, const char *hex, char **labels)
{
	unsigned char *config = calloc(1, size + 1);

	if (!config)
		die("config");
	for (size_t i = 0; i < size && sscanf(hex, "%2hhx", &config[i]) == 1; i++)
		hex += 2;
	attach(ifindex, make_dispatcher(config, size, 0, labels));
	free(config);
}

int main(int argc, char **argv)
{
	int ifindex = argc > 2 ? if_nametoindex(argv[2]) : 0;

	if (ifindex && argc == 3 && !strcmp(argv[1], "link"))
		attach_link(ifindex);
	else if (ifindex && argc == 4 && !strcmp(argv[1], "dispatcher"))
		attach(ifindex, make_version(atoi(argv[3])));
	else if (ifindex && argc == 4 && !strcmp(argv[1], "linked"))
		attach_linked(ifindex, make_version(atoi(argv[3])));
	else if (ifindex && argc == 4 && !strcmp(argv[1], "again"))
		attach_linked(ifindex, bpf_prog_get_fd_by_id(atoi(argv[3])));
	else if (ifindex && argc == 3 && !strcmp(argv[1], "root"))
		attach_root(ifindex);
	else if (ifindex && argc == 3 && !strcmp(argv[1], "bound"))
		attach_bound(ifindex);
	else if (ifindex && argc >= 5 && !strcmp(argv[1], "config"))
		attach_config(ifindex, strtoul(argv[3], NULL, 0), argv[4], argv + 5);
	else
		return 1;
	return 0;
}
