// SPDX-License-Identifier: GPL-2.0-or-later
// No XDP program but one for tc: it cannot be in a chain.
#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_helpers.h>

SEC("tc")
int classifier(struct __sk_buff *skb)
{
	return TC_ACT_OK;
}

char _license[] SEC("license") = "GPL";
