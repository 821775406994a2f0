// SPDX-License-Identifier: GPL-2.0-or-later
/* The formats, the choice of the format for a chain, and the order in which libxdp
 * would sort it. */
#include "model/format.h"

#include <errno.h>
#include <string.h>

#include "model/conf.h"

#define TEXT_OF(macro) TEXT(macro)
#define TEXT(number)   #number

static const struct format formats[] = {
	{
		.version = FORMAT_1,
		.name = "1",
		.since = "0.0.3",
		.max_entries = XDP_DISPATCHER_SLOTS,
		.store = STORE_LIBXDP,
		.decode = conf_decode_libxdp,
	},
	{
		.version = FORMAT_2,
		.name = "2",
		.since = "1.3",
		.max_entries = XDP_DISPATCHER_SLOTS,
		.store = STORE_LIBXDP,
		.writable = true,
		.magic = true,
		.encode = conf_encode_libxdp,
		.decode = conf_decode_libxdp,
	},
	{
		.version = FORMAT_3,
		.name = "3",
		.since = "1.6",
		.max_entries = XDP_DISPATCHER_SLOTS,
		.store = STORE_LIBXDP,
		.writable = true,
		.magic = true,
		.says_devbound = true,
		.encode = conf_encode_libxdp,
		.decode = conf_decode_libxdp,
	},
	{
		.version = FORMAT_EXTENDED,
		.name = "extended",
		.max_entries = CHAIN_MAX,
		.store = STORE_EXTENDED,
		.writable = true,
		.magic = true,
		.says_devbound = true,
		.says_tail = true,
		.says_disabled = true,
		.says_goto = true,
		.says_stats = true,
		.says_traced = true,
		.encode = conf_encode_extended,
		.decode = conf_decode_extended,
	},
};

#define N_FORMATS (sizeof(formats) / sizeof(formats[0]))

const struct format *format_of(unsigned int version)
{
	for (size_t i = 0; i < N_FORMATS; i++)
		if (formats[i].version == version)
			return &formats[i];
	return NULL;
}

const struct format *format_by_name(const char *name)
{
	for (size_t i = 0; i < N_FORMATS; i++)
		if (formats[i].writable && !strcmp(formats[i].name, name))
			return &formats[i];
	return NULL;
}

const char *format_name(enum chain_format version)
{
	const struct format *f = format_of(version);

	return f ? f->name : "none";
}

bool format_is_libxdps(enum chain_format version)
{
	const struct format *f = format_of(version);

	return f && f->since;
}

/* ---- the config map ---- */

size_t format_encode(const struct chain *c, void *buf)
{
	const struct format *f = format_of(c->format);

	memset(buf, 0, CONF_MAX_SIZE);
	return f->encode(f, c, buf);
}

int format_decode(const void *buf, size_t size, unsigned int version, struct chain *c,
		  struct conf *conf, struct report *r)
{
	const __u8 *head = buf;
	const struct format *f;
	int err;

	chain_init(c);
	memset(conf, 0, sizeof(*conf));
	if (size < 4)
		return conf_bad(r, "it is too small");
	if (head[0] == XDP_DISPATCHER_MAGIC)
		version = head[1];
	f = format_of(version);
	if (!f)
		return report_fail(r, STATUS_REFUSED, EOPNOTSUPP,
				   "The dispatcher has the unknown version %u", version);
	c->format = f->version;
	err = f->decode(f, buf, size, c, conf, r);
	c->linear = !conf->frags;
	for (unsigned int i = 0; i < c->n; i++) {
		c->entries[i].uid = i + 1;
		c->entries[i].in_force = c->entries[i].proceed_on;
	}
	c->last_uid = c->n;
	return err;
}

/* ---- which format ---- */

static const char *entry_lack(const struct format *f, const struct chain *c, unsigned int slot)
{
	const struct entry *e = &c->entries[slot];

	if (e->disabled && !f->says_disabled)
		return "it has a disabled entry";
	if (e->linkage == LINKAGE_TAIL && !f->says_tail)
		return "it has an entry that is tail-called";
	/* A goto to the next entry is the same as to proceed. */
	if (!f->says_goto && rules_skips(c, slot))
		return "it has a goto that skips an entry";
	return NULL;
}

const char *format_lack(const struct format *f, const struct chain *c)
{
	const char *lack = NULL;

	/* The extended format holds as many entries as a chain can have. */
	if (c->n > f->max_entries)
		return "it has more than " TEXT_OF(XDP_DISPATCHER_SLOTS) " entries";
	for (unsigned int i = 0; !lack && i < c->n; i++)
		lack = entry_lack(f, c, i);
	if (!lack && !f->says_devbound && chain_devbound(c))
		lack = "it has a device-bound program";
	if (!lack && !f->says_stats && c->stats)
		lack = "it has counters";
	if (!lack && !f->says_traced && c->traced)
		lack = "it is traced";
	return lack;
}

/* Why no libxdp format can hold the chain: the newest one can hold the most. */
static const char *needs_extended(const struct chain *c)
{
	return format_lack(format_of(FORMAT_3), c);
}

static bool stays(const struct chain *c)
{
	const struct format *f = format_of(c->format);

	return f && f->writable && (f->since || c->keep_extended);
}

bool format_wants_fresh(const struct chain *c, enum chain_format wanted)
{
	return wanted == FORMAT_UNSET && !stays(c) && !needs_extended(c);
}

