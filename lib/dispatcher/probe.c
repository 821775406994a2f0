// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests which features this host has, by using them. */
#include "dispatcher/probe.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <linux/bpf.h>

#include "kernel/caps.h"
#include "kernel/token.h"
#include "dispatcher/dispatcher.h"
#include "dispatcher/jit.h"
#include "dispatcher/libxdp.h"
#include "dispatcher/tailcalls.h"
#include "kernel/kobj.h"

static const struct bpf_insn return_pass[] = {
	{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .imm = VERDICT_PASS },
	{ .code = BPF_JMP | BPF_EXIT },
};

/* r2 = 0; adjust_head(ctx, r2); return PASS: newer kernels want the stub to
 * allow for changes of packet data, so the probe makes one. */
static const struct bpf_insn change_and_pass[] = {
	{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_2 },
	{ .code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_xdp_adjust_head },
	{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .imm = VERDICT_PASS },
	{ .code = BPF_JMP | BPF_EXIT },
};

int probe_frags(struct report *r)
{
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .expected_attach_type = BPF_XDP,
		    .prog_flags = XDP_DISPATCHER_F_FRAGS);
	char lacking[CAPS_TEXT_SIZE];
	int fd = bpf_prog_load(BPF_PROG_TYPE_XDP, NULL, "GPL", return_pass, 2, &opts);

	if (fd >= 0)
		close(fd);
	if (fd >= 0 || errno == EINVAL)
		return fd >= 0;
	if (errno == EPERM && caps_lacking(CAPS_LOAD_XDP, lacking))
		return report_fail(r, STATUS_NOT_TRIED, EPERM,
				   "Cannot load XDP programs: requires %s", lacking);
	return report_fail(
		r, STATUS_REFUSED, errno,
		"Cannot find out whether the kernel supports multi-buffer XDP programs (frags): %s",
		strerror(errno));
}

static int refused_extension(struct report *r, int err)
{
	char lacking[CAPS_TEXT_SIZE];

	if (err == EPERM && caps_lacking(CAPS_LOAD_EXT, lacking))
		return report_fail(r, STATUS_NOT_TRIED, err,
				   "Cannot load extension programs: requires %s", lacking);
	if (jit_refused(err, "load extension programs", r))
		return -err;
	return report_fail(r, STATUS_NOT_TRIED, err,
			   "This host refuses extension programs (BPF_PROG_TYPE_EXT): %s",
			   strerror(err));
}

/* A temporary failure or a missing capability says nothing about the host. */
static bool is_refusal(int err)
{
	char lacking[CAPS_TEXT_SIZE];

	return err == -EOPNOTSUPP || err == -KERNEL_ENOTSUPP || err == -EINVAL ||
	       (err == -EPERM && !caps_lacking(CAPS_LOAD_EXT, lacking));
}

static bool is_ext_refused(const struct template *t)
{
	LIBBPF_OPTS(bpf_link_create_opts, opts, .target_btf_id = t->func);
	int ext = template_load_ext(t, "probe", change_and_pass, 4, 0);
	int link;

	if (ext < 0)
		return is_refusal(ext);
	link = bpf_link_create(ext, t->fd, 0, &opts);
	if (link < 0)
		link = -errno;
	else
		close(link);
	close(ext);
	return is_refusal(link);
}

bool probe_ext_refused(struct template *t)
{
	if (t->ext == TEMPLATE_EXT_UNKNOWN && !template_load(0, t, NULL))
		t->ext = is_ext_refused(t) ? TEMPLATE_EXT_REFUSED : TEMPLATE_EXT_ALLOWED;
	return t->ext == TEMPLATE_EXT_REFUSED;
}

static int load_pass(enum bpf_attach_type type)
{
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .expected_attach_type = type);

	return bpf_prog_load(BPF_PROG_TYPE_XDP, "probe", "GPL", return_pass, 2, &opts);
}

static int load_calling_ext(const struct template *t, int map)
{
	const struct bpf_insn insns[] = { TAIL_CALL_FIRST(map) };

	return template_load_ext(t, "probe", insns, sizeof(insns) / sizeof(insns[0]), 0);
}

static enum feature probe_ext_calls(struct template *t)
{
	int map = tailcalls_make_map(1);
	int ext = map < 0 ? map : load_calling_ext(t, map);
	int callee = load_pass(0);
	enum feature works = FEATURE_UNKNOWN;
	__u32 key = 0;

	if (ext >= 0 && callee >= 0) {
		if (!bpf_map_update_elem(map, &key, &callee, 0))
			works = FEATURE_YES;
		else if (errno == EINVAL)
			works = FEATURE_NO;
	}
	if (callee >= 0)
		close(callee);
	if (ext >= 0)
		close(ext);
	if (map >= 0)
		close(map);
	return works;
}

bool probe_ext_calls_refused(struct template *t)
{
	return !template_load(0, t, NULL) && probe_ext_calls(t) == FEATURE_NO;
}

/* A whole dispatcher that tail-calls a program.  0 or -errno. */
static int probe_tail(struct report *r)
{
	struct program p = { .fd = load_pass(BPF_XDP), .plain = true };
	struct chain *c = calloc(1, sizeof(*c));
	struct dispatcher d = DISPATCHER_INIT;
	struct kobj_prog info;
	int err = c ? 0 : report_no_memory(r);

	if (!err)
		err = p.fd < 0 ? p.fd : kobj_prog_info(p.fd, &info, r);
	if (!err) {
		p.id = info.id;
		c->format = FORMAT_EXTENDED;
		c->n = 1;
		c->entries[0].linkage = LINKAGE_TAIL;
		c->entries[0].program = &p;
		err = dispatcher_load(c, 0, NULL, &d, r);
	}
	dispatcher_close(&d);
	if (p.fd >= 0)
		close(p.fd);
	free(c);
	return err;
}

