/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The file with the administrator's policy, see xdp-multi.conf(5). */
#ifndef XM_POLICY_FILE_H
#define XM_POLICY_FILE_H

#include "model/policy.h"

/*
 * struct policy_file - a policy and its text
 * @policy: the rules; none if there is no file
 * @text, @path: strings that the rules point to
 */
struct policy_file {
	struct policy policy;
	char *text;
	char *path;
};

/* policy_file_read() - read it, below @root; fails with STATUS_NOT_TRIED and
 * "FILE:LINE: ...".  Free it in any case. */
int policy_file_read(struct policy_file *f, const char *root, struct report *r);

/*
 * policy_file_object() - the path of the requested object file as an entry records it,
 * with links resolved
 * @path: PATH_MAX bytes
 */
const char *policy_file_object(const struct entry_request *q, char *path);

/* policy_file_set() - policy_set() for an entry of a file, which has a name */
void policy_file_set(const struct policy *p, struct entry_request *q, struct report *r);

void policy_file_free(struct policy_file *f);

#endif
