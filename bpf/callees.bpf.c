// SPDX-License-Identifier: GPL-2.0-or-later
/* Tail-calls through a subprogram and two maps; beside it are programs that this
 * cannot reach, of which the verifier refuses some. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct jumps {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 2);
	__uint(key_size, sizeof(__u32));
	__array(values, int(struct xdp_md *));
};

int again(struct xdp_md *ctx);

SEC("?xdp")
int last(struct xdp_md *ctx)
{
	return XDP_DROP;
}

struct jumps second_jumps SEC(".maps") = {
	.values = { [1] = (void *)&last },
};

SEC("xdp")
int second(struct xdp_md *ctx)
{
	bpf_tail_call(ctx, &second_jumps, 1);
	return XDP_PASS;
}

struct jumps first_jumps SEC(".maps") = {
	.values = { (void *)&second },
};

static __attribute__((noinline)) int jump(struct xdp_md *ctx)
{
	int verdict = XDP_PASS;

	bpf_tail_call(ctx, &first_jumps, 0);
	/* A call comes back from what is called in its place: it must not be known. */
	asm volatile("" : "+r"(verdict));
	return verdict;
}

SEC("xdp")
int callees(struct xdp_md *ctx)
{
	return jump(ctx);
}

/* One that can come back to itself. */
struct jumps circle SEC(".maps") = {
	.values = { (void *)&again },
};

SEC("xdp")
int again(struct xdp_md *ctx)
{
	if (ctx->rx_queue_index == ~0u)
		bpf_tail_call(ctx, &circle, 0);
	return XDP_DROP;
}

/* The verifier refuses these: they read behind the packet. */
SEC("xdp")
int bad(struct xdp_md *ctx)
{
	return *(int *)(long)ctx->data;
}

SEC("?xdp")
int bad_too(struct xdp_md *ctx)
{
	return *(int *)(long)ctx->data;
}

struct jumps bad_jumps SEC(".maps") = {
	.values = { (void *)&bad, (void *)&bad_too },
};

SEC("xdp")
int calls_bad(struct xdp_md *ctx)
{
	bpf_tail_call(ctx, &bad_jumps, 0);
	return XDP_PASS;
}

/* Only such can know where a packet goes. */
SEC("xdp/devmap")
int in_devmap(struct xdp_md *ctx)
{
	return ctx->egress_ifindex ? XDP_PASS : XDP_DROP;
}

SEC("xdp/cpumap")
int in_cpumap(struct xdp_md *ctx)
{
	return *(int *)(long)ctx->data;
}

char _license[] SEC("license") = "GPL";
