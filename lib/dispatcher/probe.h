/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests which features this host has, by using them. */
#ifndef XM_PROBE_H
#define XM_PROBE_H

#include <stdbool.h>

#include "kernel/caps.h"
#include "model/chain.h"
#include "dispatcher/template.h"
#include "model/report.h"

/* The errno of architectures that cannot patch a function. It is internal to the kernel, so
 * user space has no name for it. */
#define KERNEL_ENOTSUPP 524

/* The result of a test: a feature that could not be tested is not missing. */
enum feature {
	FEATURE_NO,
	FEATURE_YES,
	FEATURE_UNKNOWN,
};

/*
 * struct features
 * @dispatcher: a generated dispatcher loads
 * @ext: an extension program loads
 * @ext_link: it can really replace a stub (the architecture can patch)
 * @ext_calls: an extension can tail-call XDP programs, see probe_ext_calls_refused()
 * @tail: a dispatcher can tail-call XDP programs (the architecture can do that
 *	  from functions): then any program can join a chain
 * @link_target: links tell what they replace (Linux 5.13)
 * @frags: multi-buffer programs (Linux 5.18)
 * @devbound: programs that ask the driver about a packet (Linux 6.3), which must be
 *	      extensions
 * @libxdp_version: dispatcher version of the installed libxdp, 0 for none
 * @lacking: capabilities that were missing for a test, "" for none
 */
struct features {
	enum feature dispatcher;
	enum feature ext;
	enum feature ext_link;
	enum feature ext_calls;
	enum feature tail;
	enum feature link_target;
	enum feature frags;
	enum feature devbound;
	unsigned int libxdp_version;
	char lacking[CAPS_TEXT_SIZE];
};

/* probe_features() - test everything; nothing is left behind.  @r gets the message of the
 * first step that failed, which is not an error of the probe. */
void probe_features(struct features *f, struct report *r);

/* probe_ext_refused() - is it certain that this host does not let an extension replace a
 * stub, by policy or by architecture?  Tested once per template, which is loaded if
 * needed. */
bool probe_ext_refused(struct template *t);

/*
 * probe_stubs_refused() - is it certain that an extension can replace only the main function of
 * a dispatcher, for a process with a BPF token?
 *
 * Linux 6.18, but no longer 7.3, knows the other functions of a program only if it was loaded by
 * CAP_BPF in the initial user namespace.
 */
bool probe_stubs_refused(struct template *t);

/*
 * probe_ext_calls_refused() - is it certain that an extension cannot tail-call an XDP
 * program on this kernel?
 *
 * Without a fix of Linux 6.2, which some stable kernels have, a tail-call map that an
 * extension uses accepts only extensions, and no extension can be put into a tail-call map.
 */
bool probe_ext_calls_refused(struct template *t);

/* probe_frags() - does the kernel know multi-buffer XDP programs?  1, 0, or
 * -errno if that cannot be found out. */
int probe_frags(struct report *r);

#endif
