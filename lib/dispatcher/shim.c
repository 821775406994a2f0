// SPDX-License-Identifier: GPL-2.0-or-later
/* An extension program that tail-calls an XDP program. */
#include "dispatcher/shim.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <linux/bpf.h>

#include "dispatcher/tailcalls.h"
#include "kernel/kobj.h"

static int refused(struct report *r, const struct program *p, int err)
{
	return report_fail(
		r, STATUS_REFUSED, err,
		"Program %u (\"%s\") was loaded without an attach type, and the kernel refused the extension that tail-calls it: %s",
		p->id, p->func, strerror(err));
}

/* Same as in a stub of the dispatcher. */
static int load(const struct template *t, int map, bool frags)
{
	const struct bpf_insn insns[] = { TAIL_CALL_FIRST(map) };

	return template_load_ext(t, "multi_shim", insns, sizeof(insns) / sizeof(insns[0]),
				 frags ? XDP_DISPATCHER_F_FRAGS : 0);
}

int shim_make(const struct program *p, struct template *t, struct shim *s, struct report *r)
{
	__u32 key = 0, value = p->fd;
	int err;

	*s = (struct shim)SHIM_INIT;
	s->map = bpf_map_create(BPF_MAP_TYPE_PROG_ARRAY, "entries", sizeof(key), sizeof(value), 1,
				NULL);
	if (s->map < 0)
		return refused(r, p, errno);
	err = template_load(0, t, r);
	if (err)
		return err;
	s->prog = load(t, s->map, p->frags);
	if (s->prog < 0)
		err = refused(r, p, -s->prog);
	else if (bpf_map_update_elem(s->map, &key, &value, 0) || bpf_map_freeze(s->map))
		err = refused(r, p, errno);
	else if (tailcalls_get(s->map, 0) != p->id)
		err = refused(r, p, EIO);
	return err;
}

void shim_close(struct shim *s)
{
	if (s->prog >= 0)
		close(s->prog);
	if (s->map >= 0)
		close(s->map);
	*s = (struct shim)SHIM_INIT;
}

bool shim_serves(const __u32 *maps, unsigned int n_maps, int fd, __u32 id)
{
	struct kobj_map info;
	int err = kobj_map_info(fd, &info, NULL);

	return !err && n_maps && maps[0] == info.id && id && tailcalls_get(fd, 0) == id;
}
