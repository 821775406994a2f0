// SPDX-License-Identifier: GPL-2.0-or-later
/* A dispatcher's config map: the first byte is the version that its BTF tells. */
#include "fuzz.h"

#include <linux/bpf.h>

#include "model/conf.h"
#include "model/image.h"

static struct chain chain, again;
static struct conf conf, conf_again;
static struct program programs[CHAIN_MAX];
static __u32 written[CONF_MAX_SIZE / sizeof(__u32)];
static __u32 rewritten[CONF_MAX_SIZE / sizeof(__u32)];

/* Any memory for it ends where the bytes do. */
static int decode(const void *bytes, size_t size, unsigned int version, struct chain *c,
		  struct conf *to)
{
	struct report r = REPORT_INIT;
	void *copy = malloc(size + !size);
	int err;

	CHECK(copy);
	memcpy(copy, bytes, size);
	err = format_decode(copy, size, version, c, to, &r);
	CHECK(!err == !*r.error);
	CHECK(!err == (r.status == STATUS_DONE));
	report_free(&r);
	free(copy);
	return err;
}

static void give_programs(struct chain *c, const struct conf *from)
{
	for (unsigned int i = 0; i < c->n; i++) {
		struct entry *e = &c->entries[i];

		programs[i] = (struct program){
			.fd = -1,
			.id = 1 + i,
			.frags = from->program_flags[i] & XDP_DISPATCHER_F_FRAGS,
			.devbound = from->program_flags[i] & XDP_DISPATCHER_F_DEVBOUND,
			.plain = e->linkage == LINKAGE_TAIL,
			.no_type = from->no_type[i],
		};
		e->program = &programs[i];
	}
}

static void check_chain(const struct chain *c)
{
	struct report r = REPORT_INIT;

	CHECK(c->n <= CHAIN_MAX);
	CHECK(!rules_check(c, &r));
	report_free(&r);
	for (unsigned int i = 0; i < c->n; i++) {
		const struct entry *e = &c->entries[i];

		CHECK(e->proceed_on <= VERDICTS_ALL);
		for (unsigned int v = 0; v < N_VERDICTS; v++)
			CHECK(!e->go_to[v] || !(e->proceed_on & VERDICT_BIT(v)));
	}
}

/* The dispatcher that it would become jumps inside itself only. */
static void check_image(const struct chain *c)
{
	struct image_slot slots[CHAIN_MAX];
	unsigned int n = image_rules(c, slots);
	struct image img;

	CHECK(n == chain_enabled(c));
	CHECK(!image_build(slots, n, 3, &img));
	CHECK(img.insns[img.n_insns - 1].code == (BPF_JMP | BPF_EXIT));
	for (size_t i = 0; i < img.n_insns; i++) {
		const struct bpf_insn *insn = &img.insns[i];
		__u8 class = BPF_CLASS(insn->code), op = BPF_OP(insn->code);

		if ((class != BPF_JMP && class != BPF_JMP32) || op == BPF_EXIT || op == BPF_CALL)
			continue;
		CHECK(i + 1 + insn->off < img.n_insns);
	}
	image_free(&img);
}

/* What is written is read as the same, but for what a format cannot say. */
static void check_written(struct chain *c)
{
	struct report r = REPORT_INIT;
	size_t size;

	CHECK(!format_settle(c, FORMAT_UNSET, FORMAT_3, &r));
	report_free(&r);
	size = format_encode(c, written);
	CHECK(size <= CONF_MAX_SIZE);
	CHECK(!decode(written, size, 0, &again, &conf_again));
	if (c->format != FORMAT_EXTENDED) {
		if (c->n)
			c->entries[c->n - 1].proceed_on &= VERDICT_BIT(VERDICT_PASS);
		c->keep_extended = false;
	}
	give_programs(&again, &conf_again);
	CHECK(chain_equal(c, &again));
	CHECK(format_encode(&again, rewritten) == size);
	CHECK(!memcmp(written, rewritten, size));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!size || decode(data + 1, size - 1, data[0], &chain, &conf))
		return 0;
	give_programs(&chain, &conf);
	check_chain(&chain);
	check_image(&chain);
	check_written(&chain);
	return 0;
}