static bool can_be(enum chain_format version, const struct chain *c)
{
	const struct format *f = format_of(version);

	return f && f->writable && !format_lack(f, c);
}

/* The format was @was; @meant would have been used if it could hold the chain. */
static void warn_of_libxdp(const struct chain *c, enum chain_format was, enum chain_format meant,
			   struct report *r)
{
	const struct format *now = format_of(c->format), *before = format_of(was);
	const char *why = NULL;

	if (!now->since) {
		report_warn(
			r,
			"The chain is written in the extended format, which libxdp does not read: %s",
			needs_extended(c));
		return;
	}
	if (c->format != meant)
		why = format_lack(format_of(meant), c);
	else if (before && !before->writable)
		why = "format 1 is read but no longer written";
	if (why)
		report_warn(
			r,
			"The chain is written in format %s, which libxdp before %s does not read: %s",
			now->name, now->since, why);
}

static void settle_by_need(struct chain *c, enum chain_format fresh, struct report *r)
{
	enum chain_format was = c->format;
	enum chain_format meant = format_wants_fresh(c, FORMAT_UNSET) ? fresh : was;

	c->format = FORMAT_EXTENDED;
	if (can_be(meant, c))
		c->format = meant;
	else if (can_be(FORMAT_3, c))
		c->format = FORMAT_3;
	if (c->format != was && fresh != FORMAT_EXTENDED)
		warn_of_libxdp(c, was, meant, r);
}

int format_settle(struct chain *c, enum chain_format wanted, enum chain_format fresh,
		  struct report *r)
{
	const struct format *f = format_of(wanted);
	const char *lack;

	if (!f) {
		settle_by_need(c, fresh, r);
		return 0;
	}
	lack = format_lack(f, c);
	if (lack)
		return report_fail(r, STATUS_REFUSED, EOPNOTSUPP,
				   "Format %s cannot hold this chain: %s; use \"format extended\"",
				   f->name, lack);
	c->format = wanted;
	c->keep_extended = wanted == FORMAT_EXTENDED;
	return 0;
}

/* ---- tail calls ---- */

/* The kernel requires that both sides of a tail call take multi-buffer packets, or
 * neither.  The dispatcher does if every entry does. */
static int check_frags(const struct chain *c, unsigned int slot, struct report *r)
{
	const struct entry *e = &c->entries[slot];

	if (chain_tie(c, slot) != TIE_TAIL || e->program->frags == chain_frags(c))
		return 0;
	return report_fail(
		r, STATUS_REFUSED, EOPNOTSUPP,
		"Entry \"%s\" was loaded for multi-buffer packets (frags): it can be tail-called only if all other entries were too",
		e->name);
}

/* A device-bound program can neither be tail-called nor make tail calls. */
static int check_devbound(const struct chain *c, const struct entry *tail, struct report *r)
{
	for (unsigned int i = 0; tail && i < c->n; i++)
		if (c->entries[i].program && c->entries[i].program->devbound)
			return report_fail(
				r, STATUS_REFUSED, EOPNOTSUPP,
				"Entry \"%s\" is tail-called, but entry \"%s\" is device-bound: a chain cannot have both",
				tail->name, c->entries[i].name);
	return 0;
}

int format_check_tail(const struct chain *c, struct report *r)
{
	const struct entry *tail = NULL;
	unsigned int n = 0;

	for (unsigned int i = 0; i < c->n; i++) {
		enum tie tie = chain_tie(c, i);
		int err = check_frags(c, i, r);

		if (err)
			return err;
		if (tie != TIE_TAIL && tie != TIE_SHIM)
			continue;
		n++;
		tail = &c->entries[i];
	}
	if (n > CHAIN_MAX_TAIL)
		return report_fail(
			r, STATUS_REFUSED, E2BIG,
			"%u entries are tail-called: the kernel allows %u; delete or disable some",
			n, CHAIN_MAX_TAIL);
	return check_devbound(c, tail, r);
}

/* ---- the order ---- */

/* libxdp's order of two loaded programs of the same priority. */
static bool libxdp_swaps(const struct entry *a, const struct entry *b)
{
	int order;

	if (a->prio != b->prio)
		return a->prio > b->prio;
	if (!a->program || !b->program)
		return false;
	order = strcmp(a->program->func, b->program->func);
	if (!order)
		order = memcmp(a->program->tag, b->program->tag, BPF_TAG_BYTES);
	/* The last criterion is the load time; ids are in that order. */
	if (!order)
		return a->program->id > b->program->id;
	return order > 0;
}

static int first_swapped(const struct chain *c)
{
	if (!format_is_libxdps(c->format))
		return -1;
	for (unsigned int i = 0; i + 1 < c->n; i++)
		if (libxdp_swaps(&c->entries[i], &c->entries[i + 1]))
			return i;
	return -1;
}

void format_warn_order(const struct chain *c, const struct chain *before, struct report *r)
{
	int i = first_swapped(c);

	if (i < 0 || (before && first_swapped(before) >= 0))
		return;
	report_warn(
		r,
		"if libxdp rebuilds this chain, it runs \"%s\" before \"%s\": both have priority %u, and libxdp sorts them by function, tag and age",
		c->entries[i + 1].name, c->entries[i].name, c->entries[i].prio);
}