/* One for @n programs: a single one replaces its main function. */
static int load_dispatcher(unsigned int n, struct dispatcher *d, struct report *r)
{
	const struct program none = { .fd = -1 };
	struct chain *c = calloc(1, sizeof(*c));
	int err;

	if (!c)
		return report_no_memory(r);
	c->format = FORMAT_3;
	c->n = n;
	for (unsigned int i = 0; i < n; i++)
		c->entries[i].program = &none;
	err = dispatcher_load(c, 0, NULL, d, r);
	free(c);
	return err;
}

bool probe_stubs_refused(struct template *t)
{
	struct dispatcher d = DISPATCHER_INIT;
	int ext = template_load(0, t, NULL) ? -1
					    : template_load_ext(t, "probe", change_and_pass, 4, 0);
	int link = -1;

	if (ext >= 0 && !load_dispatcher(2, &d, NULL)) {
		link = dispatcher_link(&d, 0, ext, NULL);
		if (link >= 0)
			close(link);
	}
	if (ext >= 0)
		close(ext);
	dispatcher_close(&d);
	return link == -EINVAL;
}

/* ---- all of them ---- */

/* The result of an attempt: unknown if a capability is missing. */
static enum feature tried(struct features *f, enum caps_step step, bool works, int err)
{
	char lacking[CAPS_TEXT_SIZE];

	if (works)
		return FEATURE_YES;
	if (kobj_is_shortage(-err))
		return FEATURE_UNKNOWN;
	if (err == -EPERM && token_has())
		return FEATURE_UNKNOWN;
	if (err != -EPERM || !caps_lacking(step, lacking))
		return FEATURE_NO;
	memcpy(f->lacking, lacking, sizeof(lacking));
	return FEATURE_UNKNOWN;
}

static void probe_link(const struct dispatcher *d, int ext, struct features *f, struct report *r)
{
	struct kobj_link info;
	int link = dispatcher_link(d, 0, ext, r);

	f->ext_link = tried(f, CAPS_LOAD_XDP, link >= 0, link);
	if (link < 0) {
		f->link_target = f->ext_link;
		return;
	}
	if (!kobj_link_info(link, &info, r))
		f->link_target = info.target == d->id ? FEATURE_YES : FEATURE_NO;
	close(link);
}

static void probe_extension(const struct dispatcher *d, struct features *f, struct report *r)
{
	struct template t = TEMPLATE_INIT;
	int ext;

	if (template_load(0, &t, r))
		return;
	ext = template_load_ext(&t, "probe", change_and_pass, 4, 0);
	f->ext = tried(f, CAPS_LOAD_EXT, ext >= 0, ext);
	if (ext < 0) {
		refused_extension(r, -ext);
		/* Without extensions there are no links to them. */
		f->ext_link = f->ext_calls = f->link_target = f->ext;
	} else {
		f->ext_calls = probe_ext_calls(&t);
		probe_link(d, ext, f, r);
		close(ext);
	}
	template_close(&t);
}

/* lo is device 1 in each network namespace; it takes no program that is bound to it, but
 * the kernel says so only if it knows such. */
static enum feature probe_devbound(struct features *f)
{
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .expected_attach_type = BPF_XDP,
		    .prog_flags = XDP_DISPATCHER_F_DEVBOUND, .prog_ifindex = 1);
	int fd = bpf_prog_load(BPF_PROG_TYPE_XDP, NULL, "GPL", return_pass, 2, &opts);
	int err = fd < 0 ? -errno : 0;

	if (fd >= 0)
		close(fd);
	return tried(f, CAPS_LOAD_XDP, fd >= 0 || err == -EOPNOTSUPP, err);
}

/* Device-bound programs work in a chain only if extensions do. */
static enum feature needs_ext(enum feature devbound, enum feature ext_link)
{
	return devbound == FEATURE_YES ? ext_link : devbound;
}

void probe_features(struct features *f, struct report *r)
{
	struct dispatcher d;
	int err;

	memset(f, 0, sizeof(*f));
	libxdp_version(&f->libxdp_version, r);
	err = probe_frags(r);
	f->frags = tried(f, CAPS_LOAD_XDP, err > 0, err);
	f->devbound = probe_devbound(f);
	err = load_dispatcher(token_has() ? 2 : 1, &d, r);
	f->dispatcher = tried(f, CAPS_LOAD_XDP, !err, err);
	if (err) {
		/* The other features need a dispatcher. */
		f->devbound = needs_ext(f->devbound, f->dispatcher);
		f->ext = f->ext_link = f->ext_calls = f->tail = f->link_target = f->dispatcher;
		if (f->dispatcher == FEATURE_UNKNOWN)
			caps_lacking(CAPS_LOAD_EXT, f->lacking);
		return;
	}
	f->ext = f->ext_link = f->ext_calls = f->link_target = FEATURE_UNKNOWN;
	err = probe_tail(r);
	f->tail = tried(f, CAPS_LOAD_XDP, !err, err);
	probe_extension(&d, f, r);
	f->devbound = needs_ext(f->devbound, f->ext_link);
	dispatcher_close(&d);
}
