// SPDX-License-Identifier: GPL-2.0-or-later
/* The file with the administrator's policy. */
#include "policy_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "chainfile.h"
#include "config_files.h"
#include "lexer.h"
#include "parse.h"

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
	int more = 0, err = chainfile_check_last_line(f->text, f->path, r);

	if (err)
		return err;
	while (!err && (more = lexer_next_line(&l, r)) > 0)
		err = add_rule(f, &l, r);
	return err || more < 0 ? chainfile_blame_line(f->path, l.first, r) : 0;
}

int policy_file_read(struct policy_file *f, const char *root, struct report *r)
{
	bool masks = false;
	struct stat st;
	int err;

	*f = (struct policy_file){ 0 };
	err = config_check_root(root, r);
	if (err)
		return err;
	if (asprintf(&f->path, "%s/etc/xdp-multi/policy", root && strcmp(root, "/") ? root : "") <
	    0) {
		f->path = NULL;
		return report_no_memory(r);
	}
	f->policy.path = f->path;
	if (lstat(f->path, &st) && errno == ENOENT)
		return 0;
	err = config_read_file(f->path, &f->text, &masks, r);
	return err || masks ? err : parse(f, r);
}

void policy_file_free(struct policy_file *f)
{
	free(f->policy.rules);
	free(f->text);
	free(f->path);
	*f = (struct policy_file){ 0 };
}
