// SPDX-License-Identifier: GPL-2.0-or-later
// An extension of a program of another type: no program for a chain.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("freplace/classifier")
int extension_tc(struct __sk_buff *skb)
{
	return 0;
}

char _license[] SEC("license") = "GPL";
