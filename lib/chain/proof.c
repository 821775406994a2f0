// SPDX-License-Identifier: GPL-2.0-or-later
/* Proof that nothing uses a dispatcher. */
#include "chain/proof.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/bpf.h>

#include "chain/slots.h"
#include "kernel/kobj.h"

/*
 * struct explained - what holds one reference to a dispatcher
 * @link: id of the link, 0 for a pin of the dispatcher itself
 * @prog: of the link, which has to be an extension: the target of another one can
 *	  be in another number space
 */
struct explained {
	__u32 dispatcher;
	__u32 link;
	__u32 prog;
};

static int explain(struct proof *p, __u32 dispatcher, const struct kobj_link *link)
{
	struct explained *all = realloc(p->explained, (p->n + 1) * sizeof(*all));

	if (!all)
		return -ENOMEM;
	p->explained = all;
	all[p->n++] = (struct explained){
		.dispatcher = dispatcher,
		.link = link ? link->id : 0,
		.prog = link ? link->prog : 0,
	};
	return 0;
}

static bool is_explained(const struct proof *p, __u32 dispatcher, __u32 link)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->explained[i].dispatcher == dispatcher && p->explained[i].link == link)
			return true;
	return false;
}

static int explain_link(const struct kobj_link *link, int fd, void *arg)
{
	(void)fd;
	return link->is_tracing && link->target ? explain(arg, link->target, link) : 0;
}

struct pins {
	struct proof *proof;
	struct store *store;
};

/* Before Linux 5.13 a link does not name its target: then its pin does.  Shared
 * pins are of one link. */
static int explain_pinned_link(struct proof *p, __u32 dispatcher, int dir, unsigned int slot)
{
	char name[PIN_NAME_SIZE];
	struct kobj_link link;
	int fd = store_get(dir, slot_pin_name(slot, SLOT_PIN_LINK, name), NULL);
	int err = fd < 0 ? fd : kobj_link_info(fd, &link, NULL);

	if (fd >= 0)
		close(fd);
	if (err || !link.is_tracing || link.target || is_explained(p, dispatcher, link.id))
		return 0;
	return explain(p, dispatcher, &link);
}

/* It may be pinned for several interfaces that share it. */
static int explain_pins(const struct store_dir *d, void *arg)
{
	const struct pins *pins = arg;
	int dir = store_open_dir(pins->store, d, NULL), err = 0;

	if (dir < 0)
		return 0;
	for (unsigned int i = 0; !err && i < CHAIN_MAX; i++)
		err = explain_pinned_link(pins->proof, d->id, dir, i);
	close(dir);
	if (!err && store_has_pin(pins->store, d, STORE_DISPATCHER_PIN))
		err = explain(pins->proof, d->id, NULL);
	return err;
}

void proof_open(struct proof *p, struct store *s)
{
	struct pins pins = { p, s };

	memset(p, 0, sizeof(*p));
	p->counted = !refcount_read(&p->counts) && !kobj_each_link(explain_link, p, NULL) &&
		     !store_each_dir(s, explain_pins, &pins, NULL);
}

static bool is_extension(__u32 prog)
{
	struct kobj_prog info;
	int fd = kobj_prog_open(prog, NULL);
	int err = fd < 0 ? fd : kobj_prog_info(fd, &info, NULL);

	if (fd >= 0)
		close(fd);
	return !err && info.type == BPF_PROG_TYPE_EXT;
}

int proof_used(const struct proof *p, __u32 id)
{
	__u64 expected = 0;

	for (size_t i = 0; i < p->n; i++)
		expected += p->explained[i].dispatcher == id &&
			    (!p->explained[i].link || is_extension(p->explained[i].prog));
	if (!p->counted)
		return -ENODATA;
	return refcount_of(&p->counts, id) != expected;
}

void proof_close(struct proof *p)
{
	refcount_free(&p->counts);
	free(p->explained);
	p->explained = NULL;
	p->n = 0;
}
