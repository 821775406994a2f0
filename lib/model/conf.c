// SPDX-License-Identifier: GPL-2.0-or-later
/* Encode and decode the bytes of the config map. */
#include "model/conf.h"

#include <errno.h>
#include <string.h>

#define KNOWN_FLAGS                                                                          \
	(XDP_MULTI_F_FRAGS | XDP_MULTI_F_DEVBOUND | XDP_MULTI_F_WANTED | XDP_MULTI_F_STATS | \
	 XDP_MULTI_F_TRACED)
#define KNOWN_SLOT_FLAGS \
	(XDP_MULTI_SLOT_F_DISABLED | XDP_MULTI_SLOT_F_TAIL | XDP_MULTI_SLOT_F_NO_TYPE)

static __u32 program_flags(const struct entry *e)
{
	__u32 flags = 0;

	if (e->program && e->program->frags)
		flags |= XDP_DISPATCHER_F_FRAGS;
	if (e->program && e->program->devbound)
		flags |= XDP_DISPATCHER_F_DEVBOUND;
	return flags;
}

size_t conf_encode_libxdp(const struct format *f, const struct chain *c, void *buf)
{
	struct xdp_dispatcher_v3 *v3 = buf;
	struct xdp_dispatcher_v2 *v2 = &v3->v2;

	v2->magic = XDP_DISPATCHER_MAGIC;
	v2->dispatcher_version = f->version;
	v2->num_progs_enabled = c->n;
	v2->is_xdp_frags = chain_frags(c);
	for (unsigned int i = 0; i < c->n; i++) {
		const struct entry *e = &c->entries[i];
		__u32 mask = rules_leads_on(c, i);

		if (i == c->n - 1)
			mask &= VERDICT_BIT(VERDICT_PASS);
		v2->chain_call_actions[i] = mask | 1U << XDP_DISPATCHER_RETVAL;
		v2->run_prios[i] = e->prio;
		v2->program_flags[i] = program_flags(e);
	}
	if (!f->says_devbound)
		return sizeof(*v2);
	v3->is_xdp_devbound = chain_devbound(c);
	return sizeof(*v3);
}

static void encode_slot(const struct chain *c, unsigned int i, struct xdp_multi_slot *slot)
{
	const struct entry *e = &c->entries[i];

	slot->run_prio = e->prio;
	slot->program_flags = program_flags(e);
	if (e->disabled)
		slot->flags |= XDP_MULTI_SLOT_F_DISABLED;
	if (e->linkage == LINKAGE_TAIL)
		slot->flags |= XDP_MULTI_SLOT_F_TAIL;
	if (e->program && e->program->no_type)
		slot->flags |= XDP_MULTI_SLOT_F_NO_TYPE;
	if (c->stats)
		slot->flags |= XDP_MULTI_SLOT_FLAGS(e->row);
	for (unsigned int v = 0; v < N_VERDICTS; v++) {
		int next = rules_next(c, i, v);

		if (next >= 0)
			slot->next[v] = next - i;
		if (e->go_to[v])
			slot->gotos |= VERDICT_BIT(v);
	}
}

size_t conf_encode_extended(const struct format *f, const struct chain *c, void *buf)
{
	struct xdp_multi_config *x = buf;

	x->magic = XDP_DISPATCHER_MAGIC;
	x->dispatcher_version = f->version;
	x->num_slots = c->n;
	if (chain_frags(c))
		x->flags |= XDP_MULTI_F_FRAGS;
	if (chain_devbound(c))
		x->flags |= XDP_MULTI_F_DEVBOUND;
	if (c->keep_extended)
		x->flags |= XDP_MULTI_F_WANTED;
	if (c->stats)
		x->flags |= XDP_MULTI_F_STATS;
	if (c->traced)
		x->flags |= XDP_MULTI_F_TRACED;
	for (unsigned int i = 0; i < c->n; i++)
		encode_slot(c, i, &x->slots[i]);
	return sizeof(*x) + c->n * sizeof(x->slots[0]);
}

int conf_bad(struct report *r, const char *what)
{
	return report_fail(r, STATUS_REFUSED, EINVAL,
			   "The dispatcher's config map is not understood: %s", what);
}

