// SPDX-License-Identifier: GPL-2.0-or-later
/* The administrator's decisions about entries. */
#include "model/policy.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

void policy_rule_text(struct policy_rule *rule)
{
	size_t size = sizeof(rule->text), len = 0;
	char actions[64];

	rule->text[0] = '\0';
	if (rule->has_prio)
		len += snprintf(rule->text, size, "prio %u ", rule->prio);
	if (rule->has_proceed_on)
		len += snprintf(rule->text + len, size - len, "proceed-on %s ",
				verdicts_text(rule->proceed_on, actions, sizeof(actions)));
	if (rule->disable)
		len += snprintf(rule->text + len, size - len, "disable ");
	if (len)
		rule->text[len - 1] = '\0';
}

/* Behind the class "[:alpha:]" at @glob; NULL if there is no such class. */
static const char *skip_class(const char *glob)
{
	static const char known[] =
		":alnum:alpha:blank:cntrl:digit:graph:lower:print:punct:space:upper:xdigit:";
	size_t letters = strspn(glob + 2, "abcdefghijklmnopqrstuvwxyz");
	char name[16];

	if (strncmp(glob + 2 + letters, ":]", 2))
		return glob + 1; /* it is a bracket like any other character */
	snprintf(name, sizeof(name), ":%.*s:", (int)letters, glob + 2);
	return letters && strstr(known, name) ? glob + letters + 4 : NULL;
}

/* Behind one character, class or the like within brackets; NULL if it has no end.  @c: the
 * character, 0 for one of several. */
static const char *skip_member(const char *glob, unsigned char *c)
{
	*c = *glob;
	if (*glob == '\\') {
		*c = glob[1];
		return glob[1] ? glob + 2 : NULL;
	}
	if (*glob != '[' || !strchr(":.=", glob[1]) || !glob[1])
		return glob + 1;
	if (glob[1] == ':') {
		const char *end = skip_class(glob);

		if (end != glob + 1)
			*c = '\0';
		return end;
	}
	if (glob[2] && glob[3] == glob[1] && glob[4] == ']') {
		*c = glob[1] == '.' ? glob[2] : '\0';
		return glob + 5;
	}
	return glob[1] == '.' ? NULL : glob + 1;
}

/* Behind one member or a range; NULL also for a range that ends before it begins. */
static const char *skip_range(const char *glob)
{
	unsigned char from, to;

	glob = skip_member(glob, &from);
	if (!glob || *glob != '-' || !glob[1] || glob[1] == ']')
		return glob;
	glob = skip_member(glob + 1, &to);
	return from && to && from > to ? NULL : glob;
}

/* Behind the bracket that closes the one at @glob, NULL if none does. */
static const char *skip_bracket(const char *glob)
{
	glob++;
	if (*glob == '!' || *glob == '^')
		glob++;
	do
		glob = *glob ? skip_range(glob) : NULL;
	while (glob && *glob != ']');
	return glob ? glob + 1 : NULL;
}

bool policy_glob_valid(const char *glob)
{
	while (glob && *glob) {
		if (*glob == '[') {
			glob = skip_bracket(glob);
			continue;
		}
		if (*glob == '\\' && !*++glob)
			return false;
		glob++;
	}
	return glob;
}

static const struct policy_rule *find_rule(const struct policy *p, const char *name,
					   const char *object)
{
	for (unsigned int i = 0; i < p->n; i++) {
		const struct policy_rule *rule = &p->rules[i];

		if ((!*rule->name || !fnmatch(rule->name, name, 0)) &&
		    (!rule->object || !fnmatch(rule->object, object, 0)))
			return rule;
	}
	return NULL;
}

bool policy_concerns(const struct request *rq)
{
	switch (rq->verb) {
	case VERB_ADD:
	case VERB_REPLACE:
	case VERB_CHANGE:
	case VERB_RESTORE:
	case VERB_APPLY:
	case VERB_SHARE:
	case VERB_ADOPT:
		return !rq->no_policy;
	case VERB_CHECK:
		return rq->config || rq->file;
	default:
		return false;
	}
}

int policy_deny(const struct policy *p, const char *name, const char *object, struct report *r)
{
	const struct policy_rule *rule = p ? find_rule(p, name, object) : NULL;

	if (!rule || !rule->deny)
		return 0;
	return report_fail(r, STATUS_REFUSED, EACCES, "%s:%u: an entry \"%s\" is denied by policy",
			   p->path, rule->line, name);
}

/* Does the request ask for something that the rule sets to another value? */
static bool overrules(const struct policy_rule *rule, const struct entry_request *q)
{
	bool same_place = q->place.how == PLACE_PRIO && q->place.prio == rule->prio;

	return (rule->has_prio && q->has_place && !same_place) ||
	       (rule->has_proceed_on &&
		((q->has_proceed_on && q->proceed_on != rule->proceed_on) || q->n_rules)) ||
	       (rule->disable && q->toggle == TOGGLE_ENABLE);
}

static void set(const struct policy_rule *rule, struct entry_request *q)
{
	q->policy = rule->text;
	if (rule->has_prio) {
		q->has_place = true;
		q->place = (struct place){ .how = PLACE_PRIO, .prio = rule->prio };
	}
	if (rule->has_proceed_on) {
		q->has_proceed_on = true;
		q->proceed_on = rule->proceed_on;
		q->n_rules = 0;
	}
	if (rule->disable)
		q->toggle = TOGGLE_DISABLE;
}

void policy_set(const struct policy *p, const char *name, const char *object,
		struct entry_request *q, struct report *r)
{
	const struct policy_rule *rule = p ? find_rule(p, name, object) : NULL;

	if (!rule || rule->deny)
		return;
	if (!q->line && overrules(rule, q))
		report_warn(r, "%s:%u: the policy overrides entry \"%s\": %s", p->path, rule->line,
			    name, rule->text);
	set(rule, q);
}

int policy_decide(const struct policy *p, const char *name, const char *object,
		  struct entry_request *q, struct report *r)
{
	int err = policy_deny(p, name, object, r);

	if (!err)
		policy_set(p, name, object, q, r);
	return err;
}
