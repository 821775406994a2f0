// SPDX-License-Identifier: GPL-2.0-or-later
/* The tail-call map of a dispatcher. */
#include "dispatcher/tailcalls.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <linux/bpf.h>

#include "kernel/kobj.h"

int tailcalls_make_map(unsigned int n)
{
	return bpf_map_create(BPF_MAP_TYPE_PROG_ARRAY, "entries", sizeof(__u32), sizeof(__u32), n,
			      NULL);
}

int tailcalls_make(const struct chain *c, struct report *r)
{
	int fd = tailcalls_make_map(c->n);

	return fd >= 0 ? fd : kobj_map_refused(r, errno, "The kernel refused the tail-call map");
}

__u32 tailcalls_get(int fd, unsigned int slot)
{
	__u32 key = slot, id = 0;

	return bpf_map_lookup_elem(fd, &key, &id) ? 0 : id;
}

static int put_entry(int fd, const struct chain *c, unsigned int slot, struct report *r)
{
	const struct entry *e = &c->entries[slot];
	__u32 key = slot, prog = e->program->fd;

	if (!bpf_map_update_elem(fd, &key, &prog, 0))
		return 0;
	return report_fail(r, STATUS_REFUSED, errno,
			   "The kernel refused to tail-call the program of entry \"%s\": %s",
			   e->name, strerror(errno));
}

int tailcalls_fill(int fd, const struct chain *c, struct report *r)
{
	int err = 0;

	for (unsigned int i = 0; !err && i < c->n; i++)
		if (chain_tie(c, i) == TIE_TAIL)
			err = put_entry(fd, c, i, r);
	if (!err && bpf_map_freeze(fd))
		err = report_fail(r, STATUS_REFUSED, errno,
				  "The kernel refused to freeze the tail-call map: %s",
				  strerror(errno));
	for (unsigned int i = 0; !err && i < c->n; i++)
		if (chain_tie(c, i) == TIE_TAIL &&
		    tailcalls_get(fd, i) != c->entries[i].program->id)
			err = report_fail(r, STATUS_REFUSED, EIO,
					  "The tail-call map has the wrong program in slot %u", i);
	return err;
}

int tailcalls_is_map(__u32 id)
{
	struct kobj_map info;
	int fd = kobj_map_open(id, NULL);
	int err = fd < 0 ? fd : kobj_map_info(fd, &info, NULL);

	if (fd >= 0)
		close(fd);
	if (err)
		return kobj_is_shortage(-err) ? err : 0;
	return info.type == BPF_MAP_TYPE_PROG_ARRAY;
}

/* Does a map whose owner is of this kind accept the program? */
static int takes(int prog_fd, bool no_type, bool frags)
{
	int map = tailcalls_make_map(1);
	const struct bpf_insn insns[] = { TAIL_CALL_FIRST(map) };
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .expected_attach_type = no_type ? 0 : BPF_XDP,
		    .prog_flags = frags ? XDP_DISPATCHER_F_FRAGS : 0);
	__u32 key = 0, value = prog_fd;
	int owner, err = 0;

	if (map < 0)
		return -errno;
	owner = bpf_prog_load(BPF_PROG_TYPE_XDP, "probe", "GPL", insns,
			      sizeof(insns) / sizeof(insns[0]), &opts);
	if (owner < 0 || bpf_map_update_elem(map, &key, &value, 0))
		err = -errno;
	if (owner >= 0)
		close(owner);
	close(map);
	return err;
}

/* The kernel does not report device-bound programs.  But today only these are refused by every
 * kind of map. */
static int refuse(const struct program *p, int err, struct report *r)
{
	if (err == -EINVAL)
		return report_fail(
			r, STATUS_REFUSED, EINVAL,
			"The kernel does not tail-call program %u, which seems to be bound to a device: add it from its object file",
			p->id);
	return report_fail(r, STATUS_REFUSED, -err, "Program %u cannot be tail-called: %s", p->id,
			   strerror(-err));
}

int tailcalls_classify(struct program *p, struct report *r)
{
	int err = 0;

	for (int kind = 0; kind < 4; kind++) {
		p->no_type = kind & 2;
		p->frags = kind & 1;
		err = takes(p->fd, p->no_type, p->frags);
		if (!err)
			return 0;
		/* Any other failure says nothing about the program. */
		if (err != -EINVAL)
			break;
	}
	return refuse(p, err, r);
}