static __u32 word(const void *base, size_t offset, unsigned int i)
{
	__u32 value;

	memcpy(&value, (const char *)base + offset + i * sizeof(value), sizeof(value));
	return value;
}

/* Versions 1 to 3: a head of 4 bytes, then arrays of one word per slot, then in
 * version 3 a tail of 4 bytes. */
int conf_decode_libxdp(const struct format *f, const void *buf, size_t size, struct chain *c,
		       struct conf *conf, struct report *r)
{
	const __u8 *head = buf;
	unsigned int n_arrays = f->magic ? 3 : 2;
	size_t fixed = f->says_devbound ? 8 : 4;
	size_t row = n_arrays * sizeof(__u32);
	unsigned int n = f->magic ? head[2] : head[0];
	size_t slots;

	if (size < fixed + row || (size - fixed) % row)
		return conf_bad(r, "its size is wrong");
	slots = (size - fixed) / row;
	if (n > slots || n > CHAIN_MAX)
		return conf_bad(r, "it counts more programs than it has slots");
	conf->frags = f->magic && head[3];
	conf->devbound = f->says_devbound && head[size - 4];
	c->n = n;
	memset(c->entries, 0, n * sizeof(c->entries[0]));
	for (unsigned int i = 0; i < n; i++) {
		c->entries[i].proceed_on = word(buf, 4, i) & VERDICTS_ALL;
		c->entries[i].prio = word(buf, 4 + slots * 4, i);
		if (f->magic)
			conf->program_flags[i] = word(buf, 4 + slots * 8, i);
	}
	return 0;
}

/* Uids are slot + 1 in a chain that was just read. */
static int decode_slot(const struct xdp_multi_slot *slot, unsigned int i, struct chain *c)
{
	struct entry *e = &c->entries[i];
	__u16 flags = slot->flags;

	if (c->stats) {
		e->row = XDP_MULTI_ROW(flags);
		if (!e->row || e->row > CHAIN_MAX)
			return -EINVAL;
		flags &= ~XDP_MULTI_SLOT_FLAGS(e->row);
	}
	if (flags & ~KNOWN_SLOT_FLAGS || slot->gotos & ~VERDICTS_ALL)
		return -EINVAL;
	if (slot->flags & XDP_MULTI_SLOT_F_TAIL)
		e->linkage = LINKAGE_TAIL;
	e->prio = slot->run_prio;
	e->disabled = slot->flags & XDP_MULTI_SLOT_F_DISABLED;
	for (unsigned int v = 0; v < N_VERDICTS; v++) {
		unsigned int next = slot->next[v];

		if (!next)
			continue;
		if (!(slot->gotos & VERDICT_BIT(v)) && next == 1)
			e->proceed_on |= VERDICT_BIT(v);
		else if (slot->gotos & VERDICT_BIT(v) && i + next < c->n)
			e->go_to[v] = i + next + 1;
		else
			return -EINVAL;
	}
	return 0;
}

int conf_decode_extended(const struct format *f, const void *buf, size_t size, struct chain *c,
			 struct conf *conf, struct report *r)
{
	const struct xdp_multi_config *x = buf;

	(void)f;
	if (size < sizeof(*x) || x->num_slots > CHAIN_MAX ||
	    size < sizeof(*x) + x->num_slots * sizeof(x->slots[0]))
		return conf_bad(r, "it counts more programs than it has slots");
	if (x->flags & ~KNOWN_FLAGS)
		return conf_bad(r, "it has a flag or a rule that this version does not know");
	conf->frags = x->flags & XDP_MULTI_F_FRAGS;
	conf->devbound = x->flags & XDP_MULTI_F_DEVBOUND;
	c->keep_extended = x->flags & XDP_MULTI_F_WANTED;
	c->stats = x->flags & XDP_MULTI_F_STATS;
	c->traced = x->flags & XDP_MULTI_F_TRACED;
	c->n = x->num_slots;
	memset(c->entries, 0, c->n * sizeof(c->entries[0]));
	for (unsigned int i = 0; i < c->n; i++) {
		if (decode_slot(&x->slots[i], i, c))
			return conf_bad(r,
					"it has a flag or a rule that this version does not know");
		conf->program_flags[i] = x->slots[i].program_flags;
		conf->no_type[i] = x->slots[i].flags & XDP_MULTI_SLOT_F_NO_TYPE;
	}
	return 0;
}
