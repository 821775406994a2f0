// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What does a chain cost? On a machine whose clock counts instructions (boot
 * --icount) what takes a nanosecond is one of them; else these are nanoseconds.
 *
 *	cost		a program alone, and chains of programs that return at
 *			once: of extensions, where they are allowed, and tail-called
 *	cost -s		the same of 1, 2 and 10 entries, each fewer times
 *	cost ID...	programs that are loaded already
 *	cost -n COUNT ...	so many packets at a time, for a machine that is
 *			interrupted
 *	cost -l N	measures nothing: loads a chain of N extensions and pins them,
 *			for those who measure what that takes
 *
 * Nothing is attached to a device: packets come from BPF_PROG_TEST_RUN, whose
 * own loop is counted in. Prints a line for each: what it is, the number of
 * entries that run (or the id), cost per packet.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <linux/bpf.h>

#include "model/chain.h"
#include "dispatcher/dispatcher.h"
#include "dispatcher/template.h"
#include "dispatcher/tracing.h"
#include "kernel/kobj.h"
#include "model/report.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define PACKET_SIZE   64
#define PACKETS	      500 /* below a timer tick, even of 250 entries */
#define TRIES	      15

#define RULE_GOTO -1

/*
 * struct kind - a kind of chain
 * @proceed_on: of each entry; RULE_GOTO: on pass it goes to the next but one
 * @stats: packets are counted
 * @traced: each packet is told to a tracer
 */
static const struct kind {
	const char *name;
	int proceed_on;
	bool stats;
	bool traced;
} kinds[] = {
	{ "pass", VERDICT_BIT(VERDICT_PASS), false, false },
	{ "drop,pass", VERDICT_BIT(VERDICT_PASS) | VERDICT_BIT(VERDICT_DROP), false, false },
	{ "all", VERDICTS_ALL, false, false },
	{ "goto", RULE_GOTO, false, false },
	{ "counted", VERDICT_BIT(VERDICT_PASS), true, false },
	{ "traced", VERDICT_BIT(VERDICT_PASS), false, true },
};

#define SHORT	10
#define N_SHORT 3 /* the first of them, up to that */

static const unsigned int lengths[] = { 1, 2, 10, 5, 50, 125, 250 };
static unsigned int n_lengths = ARRAY_SIZE(lengths);

static const struct trace_conf every_packet = {
	.version = TRACE_VERSION,
	.snaplen = PACKET_SIZE,
	.sample = 1,
	.verdicts = TRACE_ANY_VERDICT,
};

static const struct bpf_insn pass[] = {
	{ .code = BPF_ALU | BPF_MOV | BPF_K, .imm = XDP_PASS },
	{ .code = BPF_JMP | BPF_EXIT },
};

static struct chain chain;
static unsigned int packets = PACKETS, tries = TRIES;

static void __attribute__((noreturn)) die(const char *what, const struct report *r)
{
	fprintf(stderr, "cost: %s: %s\n", what, r ? r->error : strerror(errno));
	exit(1);
}

/* ---- measuring ---- */

/* The kernel's own figure, per packet. The first run of a program that is not
 * attached patches the kernel, so time around the system call tells nothing. */
static unsigned int run(int fd)
{
	static const unsigned char packet[PACKET_SIZE];
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = packet, .data_size_in = sizeof(packet),
		    .repeat = packets);

	if (bpf_prog_test_run_opts(fd, &opts))
		die("BPF_PROG_TEST_RUN", NULL);
	if (opts.retval != XDP_PASS)
		die("a verdict other than pass", NULL);
	return opts.duration;
}

/* The run that no interrupt disturbed is the shortest. */
static unsigned int cost(int fd)
{
	unsigned int best = run(fd);

	for (unsigned int i = 1; i < tries; i++) {
		unsigned int c = run(fd);

		best = c < best ? c : best;
	}
	return best;
}

static void print_cost(const char *what, unsigned int n, int fd)
{
	printf("%s %u %u\n", what, n, cost(fd));
	fflush(stdout);
}

