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

void proof_open(struct proof *p, const struct links *links)
{
	*p = (struct proof){ .links = links };
	p->counted = links && !refcount_read(&p->counts);
}

/* The target of another one can be in another number space. */
static bool is_extension(__u32 prog)
{
	struct kobj_prog info;
	int fd = kobj_prog_open(prog, NULL);
	int err = fd < 0 ? fd : kobj_prog_info(fd, &info, NULL);

	if (fd >= 0)
		close(fd);
	return !err && info.type == BPF_PROG_TYPE_EXT;
}

static unsigned int count_links(const struct proof *p, __u32 id)
{
	const struct kobj_link *link;
	unsigned int found = 0;
	size_t n;

	link = links_into(p->links, id, &n);
	for (size_t i = 0; i < n; i++)
		found += is_extension(link[i].prog);
	return found;
}

/* ---- Linux before 5.13 ---- */

/* A link does not name its target there: then its pin does.  Shared pins are of one
 * link, which counts once. */
struct untold {
	__u32 seen[CHAIN_MAX];
	unsigned int n;
};

static bool is_new(struct untold *u, __u32 link)
{
	for (unsigned int i = 0; i < u->n; i++)
		if (u->seen[i] == link)
			return false;
	if (u->n == CHAIN_MAX)
		return false;
	u->seen[u->n++] = link;
	return true;
}

/* 1, 0, or -EROFS where the pin cannot be opened. */
static int count_pinned_link(struct untold *u, int dir, unsigned int slot)
{
	char name[PIN_NAME_SIZE];
	struct kobj_link link;
	int fd = store_get(dir, slot_pin_name(slot, SLOT_PIN_LINK, name), NULL);
	int err = fd < 0 ? fd : kobj_link_info(fd, &link, NULL);

	if (fd >= 0)
		close(fd);
	if (err == -EROFS)
		return err;
	return !err && link.is_tracing && !link.target && is_new(u, link.id) &&
	       is_extension(link.prog);
}

/* So many, or -EROFS. */
static int count_untold(struct untold *u, struct store *s, const struct store_dir *which)
{
	int dir = store_open_dir(s, which, NULL);
	int found = 0, one = 0;

	if (dir < 0)
		return 0;
	for (unsigned int i = 0; one >= 0 && i < CHAIN_MAX; i++) {
		one = count_pinned_link(u, dir, i);
		found += one;
	}
	close(dir);
	return one < 0 ? one : found;
}

/* ---- */

int proof_used(const struct proof *p, struct store *s, __u32 id, const struct store_dir *dirs,
	       size_t n)
{
	struct untold u = { .n = 0 };
	int untold = 0;
	__u64 expected;

	if (!p->counted)
		return -ENODATA;
	expected = count_links(p, id);
	for (size_t i = 0; i < n; i++) {
		expected += store_has_pin(s, &dirs[i], STORE_DISPATCHER_PIN);
		if (p->links->untold)
			untold = count_untold(&u, s, &dirs[i]);
		if (untold < 0)
			return untold;
		expected += untold;
	}
	return refcount_of(&p->counts, id) != expected;
}

void proof_close(struct proof *p)
{
	refcount_free(&p->counts);
	*p = (struct proof){ 0 };
}
