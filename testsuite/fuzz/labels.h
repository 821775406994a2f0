/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What must hold for labels, wherever they were read. */
#ifndef FUZZ_LABELS_H
#define FUZZ_LABELS_H

#include "model/chain.h"
#include "fuzz.h"
#include "model/label.h"

static inline int fuzz_take_label(const char *ident, void *arg)
{
	CHECK(strlen(ident) < LABEL_IDENT_SIZE);
	label_read(arg, ident);
	return 0;
}

static inline void fuzz_check_origin(const struct origin *a, const struct origin *b)
{
	CHECK(same_text(a->object, b->object));
	CHECK(!strcmp(a->section, b->section));
	CHECK(!strcmp(a->function, b->function));
	CHECK(!strcmp(a->sha256, b->sha256));
	CHECK(same_text(a->pinmaps, b->pinmaps));
	CHECK(a->added == b->added);
}

/* What they say is valid, and the same when it is written and read again. */
static inline void fuzz_check_labels(const struct labels *l)
{
	struct labels *again = calloc(1, sizeof(*again));
	struct program *p = calloc(2, sizeof(*p));
	struct entry e = { 0 }, back = { 0 };
	bool name = label_name(l, e.name);
	bool mask = label_proceed_on(l, &e.proceed_on);
	bool origin;

	CHECK(again && p);
	origin = label_origin(l, &p[0].origin);
	CHECK(!name || entry_name_valid(e.name));
	CHECK(!mask || e.proceed_on <= VERDICTS_ALL);
	e.program = &p[0];
	CHECK(!label_write(&e, fuzz_take_label, again));
	CHECK(label_name(again, back.name) == name);
	CHECK(!strcmp(e.name, back.name));
	CHECK(label_proceed_on(again, &back.proceed_on));
	CHECK(e.proceed_on == back.proceed_on);
	CHECK(label_origin(again, &p[1].origin) == origin);
	fuzz_check_origin(&p[0].origin, &p[1].origin);
	free(again);
	free(p);
}

#endif
