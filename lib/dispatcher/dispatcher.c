// SPDX-License-Identifier: GPL-2.0-or-later
/* Loads a dispatcher into the kernel and links programs to it. */
#include "dispatcher/dispatcher.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <linux/bpf.h>

#include "kernel/caps.h"
#include "kernel/token.h"
#include "dispatcher/dispatcher_btf.h"
#include "dispatcher/jit.h"
#include "dispatcher/tailcalls.h"
#include "model/image.h"
#include "model/image_counted.h"

#define LOG_SIZE (1 << 20)

static int refused(struct report *r, int err, const char *what)
{
	char lacking[CAPS_TEXT_SIZE];

	if (err == EPERM && caps_lacking(CAPS_LOAD_XDP, lacking))
		return report_fail(r, STATUS_NOT_TRIED, err, "Cannot load the %s: requires %s",
				   what, lacking);
	return report_fail(r, STATUS_REFUSED, err, "The kernel refused the %s: %s", what,
			   strerror(err));
}

/* The config map, filled and frozen; its type is what "bpftool map dump" prints
 * the fields by. */
static int make_config(const struct chain *c, const struct btf *btf,
		       const struct dispatcher_types *types, struct report *r)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = BPF_F_RDONLY_PROG,
		    .btf_fd = btf__fd(btf), .btf_key_type_id = types->key,
		    .btf_value_type_id = types->value);
	_Alignas(__u32) char config[CONF_MAX_SIZE];
	size_t size = format_encode(c, config);
	__u32 key = 0;
	int fd, err;

	fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, "xdp_disp.rodata", sizeof(key), size, 1, &opts);
	if (fd < 0)
		return refused(r, errno, "dispatcher's config map");
	if (bpf_map_update_elem(fd, &key, config, 0) || bpf_map_freeze(fd)) {
		err = refused(r, errno, "dispatcher's config map");
		close(fd);
		return err;
	}
	return fd;
}

static __u32 load_flags(const struct chain *c)
{
	return (chain_frags(c) ? XDP_DISPATCHER_F_FRAGS : 0) |
	       (chain_devbound(c) ? XDP_DISPATCHER_F_DEVBOUND : 0);
}

/* Only a rejection needs a log.  If the program loads now, the first failure was not one of
 * the verifier, and the program is there. */
static int load_with_log(const struct image *img, struct bpf_prog_load_opts *opts, int err,
			 struct report *r)
{
	int fd;
	char *log = kobj_is_shortage(err) ? NULL : calloc(1, LOG_SIZE);

	if (!log)
		return refused(r, err, "dispatcher");
	opts->log_buf = log;
	opts->log_size = LOG_SIZE;
	opts->log_level = 1;
	fd = bpf_prog_load(BPF_PROG_TYPE_XDP, XDP_DISPATCHER_NAME, "GPL", img->insns, img->n_insns,
			   opts);
	if (fd < 0) {
		fd = refused(r, err, "dispatcher");
		report_set_log(r, log);
	}
	free(log);
	return fd;
}

static int load_image(const struct chain *c, int ifindex, const struct image *img,
		      const struct btf *btf, const struct dispatcher_types *types, struct report *r)
{
	struct bpf_func_info funcs[1 + CHAIN_MAX];
	LIBBPF_OPTS(bpf_prog_load_opts, opts,
		    .expected_attach_type = chain_no_type(c) ? 0 : BPF_XDP,
		    .prog_btf_fd = btf__fd(btf), .prog_flags = load_flags(c),
		    .prog_ifindex = chain_devbound(c) ? ifindex : 0, .func_info = funcs,
		    .func_info_rec_size = sizeof(funcs[0]));
	unsigned int n = 0;
	int fd, err;

	/* The image has a stub for each entry that is called, in order, but for a
	 * last one that main calls. */
	for (unsigned int i = 0; i <= c->n; i++) {
		if (!types->func[i] || (n && !img->func[n]))
			continue;
		funcs[n].insn_off = img->func[n];
		funcs[n++].type_id = types->func[i];
	}
	opts.func_info_cnt = n;
	fd = bpf_prog_load(BPF_PROG_TYPE_XDP, XDP_DISPATCHER_NAME, "GPL", img->insns, img->n_insns,
			   &opts);
	if (fd >= 0)
		return fd;
	err = jit_refused(errno, "load the dispatcher", r);
	return err ? err : load_with_log(img, &opts, -fd, r);
}

/*
 * libbpf omits names if its probe for them failed for any reason. A dispatcher is
 * recognised by its name.
 */
static int identify(struct dispatcher *d, struct report *r)
{
	struct kobj_prog info;
	int err = kobj_prog_info(d->fd, &info, r);

	d->id = info.id;
	memcpy(d->tag, info.tag, sizeof(d->tag));
	if (!err && strcmp(info.name, XDP_DISPATCHER_NAME))
		err = report_fail(r, STATUS_REFUSED, EIO,
				  "The kernel did not store the dispatcher's name");
	return err;
}

/* Before Linux 5.18 there are no multi-buffer packets, and no helper to read them. */
static bool has_load_bytes(void)
{
	return libbpf_probe_bpf_helper(BPF_PROG_TYPE_XDP, BPF_FUNC_xdp_load_bytes, NULL) == 1;
}

/* Translate the packets of a trace to the slots of this chain.  False if no packet can
 * match. */
