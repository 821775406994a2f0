/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The administrator's decisions about entries, regardless of who adds them.  Pure. */
#ifndef XM_POLICY_H
#define XM_POLICY_H

#include "model/request.h"

#define POLICY_TEXT_SIZE 128

/*
 * struct policy_rule - one decision
 * @name, @object: globs that an entry's name and the path of its object file must
 *		   match, "" and NULL for any
 * @deny: such an entry is not allowed
 * @disable: such an entry is disabled
 * @line: line number of the rule in the file
 * @text: what the rule sets, in the words of the file
 */
struct policy_rule {
	char name[ENTRY_NAME_SIZE];
	const char *object;
	bool has_prio;
	__u32 prio;
	bool has_proceed_on;
	__u32 proceed_on;
	bool deny;
	bool disable;
	unsigned int line;
	char text[POLICY_TEXT_SIZE];
};

/* struct policy - the first rule that matches an entry applies; @path is the file */
struct policy {
	const char *path;
	struct policy_rule *rules;
	unsigned int n;
};

/* policy_glob_valid() - is each "[" of a pattern closed, is each class known, such as
 * "[:digit:]", does no range end before it begins, and does the pattern not end in a single
 * backslash?  Else fnmatch() takes the character as it is, or nothing for the range, and the
 * pattern does not match what it was written for. */
bool policy_glob_valid(const char *glob);

/* What "the pattern has" otherwise. */
#define POLICY_GLOB_FAULT \
	"\"[\" without \"]\", an unknown class, a range in reverse order, or \"\\\" at the end"

/* policy_rule_text() - fill in @rule->text */
void policy_rule_text(struct policy_rule *rule);

/* policy_concerns() - does the request add entries, or compare with entries, to which a
 * rule of the policy may apply? */
bool policy_concerns(const struct request *rq);

/*
 * policy_deny() - does the policy deny such an entry?
 * @p: NULL for no policy
 * @name: name of the entry; @object: path of its object file, "" for none
 *
 * 0, or -EACCES with the error "FILE:LINE: ..." if it does.
 */
int policy_deny(const struct policy *p, const char *name, const char *object, struct report *r);

/*
 * policy_set() - change the request for an entry to what the policy says
 *
 * It may be called again for the same request.  It warns if the command line asked for
 * something else.
 */
void policy_set(const struct policy *p, const char *name, const char *object,
		struct entry_request *q, struct report *r);

/* policy_decide() - call policy_deny() and then policy_set() */
int policy_decide(const struct policy *p, const char *name, const char *object,
		  struct entry_request *q, struct report *r);

#endif
