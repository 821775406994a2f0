// SPDX-License-Identifier: GPL-2.0-or-later
/* The program that component programs are loaded against. */
#include "dispatcher/template.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <linux/bpf.h>

#include "kernel/caps.h"
#include "model/chain.h"

/*
 * On newer kernels a program that changes packet data can replace only a function that may
 * change it, too: a call that is never reached is enough.
 */
static const struct bpf_insn stub[] = {
	{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .imm = XDP_DISPATCHER_RETVAL },
	{ .code = BPF_JMP | BPF_JEQ | BPF_K, .off = 3, .imm = XDP_DISPATCHER_RETVAL },
	{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_2 },
	{ .code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_xdp_adjust_head },
	{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .imm = XDP_DISPATCHER_RETVAL },
	{ .code = BPF_JMP | BPF_EXIT },
};

static int refused(struct report *r, int err)
{
	char lacking[CAPS_TEXT_SIZE];

	if (err == EPERM && caps_lacking(CAPS_LOAD_XDP, lacking))
		return report_fail(r, STATUS_NOT_TRIED, err,
				   "Cannot load the dispatcher: requires %s", lacking);
	return report_fail(r, STATUS_REFUSED, err, "The kernel refused the dispatcher: %s",
			   strerror(err));
}

/* int multi_template(struct xdp_md *ctx) */
static int add_function(struct btf *btf)
{
	int ptr = btf__add_ptr(btf, btf__add_struct(btf, "xdp_md", 0));
	int proto = btf__add_func_proto(btf, btf__add_int(btf, "int", 4, BTF_INT_SIGNED));

	if (btf__add_func_param(btf, "ctx", ptr))
		return -ENOMEM;
	return btf__add_func(btf, TEMPLATE_NAME, BTF_FUNC_GLOBAL, proto);
}

static int load_btf(struct template *t)
{
	struct btf *btf = btf__new_empty();
	int func = btf ? add_function(btf) : -ENOMEM;
	int err = func < 0 ? -ENOMEM : btf__load_into_kernel(btf);

	if (!err) {
		t->func = func;
		t->btf = fcntl(btf__fd(btf), F_DUPFD_CLOEXEC, 3);
		err = t->btf < 0 ? -errno : 0;
	}
	btf__free(btf);
	return err;
}

static int load(const struct template *t, enum bpf_prog_type type, const char *name,
		const struct bpf_insn *insns, size_t n, struct bpf_prog_load_opts *opts)
{
	struct bpf_func_info info = { .type_id = t->func };
	int fd;

	opts->prog_btf_fd = t->btf;
	opts->func_info = &info;
	opts->func_info_cnt = 1;
	opts->func_info_rec_size = sizeof(info);
	fd = bpf_prog_load(type, name, "GPL", insns, n, opts);
	return fd < 0 ? -errno : fd;
}

int template_load(int ifindex, struct template *t, struct report *r)
{
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .expected_attach_type = BPF_XDP,
		    .prog_flags = ifindex ? XDP_DISPATCHER_F_DEVBOUND : 0, .prog_ifindex = ifindex);
	int err;

	if (t->fd >= 0)
		return 0;
	err = load_btf(t);
	if (!err)
		t->fd = load(t, BPF_PROG_TYPE_XDP, TEMPLATE_NAME, stub,
			     sizeof(stub) / sizeof(stub[0]), &opts);
	if (!err && t->fd >= 0)
		return 0;
	err = err ? err : t->fd;
	template_close(t);
	return refused(r, -err);
}

int template_load_ext(const struct template *t, const char *name, const struct bpf_insn *insns,
		      size_t n, __u32 flags)
{
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .prog_flags = flags, .attach_prog_fd = t->fd,
		    .attach_btf_id = t->func);

	return load(t, BPF_PROG_TYPE_EXT, name, insns, n, &opts);
}

void template_close(struct template *t)
{
	if (t->fd >= 0)
		close(t->fd);
	if (t->btf >= 0)
		close(t->btf);
	t->fd = t->btf = -1;
}