static bool find_traced_slot(const struct chain *c, const char *name, int *slot)
{
	int n = 0;

	*slot = TRACE_EVERY_SLOT;
	if (!*name)
		return true;
	for (unsigned int i = 0; i < c->n; i++) {
		if (c->entries[i].disabled)
			continue;
		if (!strcmp(c->entries[i].name, name))
			*slot = n;
		n++;
	}
	return *slot != TRACE_EVERY_SLOT;
}

static int describe_trace(const struct chain *c, const struct tracing *t, struct image_trace *trace,
			  bool *any, struct report *r)
{
	__u32 numbers[CHAIN_MAX];
	int err = tracing_number(t, c, numbers, r);
	unsigned int n = 0;

	trace->scratch = t->scratch;
	trace->ring = t->ring;
	trace->conf = t->conf;
	trace->load_bytes = has_load_bytes();
	for (unsigned int i = 0; !err && i < c->n; i++)
		if (!c->entries[i].disabled)
			trace->entries[n++] = numbers[i];
	*any = find_traced_slot(c, t->conf->entry, &trace->slot);
	return err;
}

static int build_instrumented(const struct chain *c, const struct instruments *with,
			      const struct image_slot *slots, unsigned int n, int entries,
			      struct image *img, struct report *r)
{
	const struct image_counters where = {
		.fd = c->stats ? with->counters->counts : -1,
		.frags = chain_frags(c),
	};
	struct image_trace trace = { 0 };
	bool any = false;
	int err = c->traced ? describe_trace(c, with->tracing, &trace, &any, r) : 0;

	if (err)
		return err;
	err = image_build_counted(slots, n, entries, &where, any ? &trace : NULL, img);
	return err ? report_no_memory(r) : 0;
}

static int build_image(const struct chain *c, const struct instruments *with, int entries,
		       struct image *img, struct report *r)
{
	struct image_slot slots[CHAIN_MAX];
	unsigned int n = image_rules(c, slots);

	if (c->stats || c->traced)
		return build_instrumented(c, with, slots, n, entries, img, r);
	return image_build(slots, n, entries, img) ? report_no_memory(r) : 0;
}

static int load_program(const struct chain *c, int ifindex, const struct instruments *with,
			const struct btf *btf, const struct dispatcher_types *types,
			struct dispatcher *d, struct report *r)
{
	struct image img;
	int err = 0;

	if (chain_has_tail(c)) {
		d->entries = tailcalls_make(c, r);
		if (d->entries < 0)
			return d->entries;
	}
	err = build_image(c, with, d->entries, &img, r);
	if (err)
		return err;
	d->fd = load_image(c, ifindex, &img, btf, types, r);
	image_free(&img);
	if (d->fd < 0)
		return d->fd;
	if (d->entries >= 0)
		err = tailcalls_fill(d->entries, c, r);
	return err ? err : identify(d, r);
}

/* Load program and config map, and bind the one to the other. */
static int load_with_btf(const struct chain *c, int ifindex, const struct instruments *with,
			 struct btf *btf, const struct dispatcher_types *types,
			 struct dispatcher *d, struct report *r)
{
	int map, err = btf__load_into_kernel(btf);

	if (err)
		return refused(r, -err, "dispatcher's BTF");
	map = make_config(c, btf, types, r);
	if (map < 0)
		return map;
	err = load_program(c, ifindex, with, btf, types, d, r);
	if (!err && bpf_prog_bind_map(d->fd, map, NULL))
		err = refused(r, errno, "dispatcher's config map");
	if (!err && c->stats)
		err = counters_bind(with->counters, d->fd, r);
	if (!err && c->traced)
		err = tracing_bind(with->tracing, d->fd, r);
	token_keep(map);
	return err;
}

int dispatcher_load(const struct chain *c, int ifindex, const struct instruments *with,
		    struct dispatcher *d, struct report *r)
{
	struct dispatcher_types types;
	struct btf *btf;
	int err;

	*d = (struct dispatcher)DISPATCHER_INIT;
	btf = dispatcher_btf_make(c, &types);
	if (!btf)
		return refused(r, errno, "dispatcher's BTF");
	d->n = c->n;
	d->counted = c->stats || c->traced;
	memcpy(d->func, types.func, sizeof(d->func));
	err = load_with_btf(c, ifindex, with, btf, &types, d, r);
	btf__free(btf);
	if (err)
		dispatcher_close(d);
	return err;
}

__u32 dispatcher_target(const struct dispatcher *d, unsigned int slot)
{
	return d->func[d->n == 1 && !d->counted ? 0 : 1 + slot];
}

int dispatcher_link(const struct dispatcher *d, unsigned int slot, int prog_fd, struct report *r)
{
	/* The attach type must be 0 up to Linux 5.15 and is ignored later. */
	LIBBPF_OPTS(bpf_link_create_opts, opts, .target_btf_id = dispatcher_target(d, slot));
	int fd = bpf_link_create(prog_fd, d->fd, 0, &opts);
	int err = fd < 0 ? errno : 0;
	char what[64];

	if (!err)
		return fd;
	snprintf(what, sizeof(what), "link the program into slot %u", slot);
	if (jit_refused(err, what, r))
		return -err;
	return report_fail(
		r, STATUS_REFUSED, err,
		"The kernel refused to link the program into slot %u of the dispatcher: %s", slot,
		strerror(err));
}

void dispatcher_close(struct dispatcher *d)
{
	if (d->fd >= 0)
		close(d->fd);
	if (d->entries >= 0)
		close(d->entries);
	d->fd = d->entries = -1;
}
