// SPDX-License-Identifier: GPL-2.0-or-later
/* "features": shows the features of this host and of the drivers of its devices. */
#include "show_features.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "config.h"
#include "dispatcher/probe.h"
#include "kernel/kobj.h"
#include "kernel/netdev.h"
#include "kernel/store.h"
#include "output.h"

#define STRING(macro) LITERAL(macro)
#define LITERAL(text) #text

struct row {
	const char *key;
	enum feature value;
	const char *meaning;
	const char *otherwise;
};

static const char *value_word(enum feature value)
{
	switch (value) {
	case FEATURE_YES:
		return "yes";
	case FEATURE_NO:
		return "no";
	default:
		return "unknown";
	}
}

static void print_row(struct output *out, const struct row *row)
{
	char text[40];

	if (!is_json_context(out)) {
		snprintf(text, sizeof(text), "%-12s %-12s", row->key, value_word(row->value));
		print_string(out, PRINT_FP, NULL, "%s", text);
		print_string(out, PRINT_FP, NULL, "%s\n",
			     row->value == FEATURE_NO ? row->otherwise : row->meaning);
	} else if (row->value == FEATURE_UNKNOWN) {
		print_null(out, row->key);
	} else {
		print_bool(out, PRINT_JSON, row->key, "%s", row->value == FEATURE_YES);
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

/* The bpffs belongs to root: other users may be unable to tell. */
static enum feature has_bpffs(const struct session *s, struct report *why)
{
	struct store store;
	int err;

	/* The session opened it if it could, and does not record why it could not. */
	if (s->store)
		return FEATURE_YES;
	err = store_open(&store, why);
	if (!err)
		store_close(&store);
	return err == -EACCES || err == -EPERM ? FEATURE_UNKNOWN : FEATURE_NO;
}

static void print_features(struct output *out, const struct features *f, enum feature bpffs)
{
	static const char instead[] =
		"programs are tail-called instead, up to " STRING(CHAIN_MAX_TAIL) " in a chain";
	const struct row rows[] = {
		{ "bpffs", bpffs, "a BPF filesystem to pin chains in",
		  "chains cannot be pinned: mount a BPF filesystem on /sys/fs/bpf" },
		{ "dispatcher", f->dispatcher, "generated dispatchers load",
		  "chains do not work: use Linux 5.10 or later" },
		{ "ext", f->ext, "extension programs load",
		  f->tail == FEATURE_YES
			  ? instead
			  : "chains do not work: allow extension programs (see the reason)" },
		{ "ext_link", f->ext_link, "extension programs replace functions of a dispatcher",
		  f->tail == FEATURE_YES ? instead : "chains do not work: use a newer kernel" },
		{ "ext_calls", f->ext_calls, "extension programs make tail calls",
		  "a program that makes tail calls is tail-called itself" },
		{ "tail", f->tail, "dispatchers tail-call XDP programs",
		  "a program that is loaded already cannot join a chain: use its object file" },
		{ "link_target", f->link_target,
		  "links say what they replace, so chains can be checked",
		  f->ext == FEATURE_NO
			  ? "tail-called programs have no links"
			  : "a chain can be read only where its pins are: use the same BPF filesystem" },
		{ "frags", f->frags, "programs for multi-buffer packets",
		  "native chains take no multi-buffer packets: use an MTU that fits one page" },
		{ "devbound", f->devbound, "programs that ask the driver about a packet",
		  "a program that asks the driver about a packet is refused: use one that does not" },
	};

	print_string(out, PRINT_ANY, "version", "version %s\n", VERSION);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		print_row(out, &rows[i]);
	print_uint(out, PRINT_ANY, "libxdp",
		   "libxdp       %-12udispatcher version of the installed libxdp (0: none)\n",
		   f->libxdp_version);
}

/* ---- a device ---- */

static void print_names(struct output *out, const char *key, const char *text,
			const char *const *names, size_t n, __u64 set)
{
	print_string(out, PRINT_FP, NULL, "%s", text);
	open_json_array(out, key);
	for (size_t i = 0; i < n; i++)
		if (set & 1ULL << i)
			print_string(out, PRINT_ANY, NULL, " %s", names[i]);
	close_json_array(out);
	print_string(out, PRINT_FP, NULL, "%s\n", set ? "" : " none");
}

/* The names are those of the kernel's netdev.yaml. */
static void print_told(struct output *out, const struct netdev_features *f)
{
	static const char *const xdp[] = {
		"basic",      "redirect", "ndo-xmit",	 "xsk-zerocopy",
		"hw-offload", "rx-sg",	  "ndo-xmit-sg",
	};
	static const char *const metadata[] = { "timestamp", "hash", "vlan-tag" };

	print_names(out, "xdp_features", "    driver   ", xdp, sizeof(xdp) / sizeof(xdp[0]),
		    f->xdp);
	print_names(out, "rx_metadata", "    metadata ", metadata,
		    sizeof(metadata) / sizeof(metadata[0]), f->rx_metadata);
}

static void print_device(struct output *out, const struct netlink_link *link,
			 const struct netdev_features *f)
{
	open_json_object(out, NULL);
	print_uint(out, PRINT_ANY, "ifindex", "%u: ", link->ifindex);
	print_string(out, PRINT_ANY, "ifname", "%s: ", link->ifname);
	print_uint(out, PRINT_ANY, "mtu", "mtu %u\n", link->mtu);
	if (f) {
		print_told(out, f);
	} else {
		print_null(out, "xdp_features");
		print_null(out, "rx_metadata");
		print_string(out, PRINT_FP, NULL, "%s\n",
			     "    driver    unknown: this kernel does not report driver features");
	}
	close_json_object(out);
}

static void print_devices(struct output *out, const struct request *rq, struct netlink *nl,
			  const struct netlink_link *links)
{
	struct netdev_features f;

	open_json_array(out, "devices");
	for (unsigned int i = 0; i < rq->n_devs; i++)
		print_device(out, &links[i], netdev_features(nl, links[i].ifindex, &f) ? &f : NULL);
	close_json_array(out);
}

/* Find the devices before anything is printed. */
static int find_devices(const struct request *rq, struct netlink *nl, struct netlink_link **links,
			struct report *r)
{
	int err = 0;

	*links = calloc(rq->n_devs + 1, sizeof(**links));
	if (!*links)
		return report_no_memory(r);
	for (unsigned int i = 0; !err && i < rq->n_devs; i++)
		err = netlink_link(nl, rq->devs[i], &(*links)[i], r);
	return err;
}

int show_features(struct session *s, const struct request *rq, const struct options *opts,
		  struct report *r)
{
	struct report no_bpffs = REPORT_INIT, why = REPORT_INIT;
	const struct report *const reasons[] = { &no_bpffs, &why, NULL };
	struct output out;
	struct features f;
	struct netlink_link *links;
	enum feature bpffs;
	int err = find_devices(rq, s->nl, &links, r);

	/* A lack of descriptors would look like a missing feature. */
	if (!err)
		err = kobj_check_descriptors(r);
	if (err) {
		free(links);
		return err;
	}
	bpffs = has_bpffs(s, &no_bpffs);
	probe_features(&f, &why);
	output_begin(&out, opts);
	open_json_object(&out, NULL);
	print_features(&out, &f, bpffs);
	print_reasons(&out, reasons);
	print_devices(&out, rq, s->nl, links);
	free(links);
	close_json_object(&out);
	report_free(&no_bpffs);
	report_free(&why);
	return output_end(&out, 0, r);
}
