// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads the reference count of every program in the kernel, which nothing else
 * tells: the tool loads it to prove that a dispatcher is used by nobody. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

/* Only what is read; the rest of the kernel's types is found by name. */
struct bpf_prog_aux {
	struct {
		long long counter;
	} refcnt;
	__u32 id;
} __attribute__((preserve_access_index));

struct bpf_prog {
	struct bpf_prog_aux *aux;
} __attribute__((preserve_access_index));

struct bpf_iter_meta {
	struct seq_file *seq;
} __attribute__((preserve_access_index));

struct bpf_iter__bpf_prog {
	struct bpf_iter_meta *meta;
	struct bpf_prog *prog;
} __attribute__((preserve_access_index));

SEC("iter/bpf_prog")
int refcount(struct bpf_iter__bpf_prog *ctx)
{
	struct bpf_prog *prog = ctx->prog;
	__u64 row[2];

	if (!prog)
		return 0;
	row[0] = prog->aux->id;
	row[1] = prog->aux->refcnt.counter;
	bpf_seq_write(ctx->meta->seq, row, sizeof(row));
	return 0;
}

char _license[] SEC("license") = "GPL";
