/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the administrator has decided about entries, whoever adds them.  Pure. */
#ifndef XM_POLICY_H
#define XM_POLICY_H

#include "model/request.h"

#define POLICY_TEXT_SIZE 128

/*
 * struct policy_rule - one decision
 * @name, @object: globs that an entry's name and the path of its object file have to
 *		   match, "" and NULL for any
 * @deny: there may be no such entry
 * @disable: it is not called
 * @line: of the file
 * @text: what the rule sets, in its words
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

/* struct policy - the first rule that is about an entry counts; @path is the file */
struct policy {
	const char *path;
	struct policy_rule *rules;
	unsigned int n;
};

/* policy_rule_text() - fill in @rule->text */
void policy_rule_text(struct policy_rule *rule);

/* policy_concerns() - does the request bring entries, or compare with some, that the
 * administrator may have decided about? */
bool policy_concerns(const struct request *rq);

/*
 * policy_deny() - may there be such an entry?
 * @p: NULL for no policy
 * @name: of the entry; @object: path of its object file, "" for none
 *
 * -EACCES with "FILE:LINE: ..." if there may not.
 */
int policy_deny(const struct policy *p, const char *name, const char *object, struct report *r);

/*
 * policy_set() - make of what is asked for an entry what the policy says
 *
 * May be called again for the same request.  Where a command line asked for something
 * else a warning says so.
 */
void policy_set(const struct policy *p, const char *name, const char *object,
		struct entry_request *q, struct report *r);

/* policy_decide() - both */
int policy_decide(const struct policy *p, const char *name, const char *object,
		  struct entry_request *q, struct report *r);

#endif
