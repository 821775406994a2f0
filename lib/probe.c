// SPDX-License-Identifier: GPL-2.0-or-later
/* What this host can do, found out by doing it. */
#include "probe.h"

#include <errno.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <linux/bpf.h>

#include "caps.h"
#include "dispatcher.h"
#include "dispatcher_btf.h"
#include "kobj.h"

/* Where distributions put libxdp's dispatcher object. */
#define LIBXDP_OBJECTS "/usr/{lib,lib64,lib/*,local/lib}/bpf/xdp-dispatcher.o"

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

bool probe_frags(void)
{
	LIBBPF_OPTS(bpf_prog_load_opts, opts,
		    .expected_attach_type = BPF_XDP,
		    .prog_flags = XDP_DISPATCHER_F_FRAGS);
	int fd = bpf_prog_load(BPF_PROG_TYPE_XDP, NULL, "GPL", return_pass, 2,
			       &opts);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static int load_extension(const struct dispatcher *d, struct btf *btf,
			  __u32 func)
{
	struct bpf_func_info info = { .type_id = func };
	LIBBPF_OPTS(bpf_prog_load_opts, opts,
		    .prog_btf_fd = btf__fd(btf),
		    .attach_prog_fd = d->fd,
		    .attach_btf_id = d->func[1],
		    .func_info = &info,
		    .func_info_cnt = 1,
		    .func_info_rec_size = sizeof(info));

	return bpf_prog_load(BPF_PROG_TYPE_EXT, "probe", "GPL",
			     change_and_pass, 4, &opts);
}

static int refused_extension(struct report *r, int err)
{
	char lacking[128];

	if (err == EPERM &&
	    caps_lacking(CAPS_LOAD_EXT, lacking, sizeof(lacking)))
		return report_fail(r, STATUS_NOT_TRIED, err,
				   "Cannot load extension programs: that needs %s",
				   lacking);
	return report_fail(r, STATUS_NOT_TRIED, err,
			   "This host refuses extension programs (BPF_PROG_TYPE_EXT): %s",
			   strerror(err));
}

static void probe_link(const struct dispatcher *d, int ext, struct features *f,
		       struct report *r)
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

static void probe_extension(const struct dispatcher *d, struct features *f,
			    struct report *r)
{
	static const struct program none = { .fd = -1 };
	struct dispatcher_types types;
	struct chain *c = calloc(1, sizeof(*c));
	struct btf *btf = NULL;
	int ext;

	if (!c)
		return;
	c->format = FORMAT_3;
	c->n = 1;
	c->entries[0].program = &none;
	/* Its main function has the prototype that an extension needs. */
	btf = dispatcher_btf_make(c, &types);
	if (btf && !btf__load_into_kernel(btf)) {
		ext = load_extension(d, btf, types.func[0]);
		f->ext = ext >= 0;
		if (ext >= 0) {
			probe_link(d, ext, f, r);
			close(ext);
		} else {
			refused_extension(r, errno);
		}
	}
	btf__free(btf);
	free(c);
}

void probe_features(struct features *f, struct report *r)
{
	struct dispatcher template;

	memset(f, 0, sizeof(*f));
	f->libxdp_version = probe_libxdp();
	f->frags = probe_frags();
	if (dispatcher_load_template(0, &template, r))
		return;
	f->dispatcher = true;
	probe_extension(&template, f, r);
	dispatcher_close(&template);
}

unsigned int probe_libxdp(void)
{
	unsigned int version = 0;
	glob_t found;

	if (glob(LIBXDP_OBJECTS, GLOB_BRACE, NULL, &found))
		return 0;
	for (size_t i = 0; i < found.gl_pathc; i++) {
		struct btf *btf = btf__parse_elf(found.gl_pathv[i], NULL);
		unsigned int v = btf ? dispatcher_btf_version(btf) : 0;

		if (v > version)
			version = v;
		btf__free(btf);
	}
	globfree(&found);
	return version;
}

enum chain_format probe_fresh_format(void)
{
	return probe_libxdp() == 2 ? FORMAT_2 : FORMAT_3;
}