/* ---- a chain ---- */

/* int component(struct xdp_md *ctx) */
static struct btf *make_btf(int *func)
{
	struct btf *btf = btf__new_empty();
	int sint, ptr, proto;

	if (!btf)
		die("BTF", NULL);
	sint = btf__add_int(btf, "int", 4, BTF_INT_SIGNED);
	ptr = btf__add_ptr(btf, btf__add_struct(btf, "xdp_md", 0));
	proto = btf__add_func_proto(btf, sint);
	if (btf__add_func_param(btf, "ctx", ptr))
		die("BTF", NULL);
	*func = btf__add_func(btf, "component", BTF_FUNC_GLOBAL, proto);
	if (*func < 0 || btf__load_into_kernel(btf))
		die("BTF", NULL);
	return btf;
}

/* A program can be linked only once to a dispatcher, so each slot has one. False
 * where extensions are refused. */
static bool load_components(int *components, unsigned int n)
{
	struct report report = REPORT_INIT;
	struct bpf_func_info info = { 0 };
	struct template template = TEMPLATE_INIT;
	struct btf *btf;
	int func;

	btf = make_btf(&func);
	info.type_id = func;
	if (template_load(0, &template, &report))
		die("template", &report);
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .attach_prog_fd = template.fd,
		    .attach_btf_id = template.func, .prog_btf_fd = btf__fd(btf), .func_info = &info,
		    .func_info_cnt = 1, .func_info_rec_size = sizeof(info));
	for (unsigned int i = 0; i < n; i++) {
		components[i] = bpf_prog_load(BPF_PROG_TYPE_EXT, "component", "GPL", pass,
					      ARRAY_SIZE(pass), &opts);
		if (components[i] < 0 && errno == EPERM && !i)
			break;
		if (components[i] < 0)
			die("component program", NULL);
	}
	template_close(&template);
	btf__free(btf);
	return components[0] >= 0;
}

static void make_chain(const struct kind *kind, unsigned int n)
{
	static const struct program none = { .fd = -1 };

	memset(&chain, 0, sizeof(chain));
	chain.n = n;
	chain.format = FORMAT_EXTENDED;
	chain.stats = kind->stats;
	chain.traced = kind->traced;
	for (unsigned int i = 0; i < n; i++) {
		struct entry *e = &chain.entries[i];

		snprintf(e->name, sizeof(e->name), "entry%u", i);
		e->uid = i + 1;
		e->row = i + 1;
		e->prio = i;
		e->program = &none;
		if (kind->proceed_on != RULE_GOTO)
			e->proceed_on = kind->proceed_on;
		else if (i + 2 < n)
			e->go_to[VERDICT_PASS] = e->uid + 2;
	}
}

/* @n entries run; with goto there are as many that do not. */
static void measure_chain(const struct kind *kind, unsigned int n, const int *components)
{
	struct report report = REPORT_INIT;
	unsigned int slots = kind->proceed_on == RULE_GOTO ? 2 * n - 1 : n;
	struct counters counters = COUNTERS_INIT;
	struct tracing tracing = TRACING_INIT;
	struct instruments with = { .counters = &counters, .tracing = &tracing };
	struct dispatcher d;
	int links[CHAIN_MAX];

	/* Nobody reads: there is room for the events of short chains. */
	if (slots > CHAIN_MAX || (kind->traced && slots > SHORT))
		return;
	make_chain(kind, slots);
	if (kind->stats && counters_make(&counters, &report))
		die("counters", &report);
	if (kind->traced && tracing_make(&tracing, &every_packet, &report))
		die("trace", &report);
	if (dispatcher_load(&chain, 0, &with, &d, &report))
		die("dispatcher", &report);
	for (unsigned int i = 0; i < slots; i++) {
		links[i] = dispatcher_link(&d, i, components[i], &report);
		if (links[i] < 0)
			die("link", &report);
	}
	print_cost(kind->name, n, d.fd);
	for (unsigned int i = 0; i < slots; i++)
		close(links[i]);
	dispatcher_close(&d);
	counters_close(&counters);
	tracing_close(&tracing);
}

