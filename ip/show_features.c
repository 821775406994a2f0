// SPDX-License-Identifier: GPL-2.0-or-later
/* "features": what this host can do. */
#include "show_features.h"

#include <stdio.h>

#include "config.h"
#include "json.h"
#include "message.h"
#include "dispatcher/probe.h"
#include "kernel/store.h"

struct row {
	const char *key;
	bool value;
	const char *meaning;
};

static void print_text(const struct row *rows, size_t n, const struct features *f,
		       const struct report *const *why)
{
	char buf[4 * REPORT_ERROR_MAX];

	printf("version %s\n", VERSION);
	for (size_t i = 0; i < n; i++)
		printf("%-12s %-4s %s\n", rows[i].key, rows[i].value ? "yes" : "no",
		       rows[i].meaning);
	printf("%-12s %-4u dispatcher version of the installed libxdp, 0: none\n", "libxdp",
	       f->libxdp_version);
	for (; *why; why++)
		if ((*why)->error[0])
			printf("reason       %s\n",
			       message_escape((*why)->error, buf, sizeof(buf)));
}

static void print_json(const struct row *rows, size_t n, const struct features *f,
		       const struct report *const *why, bool pretty)
{
	struct json_object *doc = json_array(), *map = json_map();
	struct json_object *reasons = json_array();

	json_add_text(map, "version", VERSION);
	for (size_t i = 0; i < n; i++)
		json_add_bool(map, rows[i].key, rows[i].value);
	json_add_number(map, "libxdp", f->libxdp_version);
	for (; *why; why++)
		if ((*why)->error[0])
			json_add_text(reasons, NULL, (*why)->error);
	json_add(map, "reasons", reasons);
	json_add(doc, NULL, map);
	json_print(doc, pretty);
}

int show_features(const struct options *opts)
{
	struct report no_bpffs = REPORT_INIT, why = REPORT_INIT;
	struct features f;
	struct store s;
	bool bpffs = !store_open(&s, &no_bpffs);

	if (bpffs)
		store_close(&s);
	probe_features(&f, &why);
	const struct row rows[] = {
		{ "bpffs", bpffs, "a BPF filesystem to pin chains in" },
		{ "dispatcher", f.dispatcher, "generated dispatchers load" },
		{ "ext", f.ext, "extension programs load" },
		{ "ext_link", f.ext_link, "extension programs replace stubs" },
		{ "tail", f.tail, "dispatchers tail-call XDP programs" },
		{ "link_target", f.link_target,
		  "links tell what they replace: chains can be checked" },
		{ "frags", f.frags, "programs for multi-buffer packets" },
	};
	const struct report *const reasons[] = { &no_bpffs, &why, NULL };
	size_t n = sizeof(rows) / sizeof(rows[0]);

	if (opts->json)
		print_json(rows, n, &f, reasons, opts->pretty);
	else
		print_text(rows, n, &f, reasons);
	report_free(&no_bpffs);
	report_free(&why);
	return 0;
}
