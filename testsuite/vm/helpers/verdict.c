// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Is the verdict of a dispatcher in the kernel what the model says?
 *
 * The program in slot i returns byte i of the packet, so that one dispatcher
 * answers for every combination of verdicts. Nothing is attached to a device:
 * packets come from BPF_PROG_TEST_RUN. Prints TAP.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <linux/bpf.h>

#include "../../verdict_model.h"
#include "model/chain.h"
#include "dispatcher/dispatcher.h"
#include "dispatcher/template.h"
#include "model/report.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define SEED	      20260721
#define PACKET_SIZE   256
#define SLOW	      100e-6 /* seconds that a run may take */

/* What programs return: every verdict, one out of range, "not run". */
static const __u8 returns[] = { 0, 1, 2, 3, 4, 5, 31 };

/*
 * struct trial - one line of TAP
 * @n: entries
 * @dispatchers: how many, with random masks; 0 for all masks
 * @packets: for each of them, at random; 0 for all combinations of returns[]
 * @unlinked: of 100 slots, so many have no program
 * @stub: link a single program over its stub, as others do, not over main
 * @jumps: of 100 verdicts that go on, so many are a goto
 * @disabled: of 100 entries, so many are
 */
struct trial {
	const char *name;
	unsigned int n;
	unsigned int dispatchers;
	unsigned int packets;
	unsigned int unlinked;
	bool stub;
	unsigned int jumps;
	unsigned int disabled;
};

static const struct trial trials[] = {
	{ "1 entry", .n = 1 },
	{ "1 entry linked over its stub", .n = 1, .stub = true },
	{ "1 entry without its program", .n = 1, .unlinked = 100 },
	{ "2 entries", .n = 2 },
	{ "3 entries", .n = 3 },
	{ "4 entries", .n = 4, 80, 400 },
	{ "5 entries", .n = 5, 80, 400 },
	{ "6 entries", .n = 6, 80, 400 },
	{ "7 entries", .n = 7, 80, 400 },
	{ "8 entries", .n = 8, 80, 400 },
	{ "9 entries", .n = 9, 80, 400 },
	{ "10 entries", .n = 10, 80, 400 },
	{ "2 entries, some without a program", .n = 2, 60, .unlinked = 50 },
	{ "3 entries, some without a program", .n = 3, 60, .unlinked = 50 },
	{ "10 entries, some without a program", .n = 10, 80, 400, 30 },
	{ "50 entries", .n = 50, 16, 500 },
	{ "50 entries, some without a program", .n = 50, 8, 500, 30 },
	{ "250 entries", .n = 250, 8, 500 },
	{ "250 entries, some without a program", .n = 250, 4, 500, 30 },
	{ "3 entries with goto", .n = 3, 100, .jumps = 40 },
	{ "10 entries with goto", .n = 10, 80, 400, 5, .jumps = 30 },
	{ "50 entries with goto", .n = 50, 16, 500, 5, .jumps = 20 },
	{ "250 entries with goto", .n = 250, 8, 500, 5, .jumps = 5 },
	{ "1 entry, disabled", .n = 1, .disabled = 100 },
	{ "3 entries, all disabled", .n = 3, 4, .disabled = 100 },
	{ "2 entries, some disabled", .n = 2, 60, .disabled = 50 },
	{ "3 entries with goto, some disabled", .n = 3, 100, .jumps = 40, .disabled = 40 },
	{ "10 entries with goto, some disabled", .n = 10, 80, 400, 5, .jumps = 30, .disabled = 30 },
	{ "250 entries with goto, some disabled", .n = 250, 8, 500, 5, .jumps = 5, .disabled = 20 },
};

/*
 * struct bench - the dispatcher that is being tried
 * @to: per verdict, the entry of a goto, or 0
 * @runs, @wrong: of the whole trial
 * @seconds: that the runs took
 */
struct bench {
	const struct trial *trial;
	struct dispatcher d;
	unsigned int n;
	__u32 masks[CHAIN_MAX];
	unsigned int to[CHAIN_MAX][N_VERDICTS];
	bool disabled[CHAIN_MAX];
	int links[CHAIN_MAX]; /* -1: none */
	unsigned int dispatchers;
	unsigned int runs;
	unsigned int wrong;
	double seconds;
};

static int components[CHAIN_MAX];
static struct chain chain;
static struct bench bench;
static unsigned int share = 100; /* of 100 packets, so many are tried */

static unsigned int below(unsigned int n)
{
	return lrand48() / 7 % n;
}

