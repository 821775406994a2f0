/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Declarations that the files of the grammar share.  Pure. */
#ifndef XM_GRAMMAR_INTERNAL_H
#define XM_GRAMMAR_INTERNAL_H

#include "syntax/grammar.h"

/* The handler of a keyword: @value is the next word, NULL for a flag.  Returns 0, or
 * -errno with a sentence. */
typedef int grammar_take_fn(struct parser *p, const char *key, char *value);

/* ---- values (grammar_values.c) ---- */

/* These report an error in the command line and return -EINVAL.
 * grammar_incomplete(): no word follows the last one, @key, which needs @what;
 * grammar_must(): @what completes "KEY must"; grammar_one_of(): @list names the valid
 * values */
int grammar_incomplete(struct parser *p, const char *key, const char *what);
int grammar_must(struct parser *p, const char *key, const char *what, const char *value);
int grammar_one_of(struct parser *p, const char *key, const char *list, const char *value);
int grammar_second(struct parser *p, const char *key, const char *value);

/* grammar_see() - the reference to the man page for a line of a file */
const char *grammar_see(const struct parser *p);

/* Lists for grammar_one_of() and for what a keyword needs; grammar_some_verdict: at least
 * one verdict. */
extern const char grammar_modes[], grammar_linkages[], grammar_maps[], grammar_formats[];
extern const char grammar_stats[], grammar_stats_in_file[], grammar_policy[];
extern const char grammar_some_verdict[];

/* grammar_text() - any non-empty word, borrowed */
int grammar_text(struct parser *p, const char **to, const char *key, char *value);

/* grammar_number() - a number from @min to @max; @to is not changed by another word */
int grammar_number(struct parser *p, __u32 *to, __u32 min, __u32 max, const char *key,
		   const char *value);

/* grammar_tag() - 16 hexadecimal digits */
int grammar_tag(struct parser *p, __u8 *to, const char *key, const char *value);

/* grammar_selects() - in change and del the first of name, id, tag, slot selects the
 * entry: true if none was given yet */
bool grammar_selects(const struct parser *p);

/* grammar_selector() - { NAME | name NAME | id PROG_ID | tag TAG | slot N } that begins
 * with @word; grammar_bare_selector() - NAME alone; grammar_set_selector() - the value of
 * the keyword @key */
int grammar_selector(struct parser *p, struct selector *sel, char *word);
int grammar_bare_selector(struct parser *p, struct selector *sel, const char *word);
int grammar_set_selector(struct parser *p, struct selector *sel, enum selector_by by,
			 const char *key, const char *value);

/* grammar_second_selector() - -EINVAL: the entry was selected already */
int grammar_second_selector(struct parser *p, const char *key, const char *value);

/* ---- the table (grammar.c) ---- */

/* grammar_is_keyword() - a keyword of any verb; a word that may be a name (@name) only in its
 * own contexts */
bool grammar_is_keyword(const struct parser *p, const char *word);

/* ---- keywords that describe an entry (grammar_entry.c) ---- */

grammar_take_fn take_object, take_section, take_program, take_pinmaps, take_pinned, take_sha256,
	take_verbose, take_name, take_id, take_tag, take_slot, take_prio, take_first, take_last,
	take_before, take_after, take_proceed_on, take_on, take_toggle, take_linkage;

/* ---- what to do, and with which devices (grammar_request.c) ---- */

grammar_take_fn take_dev, take_file, take_from, take_objects, take_root, take_netns, take_maps,
	take_mode, take_format, take_stats, take_interval, take_policy, take_entries, take_flag,
	take_wait, take_confirm, take_expect;

/* ---- of test (grammar_test.c) ---- */

grammar_take_fn take_pcap, take_packet, take_expect_verdict, take_repeat, take_partial, take_tap;

/* ---- of trace (grammar_trace.c) ---- */

grammar_take_fn take_filter, take_verdict, take_entry, take_sample, take_count, take_write;
grammar_take_fn take_changes, take_times;

#endif
