// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads the file with the administrator's policy. */
#include "syntax/policy_file.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "syntax/lexer.h"
#include "syntax/parse_line.h"
#include "syntax/text_file.h"

static int add_rule(struct policy_file *f, struct lexer *l, struct report *r)
{
	struct policy *p = &f->policy;
	struct policy_rule *rules = realloc(p->rules, (p->n + 1) * sizeof(*rules));

	if (!rules)
		return report_no_memory(r);
	p->rules = rules;
	rules[p->n] = (struct policy_rule){ .line = l->first };
	if (parse_policy_line(l->argc, l->argv, &rules[p->n], r))
		return -EINVAL;
	rules[p->n++].line = l->first;
	return 0;
}

static int parse(struct policy_file *f, struct report *r)
{
	struct lexer l = { .p = f->text, .line = 1 };
	int more = 0, err = text_check_last_line(f->text, f->path, r);

	if (err)
		return err;
	while (!err && (more = lexer_next_line(&l, r)) > 0)
		err = add_rule(f, &l, r);
	return err || more < 0 ? text_blame(f->path, l.first, r) : 0;
}

int policy_file_read(struct policy_file *f, const char *root, struct report *r)
{
	bool masks = false;
	int err;

	*f = (struct policy_file){ 0 };
	err = text_check_root(root, r);
	if (err)
		return err;
	if (asprintf(&f->path, "%s/etc/xdp-multi/policy", root && strcmp(root, "/") ? root : "") <
	    0) {
		f->path = NULL;
		return report_no_memory(r);
	}
	f->policy.path = f->path;
	err = text_read_regular(f->path, &f->text, &masks, r);
	if (err == -ESTALE) {
		report_clear_error(r);
		return 0;
	}
	return err || masks ? err : parse(f, r);
}

const char *policy_file_object(const struct entry_request *q, char *path)
{
	const char *object = q->source.object ? q->source.object : "";

	return *object && realpath(object, path) ? path : object;
}

void policy_file_set(const struct policy *p, struct entry_request *q, struct report *r)
{
	char path[PATH_MAX];

	if (p)
		policy_set(p, q->name, policy_file_object(q, path), q, r);
}

void policy_file_free(struct policy_file *f)
{
	free(f->policy.rules);
	free(f->text);
	free(f->path);
	*f = (struct policy_file){ 0 };
}