static void __attribute__((noreturn)) bail_out(const char *what, const struct report *r)
{
	printf("Bail out! %s: %s\n", what, r ? r->error : strerror(errno));
	if (r && r->log)
		fprintf(stderr, "%s\n", r->log);
	exit(1);
}

/* ---- the programs ---- */

/* int component(struct xdp_md *ctx) */
static struct btf *make_btf(int *func)
{
	struct btf *btf = btf__new_empty();
	int sint, md, ptr, proto;

	if (!btf)
		bail_out("BTF", NULL);
	sint = btf__add_int(btf, "int", 4, BTF_INT_SIGNED);
	md = btf__add_struct(btf, "xdp_md", 0);
	ptr = btf__add_ptr(btf, md);
	proto = btf__add_func_proto(btf, sint);
	if (btf__add_func_param(btf, "ctx", ptr))
		bail_out("BTF", NULL);
	*func = btf__add_func(btf, "component", BTF_FUNC_GLOBAL, proto);
	if (*func < 0 || btf__load_into_kernel(btf))
		bail_out("BTF", NULL);
	return btf;
}

#define INSN(c, d, s, o, i)                                                         \
	{                                                                           \
		.code = (c), .dst_reg = (d), .src_reg = (s), .off = (o), .imm = (i) \
	}

/* Return byte @i of the packet; with an odd number, with garbage in the upper
 * half of the register, which a function declared int may leave. */
static int load_component(unsigned int i, struct bpf_prog_load_opts *opts)
{
	const struct bpf_insn insns[] = {
		INSN(BPF_LDX | BPF_MEM | BPF_W, 2, 1, 0, 0), /* data */
		INSN(BPF_LDX | BPF_MEM | BPF_W, 3, 1, 4, 0), /* data_end */
		INSN(BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 0),
		INSN(BPF_ALU64 | BPF_MOV | BPF_X, 4, 2, 0, 0),
		INSN(BPF_ALU64 | BPF_ADD | BPF_K, 4, 0, 0, PACKET_SIZE),
		INSN(BPF_JMP | BPF_JGT | BPF_X, 4, 3, 4, 0),
		INSN(BPF_LDX | BPF_MEM | BPF_B, 0, 2, i, 0),
		INSN(BPF_ALU64 | BPF_MOV | BPF_K, 5, 0, 0, i & 1),
		INSN(BPF_ALU64 | BPF_LSH | BPF_K, 5, 0, 0, 32),
		INSN(BPF_ALU64 | BPF_OR | BPF_X, 0, 5, 0, 0),
		INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
	};

	return bpf_prog_load(BPF_PROG_TYPE_EXT, "component", "GPL", insns, ARRAY_SIZE(insns), opts);
}

static void load_components(void)
{
	struct report report = REPORT_INIT;
	struct bpf_func_info info = { 0 };
	struct template template = TEMPLATE_INIT;
	struct btf *btf;
	int func;

	btf = make_btf(&func);
	info.type_id = func;
	if (template_load(0, &template, &report))
		bail_out("template", &report);
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .attach_prog_fd = template.fd,
		    .attach_btf_id = template.func, .prog_btf_fd = btf__fd(btf), .func_info = &info,
		    .func_info_cnt = 1, .func_info_rec_size = sizeof(info));
	for (unsigned int i = 0; i < CHAIN_MAX; i++) {
		components[i] = load_component(i, &opts);
		if (components[i] < 0)
			bail_out("component program", NULL);
	}
	template_close(&template);
	btf__free(btf);
}

/* ---- a dispatcher ---- */

/* Gotos and disabled entries for the masks there are. */
static void make_rules(struct bench *b)
{
	memset(b->to, 0, sizeof(b->to));
	for (unsigned int i = 0; i < b->n; i++) {
		b->disabled[i] = below(100) < b->trial->disabled;
		for (unsigned int v = 0; i + 1 < b->n && v < N_VERDICTS; v++)
			if (b->masks[i] & VERDICT_BIT(v) && below(100) < b->trial->jumps)
				b->to[i][v] = i + 1 + below(b->n - i - 1);
	}
}