static int load_alone(void)
{
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .expected_attach_type = BPF_XDP);
	int fd = bpf_prog_load(BPF_PROG_TYPE_XDP, "alone", "GPL", pass, ARRAY_SIZE(pass), &opts);

	if (fd < 0)
		die("program", NULL);
	return fd;
}

/* A program can be tail-called from any number of slots. */
static void measure_tail(const struct program *p, unsigned int n)
{
	static const struct kind kind = { "tail", VERDICT_BIT(VERDICT_PASS), false, false };
	struct report report = REPORT_INIT;
	struct dispatcher d;

	if (n > CHAIN_MAX_TAIL)
		return;
	make_chain(&kind, n);
	for (unsigned int i = 0; i < n; i++) {
		chain.entries[i].program = p;
		chain.entries[i].linkage = LINKAGE_TAIL;
	}
	if (dispatcher_load(&chain, 0, NULL, &d, &report))
		die("dispatcher", &report);
	print_cost(kind.name, n, d.fd);
	dispatcher_close(&d);
}

static void measure_all(void)
{
	static int components[CHAIN_MAX];
	struct program p = { .fd = load_alone(), .plain = true };
	struct report report = REPORT_INIT;
	struct kobj_prog info;

	if (kobj_prog_info(p.fd, &info, &report))
		die("program", &report);
	p.id = info.id;
	print_cost("alone", 1, p.fd);
	if (load_components(components, n_lengths == N_SHORT ? 2 * SHORT : CHAIN_MAX))
		for (size_t k = 0; k < ARRAY_SIZE(kinds); k++)
			for (size_t i = 0; i < n_lengths; i++)
				measure_chain(&kinds[k], lengths[i], components);
	for (size_t i = 0; i < n_lengths; i++)
		measure_tail(&p, lengths[i]);
}

/* ---- no more than it takes ---- */

static void pin(int fd, const char *what, unsigned int i)
{
	char path[64];

	snprintf(path, sizeof(path), "/sys/fs/bpf/cost-%u-%s", i, what);
	if (bpf_obj_pin(fd, path))
		die(path, NULL);
	unlink(path);
}

static void load_chain(unsigned int n)
{
	static int components[CHAIN_MAX];
	struct report report = REPORT_INIT;
	struct dispatcher d;

	if (n < 1 || n > CHAIN_MAX || !load_components(components, n))
		die("components", NULL);
	make_chain(&kinds[0], n);
	if (dispatcher_load(&chain, 0, NULL, &d, &report))
		die("dispatcher", &report);
	for (unsigned int i = 0; i < n; i++) {
		int link = dispatcher_link(&d, i, components[i], &report);

		if (link < 0)
			die("link", &report);
		pin(components[i], "prog", i);
		pin(link, "link", i);
		close(link);
		close(components[i]);
	}
	dispatcher_close(&d);
}

/* ---- programs that are not ours ---- */

static void measure_loaded(const char *id)
{
	struct report report = REPORT_INIT;
	int fd = kobj_prog_open(strtoul(id, NULL, 10), &report);

	if (fd < 0)
		die(id, &report);
	print_cost("id", strtoul(id, NULL, 10), fd);
	close(fd);
}

int main(int argc, char **argv)
{
	int first = 1;

	kobj_init(&(struct kobj_process){ 0 });
	if (argc == 3 && !strcmp(argv[1], "-l")) {
		load_chain(strtoul(argv[2], NULL, 10));
		return 0;
	}
	if (argc == 2 && !strcmp(argv[1], "-s")) {
		n_lengths = N_SHORT;
		tries = 5;
		measure_all();
		return 0;
	}
	if (argc > 2 && !strcmp(argv[1], "-n")) {
		packets = strtoul(argv[2], NULL, 10);
		first = 3;
	}
	if (first == argc)
		measure_all();
	for (int i = first; i < argc; i++)
		measure_loaded(argv[i]);
	return 0;
}
