/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Compares a chain with what it should be. */
#ifndef XM_COMPARE_H
#define XM_COMPARE_H

#include "chain/view.h"
#include "model/report.h"
#include "model/request.h"

/*
 * struct difference - one difference between a chain and what it should be
 * @entry: name of the entry, "-" for the chain as a whole
 * @what: "slot", "prio", "rules", "program" ...
 * @want, @have: the expected and the actual value, as words
 *
 * The strings are valid only during the callback.
 */
struct difference {
	const char *entry;
	const char *what;
	const char *want;
	const char *have;
};

/* difference_text() - a difference as a sentence without a capital and a full stop, for
 * example: entry "fw" is missing */
void difference_text(const struct difference *d, char *buf, size_t size);

/*
 * session_compare() - compare a chain with what it should be
 * @v: view of a readable device on which a chain is expected
 * @rq: the expected mode and format, if given; with @rq->file or @rq->config also the
 *	expected entries: all entries with @rq->file, those that apply manages with
 *	@rq->config
 * @fn: called for each difference
 *
 * Loads nothing, but reads object files for details that the request leaves open.
 * Returns 0, or -errno with a sentence if the comparison was not possible.
 */
int session_compare(const struct view *v, const struct request *rq,
		    void (*fn)(const struct difference *d, void *arg), void *arg, struct report *r);

#endif