static void make_chain(const struct bench *b)
{
	static const struct program none = { .fd = -1 };

	memset(&chain, 0, sizeof(chain));
	chain.n = b->n;
	chain.format = b->n > XDP_DISPATCHER_SLOTS || b->trial->jumps || b->trial->disabled
			       ? FORMAT_EXTENDED
		       : b->dispatchers & 1 ? FORMAT_2
					    : FORMAT_3;
	for (unsigned int i = 0; i < b->n; i++) {
		struct entry *e = &chain.entries[i];

		snprintf(e->name, sizeof(e->name), "entry%u", i);
		e->uid = i + 1;
		e->prio = i;
		e->proceed_on = b->masks[i];
		e->disabled = b->disabled[i];
		e->program = &none;
		for (unsigned int v = 0; v < N_VERDICTS; v++)
			if (b->to[i][v])
				rules_set(e, VERDICT_BIT(v), FATE_GOTO, b->to[i][v] + 1);
	}
}

static void load_chain(struct bench *b)
{
	struct report report = REPORT_INIT;

	if (dispatcher_load(&chain, 0, NULL, &b->d, &report))
		bail_out("dispatcher", &report);
}

static int link_stub(const struct bench *b, unsigned int slot)
{
	LIBBPF_OPTS(bpf_link_create_opts, opts, .target_btf_id = b->d.func[1 + slot]);

	return bpf_link_create(components[slot], b->d.fd, 0, &opts);
}

static void link_components(struct bench *b)
{
	struct report report = REPORT_INIT;

	for (unsigned int i = 0; i < b->n; i++) {
		b->links[i] = -1;
		if (b->disabled[i] || below(100) < b->trial->unlinked)
			continue;
		b->links[i] = b->trial->stub ? link_stub(b, i)
					     : dispatcher_link(&b->d, i, components[i], &report);
		if (b->links[i] < 0)
			bail_out("link", b->trial->stub ? NULL : &report);
	}
}

static void close_dispatcher(struct bench *b)
{
	for (unsigned int i = 0; i < b->n; i++)
		if (b->links[i] >= 0)
			close(b->links[i]);
	dispatcher_close(&b->d);
}

/* ---- packets ---- */

/* The chain without its disabled entries: what leads to one leads behind it. */
static unsigned int enabled_slots(const struct bench *b, const __u8 *packet,
				  struct image_slot *slots, __u64 *returned)
{
	unsigned int position[CHAIN_MAX + 1], n = 0;

	for (unsigned int i = 0; i < b->n; i++) {
		position[i] = n;
		n += !b->disabled[i];
	}
	position[b->n] = n;
	for (unsigned int i = 0; i < b->n; i++) {
		struct image_slot *slot = &slots[position[i]];

		if (b->disabled[i])
			continue;
		returned[position[i]] = b->links[i] < 0 ? MODEL_EMPTY : packet[i];
		for (unsigned int v = 0; v < N_VERDICTS; v++) {
			unsigned int next = b->to[i][v] ? b->to[i][v] : i + 1;

			slot->next[v] = b->masks[i] >> v & 1 ? (int)position[next] : IMAGE_STOP;
		}
	}
	return n;
}

static __u32 expected(const struct bench *b, const __u8 *packet)
{
	static struct image_slot slots[CHAIN_MAX];
	__u64 returned[CHAIN_MAX];
	unsigned int n;

	/* A program that replaces main is alone with the kernel. */
	if (b->n == 1 && b->links[0] >= 0 && !b->trial->stub)
		return packet[0];
	n = enabled_slots(b, packet, slots, returned);
	return verdict_model(slots, n, returned);
}

static void print_case(const struct bench *b, const __u8 *packet, __u32 want, __u32 got)
{
	printf("# got %u, expected %u; slots (mask:verdict, - for no program, x for disabled)", got,
	       want);
	for (unsigned int i = 0; i < b->n; i++)
		printf(" %#x:%u%s%s", b->masks[i], packet[i], b->links[i] < 0 ? "-" : "",
		       b->disabled[i] ? "x" : "");
	printf("\n");
	for (unsigned int i = 0; i < b->n; i++)
		for (unsigned int v = 0; v < N_VERDICTS; v++)
			if (b->to[i][v])
				printf("# on %u slot %u goes to %u\n", v, i, b->to[i][v]);
}

static void try_packet(struct bench *b, const __u8 *packet)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = packet, .data_size_in = PACKET_SIZE,
		    .repeat = 1);
	__u32 want = expected(b, packet);

	if (below(100) >= share)
		return;
	if (bpf_prog_test_run_opts(b->d.fd, &opts))
		bail_out("BPF_PROG_TEST_RUN", NULL);
	b->runs++;
	if (opts.retval == want)
		return;
	if (b->wrong++ < 10)
		print_case(b, packet, want, opts.retval);
}

/* Count like an odometer; false after the last combination. */
static bool next_combination(unsigned int *digits, unsigned int n, unsigned int base)
{
	for (unsigned int i = 0; i < n; i++) {
		if (++digits[i] < base)
			return true;
		digits[i] = 0;
	}
	return false;
}

