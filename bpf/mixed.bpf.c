// SPDX-License-Identifier: GPL-2.0-or-later
/* An XDP program beside programs for every other kind of hook, which want types,
 * functions and variables that no kernel has.  They are no matter of a chain. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#define __core __attribute__((preserve_access_index))

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} packets SEC(".maps");

__u64 total;

SEC("xdp")
int mixed(struct xdp_md *ctx)
{
	__u32 key = 0;
	__u64 *n = bpf_map_lookup_elem(&packets, &key);

	if (n)
		__sync_fetch_and_add(n, 1);
	total++;
	return XDP_PASS;
}

/* What follows is never reached. */

extern int no_such_function(int n) __ksym;
extern const int no_such_variable __ksym;
extern const void no_such_symbol __ksym;
extern int NO_SUCH_OPTION __kconfig;
extern const int weak_variable __ksym __weak;

struct no_such_type {
	int no_such_member;
} __core;

struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, __u64);
} storage SEC(".maps");

int tracing_data[4] = { 1, 2, 3, 4 };

static __attribute__((noinline)) int subprogram(int n)
{
	return no_such_function(n + tracing_data[n & 3]);
}

SEC("fentry/no_such_kernel_function")
int BPF_PROG(on_entry, struct no_such_type *t)
{
	return t->no_such_member + subprogram(no_such_variable) + NO_SUCH_OPTION;
}

SEC("fexit/no_such_kernel_function")
int BPF_PROG(on_exit, int n)
{
	return n + (long)&no_such_symbol + (&weak_variable ? 1 : 0);
}

SEC("fmod_ret/no_such_kernel_function")
int BPF_PROG(on_return, int n)
{
	return 0;
}

SEC("lsm/no_such_hook")
int BPF_PROG(on_hook, int n)
{
	return 0;
}

SEC("tp_btf/no_such_tracepoint")
int BPF_PROG(on_tracepoint, int n)
{
	return 0;
}

SEC("iter/no_such_iterator")
int on_iterator(void *ctx)
{
	return 0;
}

SEC("freplace/no_such_subprogram")
int replacement(struct xdp_md *ctx)
{
	return 0;
}

SEC("syscall")
int on_syscall(void *ctx)
{
	return 0;
}

SEC("kprobe.multi/no_such_*")
int on_kprobes(void *ctx)
{
	return 0;
}

SEC("uprobe//no/such/file:function")
int on_uprobe(void *ctx)
{
	return 0;
}

SEC("usdt//no/such/file:a:b")
int on_usdt(void *ctx)
{
	return 0;
}

SEC("no such section")
int in_no_section(void *ctx)
{
	return 0;
}

struct tcp_congestion_ops {
	char name[16];
	__u32 (*ssthresh)(void *sk);
	void (*no_such_operation)(void *sk);
} __core;

SEC("struct_ops/ssthresh")
__u32 BPF_PROG(ssthresh, void *sk)
{
	return 2;
}

SEC("struct_ops/no_such_operation")
void BPF_PROG(no_such_operation, void *sk)
{
}

SEC(".struct_ops")
struct tcp_congestion_ops congestion = {
	.name = "mixed",
	.ssthresh = (void *)ssthresh,
	.no_such_operation = (void *)no_such_operation,
};

char _license[] SEC("license") = "GPL";
