// SPDX-License-Identifier: GPL-2.0-or-later
/* Proof that nothing uses a dispatcher. */
#include "chain/proof.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kernel/kobj.h"

static int explain(struct proof *p, __u32 id)
{
	__u32 *ids = realloc(p->explained, (p->n + 1) * sizeof(*ids));

	if (!ids)
		return -ENOMEM;
	p->explained = ids;
	p->explained[p->n++] = id;
	return 0;
}

static int explain_link(const struct kobj_link *link, int fd, void *arg)
{
	(void)fd;
	return link->is_tracing && link->target ? explain(arg, link->target) : 0;
}

struct pins {
	struct proof *proof;
	struct store *store;
};

/* It may be pinned for several interfaces that share it. */
static int explain_pin(const struct store_dir *d, void *arg)
{
	struct pins *pins = arg;

	return store_has_pin(pins->store, d, STORE_DISPATCHER_PIN) ? explain(pins->proof, d->id)
								   : 0;
}

void proof_open(struct proof *p, struct store *s)
{
	struct pins pins = { p, s };

	memset(p, 0, sizeof(*p));
	p->counted = !refcount_read(&p->counts) && !kobj_each_link(explain_link, p, NULL) &&
		     !store_each_dir(s, explain_pin, &pins, NULL);
}

bool proof_dead(const struct proof *p, __u32 id, unsigned int held)
{
	int fd = kobj_prog_open(id, NULL);
	__u64 expected = held;

	if (fd < 0)
		return fd == -ENOENT;
	close(fd);
	for (size_t i = 0; i < p->n; i++)
		expected += p->explained[i] == id;
	return p->counted && refcount_of(&p->counts, id) == expected;
}

void proof_close(struct proof *p)
{
	refcount_free(&p->counts);
	free(p->explained);
	p->explained = NULL;
	p->n = 0;
}