static void all_packets(struct bench *b)
{
	unsigned int digits[3] = { 0 };
	__u8 packet[PACKET_SIZE] = { 0 };

	do {
		for (unsigned int i = 0; i < b->n; i++)
			packet[i] = returns[digits[i]];
		try_packet(b, packet);
	} while (next_combination(digits, b->n, ARRAY_SIZE(returns)));
}

/* Long chains run on only when few programs return something odd. */
static void random_packets(struct bench *b)
{
	static const unsigned int odd[] = { 0, 1, 10, 50 };
	__u8 packet[PACKET_SIZE] = { 0 };

	for (unsigned int p = 0; p < b->trial->packets; p++) {
		unsigned int percent = odd[below(ARRAY_SIZE(odd))];

		for (unsigned int i = 0; i < b->n; i++) {
			packet[i] = below(N_VERDICTS);
			if (below(100) < percent)
				packet[i] = below(4) ? MODEL_NOT_RUN : below(256);
		}
		try_packet(b, packet);
	}
}

/* ---- trials ---- */

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

/* With EVERYTHING in the environment all, else some. */
static bool everything(void)
{
	const char *set = getenv("EVERYTHING");

	return set && *set;
}

static unsigned int share_of(unsigned int dispatchers)
{
	return everything() ? dispatchers : (dispatchers + 3) / 4;
}

static void try_dispatcher(struct bench *b)
{
	double start;

	make_rules(b);
	make_chain(b);
	load_chain(b);
	b->dispatchers++;
	link_components(b);
	start = now();
	if (b->trial->packets)
		random_packets(b);
	else
		all_packets(b);
	b->seconds += now() - start;
	close_dispatcher(b);
}

/* Of the last slot any mask will do: it leaves no trace in the image, which the
 * unit test proves. */
static void all_masks(struct bench *b)
{
	unsigned int digits[3] = { 0 };

	do {
		memcpy(b->masks, digits, sizeof(digits));
		b->masks[b->n - 1] = below(32);
		try_dispatcher(b);
	} while (next_combination(digits, b->n - 1, 32));
}

static void random_masks(struct bench *b)
{
	static const unsigned int percents[] = { 50, 80, 97, 100 };

	for (unsigned int d = 0; d < share_of(b->trial->dispatchers); d++) {
		unsigned int percent = percents[d % ARRAY_SIZE(percents)];

		for (unsigned int i = 0; i < b->n; i++) {
			b->masks[i] = 0;
			for (unsigned int v = 0; v < N_VERDICTS; v++)
				if (below(100) < percent)
					b->masks[i] |= VERDICT_BIT(v);
		}
		try_dispatcher(b);
	}
}

/* Linux 5.10 patches kernel text twice in each BPF_PROG_TEST_RUN. */
static void slow_down(void)
{
	if (share <= 20 || bench.n > 3 || bench.runs < 1000 || bench.seconds / bench.runs < SLOW)
		return;
	share = 20;
	printf("# runs are slow here: from now on %u of 100 packets, by chance\n", share);
}

static bool try_all_of(const struct trial *trial, unsigned int number)
{
	double start = now();

	memset(&bench, 0, sizeof(bench));
	bench.trial = trial;
	bench.n = trial->n;
	if (trial->dispatchers)
		random_masks(&bench);
	else
		all_masks(&bench);
	printf("%s %u - %s: %u runs of %u dispatchers are as the model\n",
	       bench.wrong ? "not ok" : "ok", number, trial->name, bench.runs, bench.dispatchers);
	if (bench.wrong)
		printf("# %u are not\n", bench.wrong);
	printf("# %.1f s\n", now() - start);
	slow_down();
	fflush(stdout);
	return !bench.wrong;
}

int main(void)
{
	const struct rlimit forever = { RLIM_INFINITY, RLIM_INFINITY };
	const struct rlimit files = { 1024, 1024 };
	unsigned int failed = 0;

	setrlimit(RLIMIT_MEMLOCK, &forever);
	setrlimit(RLIMIT_NOFILE, &files);
	printf("1..%zu\n# seed %d\n", ARRAY_SIZE(trials), SEED);
	srand48(SEED);
	share = everything() ? 100 : 25;
	load_components();
	for (unsigned int i = 0; i < ARRAY_SIZE(trials); i++)
		failed += !try_all_of(&trials[i], i + 1);
	return failed ? 1 : 0;
}
