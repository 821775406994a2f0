// SPDX-License-Identifier: GPL-2.0-or-later
/* Why a component program was not loaded. */
#include "object/object.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "dispatcher/jit.h"
#include "dispatcher/probe.h"
#include "kernel/caps.h"
#include "kernel/token.h"
#include "kernel/kobj.h"
#include "object/object_internal.h"

/* Did the kernel refuse the BTF?  The program can still be tail-called. */
static bool btf_refused(int err)
{
	const char *cause = object_cause(err);

	return err != EPERM && !kobj_is_shortage(err) &&
	       (strstr(cause, "BTF loading error") || strstr(cause, ".BTF into kernel"));
}

int object_refused(struct object *o, int err, struct template *t, struct report *r)
{
	const char *log = object_verifier_log();
	const char *path = o->program.origin.object;
	char lacking[CAPS_TEXT_SIZE], what[PATH_MAX + 32];

	if (!o->program.plain && btf_refused(err)) {
		o->tail_only = "has BTF that the kernel refuses";
		return report_fail(r, STATUS_REFUSED, EOPNOTSUPP, "\"%s\" %s", path, o->tail_only);
	}
	snprintf(what, sizeof(what), "load the program in \"%s\"", path);
	if (!o->program.plain && jit_refused(err, what, r))
		return -err;
	if (*log && strncmp(log, "processed ", 10) && !kobj_is_shortage(err)) {
		report_fail(r, STATUS_REFUSED, err, "The verifier rejected the program in \"%s\"",
			    path);
		report_set_log(r, log);
		o->rejected = !o->program.plain;
		return -err;
	}
	if (err != EPERM)
		return report_fail(r, STATUS_REFUSED, err,
				   "The kernel refused the program in \"%s\": %s", path,
				   object_cause(err));
	if (*token_denied())
		return report_fail(
			r, STATUS_NOT_TRIED, err,
			"Cannot load the program in \"%s\": the bpffs is mounted without \"%s\"",
			path, token_denied());
	if (caps_lacking(CAPS_LOAD_EXT, lacking))
		return report_fail(r, STATUS_NOT_TRIED, err,
				   "Cannot load the program in \"%s\": requires %s", path, lacking);
	if (o->program.plain || !probe_ext_refused(t))
		return report_fail(r, STATUS_REFUSED, err,
				   "The kernel refused the program in \"%s\": %s", path,
				   strerror(err));
	if (o->program.devbound)
		return report_fail(
			r, STATUS_NOT_TRIED, EOPNOTSUPP,
			"\"%s\" is device-bound and cannot be tail-called, and this host refuses extension programs (BPF_PROG_TYPE_EXT): %s",
			path, strerror(err));
	return report_fail(r, STATUS_NOT_TRIED, EOPNOTSUPP,
			   "This host refuses extension programs (BPF_PROG_TYPE_EXT): %s",
			   strerror(err));
}
