// SPDX-License-Identifier: GPL-2.0-or-later
/* "features": what this host can do. */
#include "show_features.h"

#include <stdio.h>

#include "config.h"
#include "dispatcher/probe.h"
#include "kernel/kobj.h"
#include "kernel/store.h"
#include "output.h"

struct row {
	const char *key;
	bool value;
	const char *meaning;
};

static void print_rows(struct output *out, const struct row *rows, size_t n)
{
	char text[16];

	for (size_t i = 0; i < n; i++) {
		snprintf(text, sizeof(text), "%-12s ", rows[i].key);
		print_string(out, PRINT_FP, NULL, "%s", text);
		print_bool(out, PRINT_ANY, rows[i].key, "%-4s ", rows[i].value);
		print_string(out, PRINT_FP, NULL, "%s\n", rows[i].meaning);
	}
}

static void print_reasons(struct output *out, const struct report *const *why)
{
	open_json_array(out, "reasons");
	for (; *why; why++)
		if ((*why)->error[0])
			print_string(out, PRINT_ANY, NULL, "reason       %s\n", (*why)->error);
	close_json_array(out);
}

static void print_features(struct output *out, const struct features *f, bool bpffs)
{
	const struct row rows[] = {
		{ "bpffs", bpffs, "a BPF filesystem to pin chains in" },
		{ "dispatcher", f->dispatcher, "generated dispatchers load" },
		{ "ext", f->ext, "extension programs load" },
		{ "ext_link", f->ext_link, "extension programs replace functions of a dispatcher" },
		{ "tail", f->tail, "dispatchers tail-call XDP programs" },
		{ "link_target", f->link_target,
		  "links tell what they replace: chains can be checked" },
		{ "frags", f->frags, "programs for multi-buffer packets" },
	};

	print_string(out, PRINT_ANY, "version", "version %s\n", VERSION);
	print_rows(out, rows, sizeof(rows) / sizeof(rows[0]));
	print_uint(out, PRINT_ANY, "libxdp",
		   "libxdp       %-4u dispatcher version of the installed libxdp (0: none)\n",
		   f->libxdp_version);
}

int show_features(const struct options *opts, struct report *r)
{
	struct report no_bpffs = REPORT_INIT, why = REPORT_INIT;
	const struct report *const reasons[] = { &no_bpffs, &why, NULL };
	struct output out;
	struct kobj_process was;
	struct features f;
	struct store s;
	bool bpffs = !store_open(&s, &no_bpffs);

	if (bpffs)
		store_close(&s);
	kobj_init(&was);
	probe_features(&f, &why);
	kobj_done(&was);
	output_begin(&out, opts);
	open_json_object(&out, NULL);
	print_features(&out, &f, bpffs);
	print_reasons(&out, reasons);
	close_json_object(&out);
	report_free(&no_bpffs);
	report_free(&why);
	return output_end(&out, 0, r);
}
