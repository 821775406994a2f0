// SPDX-License-Identifier: GPL-2.0-or-later
/* What this host can do, found out by doing it. */
#include "dispatcher/probe.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <linux/bpf.h>

#include "kernel/caps.h"
#include "dispatcher/dispatcher.h"
#include "dispatcher/libxdp.h"
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
	char lacking[96];
	int fd = bpf_prog_load(BPF_PROG_TYPE_XDP, NULL, "GPL", return_pass, 2, &opts);

	if (fd >= 0)
		close(fd);
	if (fd >= 0 || errno == EINVAL)
		return fd >= 0;
	if (errno == EPERM && caps_lacking(CAPS_LOAD_XDP, lacking, sizeof(lacking)))
		return report_fail(r, STATUS_NOT_TRIED, EPERM,
				   "Cannot load XDP programs: that needs %s", lacking);
	return report_fail(
		r, STATUS_REFUSED, errno,
		"Cannot find out whether the kernel knows programs for packets in several buffers: %s",
		strerror(errno));
}

static int refused_extension(struct report *r, int err)
{
	char lacking[128];

	if (err == EPERM && caps_lacking(CAPS_LOAD_EXT, lacking, sizeof(lacking)))
		return report_fail(r, STATUS_NOT_TRIED, err,
				   "Cannot load extension programs: that needs %s", lacking);
	return report_fail(r, STATUS_NOT_TRIED, err,
			   "This host refuses extension programs (BPF_PROG_TYPE_EXT): %s",
			   strerror(err));
}

static void probe_link(const struct dispatcher *d, int ext, struct features *f, struct report *r)
{
	struct kobj_link info;
	int link = dispatcher_link(d, 0, ext, r);

	f->ext_link = link >= 0;
	if (link < 0)
		return;
	if (!kobj_link_info(link, &info, r))
		f->link_target = info.target == d->id;
	close(link);
}

static void probe_extension(const struct dispatcher *d, struct features *f, struct report *r)
{
	struct template t = TEMPLATE_INIT;
	int ext;

	if (template_load(0, &t, r))
		return;
	ext = template_load_ext(&t, "probe", change_and_pass, 4, 0);
	template_close(&t);
	f->ext = ext >= 0;
	if (ext < 0) {
		refused_extension(r, -ext);
		return;
	}
	probe_link(d, ext, f, r);
	close(ext);
}

/* Trouble of the moment, or a lack of rights, says nothing of the host. */
static bool is_refusal(int err)
{
	char lacking[128];

	return err == -EOPNOTSUPP || err == -KERNEL_ENOTSUPP || err == -EINVAL ||
	       (err == -EPERM && !caps_lacking(CAPS_LOAD_EXT, lacking, sizeof(lacking)));
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

static int load_pass(void)
{
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .expected_attach_type = BPF_XDP);

	return bpf_prog_load(BPF_PROG_TYPE_XDP, "probe", "GPL", return_pass, 2, &opts);
}

/* A whole dispatcher that tail-calls a program. */
static bool probe_tail(struct report *r)
{
	struct program p = { .fd = load_pass(), .plain = true };
	struct chain *c = calloc(1, sizeof(*c));
	struct dispatcher d = DISPATCHER_INIT;
	struct kobj_prog info;
	bool works = false;

	if (c && p.fd >= 0 && !kobj_prog_info(p.fd, &info, r)) {
		p.id = info.id;
		c->format = FORMAT_EXTENDED;
		c->n = 1;
		c->entries[0].linkage = LINKAGE_TAIL;
		c->entries[0].program = &p;
		works = !dispatcher_load(c, 0, NULL, &d, r);
	}
	dispatcher_close(&d);
	if (p.fd >= 0)
		close(p.fd);
	free(c);
	return works;
}

/* One whose only program is replaced. */
static int load_dispatcher(struct dispatcher *d, struct report *r)
{
	const struct program none = { .fd = -1 };
	struct chain *c = calloc(1, sizeof(*c));
	int err;

	if (!c)
		return report_no_memory(r);
	c->format = FORMAT_3;
	c->n = 1;
	c->entries[0].program = &none;
	err = dispatcher_load(c, 0, NULL, d, r);
	free(c);
	return err;
}

void probe_features(struct features *f, struct report *r)
{
	struct dispatcher d;

	memset(f, 0, sizeof(*f));
	libxdp_version(&f->libxdp_version, r);
	f->frags = probe_frags(r) > 0;
	if (load_dispatcher(&d, r))
		return;
	f->dispatcher = true;
	f->tail = probe_tail(r);
	probe_extension(&d, f, r);
	dispatcher_close(&d);
}
