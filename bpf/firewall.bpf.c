// SPDX-License-Identifier: GPL-2.0-or-later
/* Drops IPv4 packets from the addresses in the map `blocked`; with all
 * kinds of state, to test what a new version of the program keeps:
 *
 *	1, 2	alike but for .rodata
 *	3	.bss holds another variable of the same size
 *	4	.data holds one more, and `blocked` has another value
 *	5	has no `blocked`, so that it drops nothing
 *
 * With PINNED, `blocked` is declared to be pinned.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#ifndef VERSION
#define VERSION 1
#endif

#if VERSION == 4
typedef __u32 blocked_since;
#else
typedef __u8 blocked_since;
#endif

#if VERSION != 5
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, __be32);
	__type(value, blocked_since);
#ifdef PINNED
	__uint(pinning, LIBBPF_PIN_BY_NAME);
#endif
} blocked SEC(".maps");
#endif

/* .bss: the sum of `step` over all packets, and who saw the last one */
__u64 seen;
#if VERSION == 3
__u32 seen_at_last_by;
#define seen_by seen_at_last_by
#else
__u32 seen_by;
#endif

/* .data */
__u32 step = 1;
#if VERSION == 4
__u32 offset = 3;
#endif

/* .rodata */
const volatile __u32 version = VERSION;

static int is_blocked(__be32 address)
{
#if VERSION != 5
	return !!bpf_map_lookup_elem(&blocked, &address);
#else
	return 0;
#endif
}

SEC("xdp")
int firewall(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data;
	void *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = data;
	struct iphdr *ip = (void *)(eth + 1);

	seen += step;
	seen_by = version;
#if VERSION == 4
	seen += offset;
#endif
	if ((void *)(ip + 1) > end || eth->h_proto != bpf_htons(ETH_P_IP))
		return XDP_PASS;
	return is_blocked(ip->saddr) ? XDP_DROP : XDP_PASS;
}

char _license[] SEC("license") = "GPL";
