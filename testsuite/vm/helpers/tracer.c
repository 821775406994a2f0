// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Programs that have nothing to do with XDP, but have numbers that look like it.
 *
 *	tracer burn ID			use up program ids until the next one is ID
 *	tracer fentry MODULE FUNCTION N	N links to a function of a module; prints
 *					"target ID" and stays until its stdin ends
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <linux/bpf.h>

static const struct bpf_insn return_0[] = {
	{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0 },
	{ .code = BPF_JMP | BPF_EXIT },
};

#define N_INSNS (sizeof(return_0) / sizeof(return_0[0]))

static int fail(const char *what)
{
	fprintf(stderr, "tracer: %s: %s\n", what, strerror(errno));
	return 1;
}

static int burn(__u32 id)
{
	__u32 last;

	if (!id || id > 1000000)
		return 1;
	do {
		struct bpf_prog_info info = { 0 };
		__u32 len = sizeof(info);
		int fd = bpf_prog_load(BPF_PROG_TYPE_SOCKET_FILTER, NULL, "GPL", return_0, N_INSNS,
				       NULL);

		if (fd < 0 || bpf_obj_get_info_by_fd(fd, &info, &len))
			return fail("cannot load a program");
		close(fd);
		last = info.id;
	} while (last + 1 < id);
	return last + 1 > id;
}

static int print_target(int link)
{
	struct bpf_link_info info = { 0 };
	__u32 len = sizeof(info);

	if (bpf_obj_get_info_by_fd(link, &info, &len))
		return fail("no link");
	printf("target %u\n", info.tracing.target_obj_id);
	fflush(stdout);
	return 0;
}

/* The kernel's own fd of a module's BTF. */
static int btf_of(const char *module)
{
	__u32 id = 0;

	while (!bpf_btf_get_next_id(id, &id)) {
		char name[64] = "";
		struct bpf_btf_info info = {
			.name = (unsigned long)name,
			.name_len = sizeof(name),
		};
		__u32 len = sizeof(info);
		int fd = bpf_btf_get_fd_by_id(id);

		if (fd >= 0 && !bpf_obj_get_info_by_fd(fd, &info, &len) && !strcmp(name, module))
			return fd;
		if (fd >= 0)
			close(fd);
	}
	return -1;
}

static int fentry(const char *module, const char *function, int n)
{
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .expected_attach_type = BPF_TRACE_FENTRY);
	struct btf *vmlinux = btf__load_vmlinux_btf();
	struct btf *btf = btf__load_module_btf(module, vmlinux);
	int id = btf ? btf__find_by_name_kind(btf, function, BTF_KIND_FUNC) : -1;
	int link = -1;

	if (id < 0)
		return fail("no such function");
	opts.attach_btf_id = id;
	opts.attach_btf_obj_fd = btf_of(module);
	for (int i = 0; i < n; i++) {
		int prog =
			bpf_prog_load(BPF_PROG_TYPE_TRACING, NULL, "GPL", return_0, N_INSNS, &opts);

		link = prog < 0 ? -1 : bpf_raw_tracepoint_open(NULL, prog);
		if (link < 0)
			return fail("cannot link");
	}
	if (print_target(link))
		return 1;
	while (getchar() != EOF)
		;
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[1], "burn"))
		return burn(strtoul(argv[2], NULL, 10));
	if (argc == 5 && !strcmp(argv[1], "fentry"))
		return fentry(argv[2], argv[3], atoi(argv[4]));
	fprintf(stderr, "usage: tracer burn ID | fentry MODULE FUNCTION N\n");
	return 1;
}
