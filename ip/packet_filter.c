// SPDX-License-Identifier: GPL-2.0-or-later
/* Compiles filter expressions with libpcap. */
#include "packet_filter.h"

#include <errno.h>

#include <pcap/pcap.h>

#include "libpcap.h"

#define LONGEST_PACKET 262144

/* struct compiling - the functions of libpcap that we use */
struct compiling {
	__typeof__(pcap_open_dead) *open;
	__typeof__(pcap_compile) *compile;
	__typeof__(pcap_freecode) *free_code;
	__typeof__(pcap_geterr) *error;
	__typeof__(pcap_close) *close;
};

static int load(struct libpcap *lib, struct compiling *use, struct report *r)
{
	const struct libpcap_symbol symbols[] = {
		{ "pcap_open_dead", (void **)&use->open },
		{ "pcap_compile", (void **)&use->compile },
		{ "pcap_freecode", (void **)&use->free_code },
		{ "pcap_geterr", (void **)&use->error },
		{ "pcap_close", (void **)&use->close },
	};

	return libpcap_load(lib, "Compiling a filter requires", symbols,
			    sizeof(symbols) / sizeof(symbols[0]), r);
}

/* For "protochain" libpcap generates a jump back. */
static bool has_loop(const struct trace_conf *conf)
{
	for (unsigned int i = 0; i < conf->n_filter; i++)
		if (conf->filter[i].code == (BPF_JMP | BPF_JA) &&
		    conf->filter[i].k >= conf->n_filter - i)
			return true;
	return false;
}

/* For words such as "inbound" libpcap generates loads that only socket filters support. */
static int take(const struct bpf_program *code, const char *expression, struct trace_conf *conf,
		struct report *r)
{
	if (code->bf_len > TRACE_FILTER_MAX)
		return report_fail(
			r, STATUS_NOT_TRIED, E2BIG,
			"The filter is too long: it has %u instructions, and the maximum is %u",
			code->bf_len, TRACE_FILTER_MAX);
	conf->n_filter = code->bf_len;
	for (unsigned int i = 0; i < code->bf_len; i++)
		conf->filter[i] = (struct trace_insn){
			.code = code->bf_insns[i].code,
			.jt = code->bf_insns[i].jt,
			.jf = code->bf_insns[i].jf,
			.k = code->bf_insns[i].k,
		};
	if (trace_filter_valid(conf->filter, conf->n_filter))
		return 0;
	if (has_loop(conf))
		return report_fail(
			r, STATUS_NOT_TRIED, EOPNOTSUPP,
			"The filter \"%s\" needs a loop, which filters in the kernel cannot have",
			expression);
	return report_fail(r, STATUS_NOT_TRIED, EOPNOTSUPP,
			   "The filter \"%s\" asks for something that is not in the packet",
			   expression);
}

static int compile(const struct compiling *use, const char *expression, struct trace_conf *conf,
		   struct report *r)
{
	pcap_t *p = use->open(DLT_EN10MB, LONGEST_PACKET);
	struct bpf_program code;
	int err;

	if (!p)
		return report_no_memory(r);
	if (use->compile(p, &code, expression, 1, PCAP_NETMASK_UNKNOWN)) {
		err = report_fail(
			r, STATUS_USAGE, EINVAL,
			"Error: argument \"%s\" is wrong: \"filter\" must be an expression as in pcap-filter(7): %s",
			expression, use->error(p));
	} else {
		err = take(&code, expression, conf, r);
		use->free_code(&code);
	}
	use->close(p);
	return err;
}

int packet_filter(const char *expression, struct trace_conf *conf, struct report *r)
{
	struct compiling use;
	struct libpcap lib;
	int err;

	if (!expression)
		return 0;
	err = load(&lib, &use, r);
	if (err)
		return err;
	err = compile(&use, expression, conf, r);
	libpcap_close(&lib);
	return err;
}
