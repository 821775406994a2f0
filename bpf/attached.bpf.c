// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tells where XDP programs are attached, in all network namespaces, which no
 * socket in one of them can: the tool loads it to prove that a dispatcher runs
 * elsewhere.
 *
 * The iterator calls it once for each program in the kernel, and each time it
 * goes a bounded number of steps along the list of namespaces and, in each, of
 * devices.  It takes no lock, so it checks wherever it gets to, and begins anew
 * when it was led astray.
 */
#include <linux/bpf.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "attached_row.h"

#define STEPS	   8
#define XDP_MODES  3
#define MAX_STARTS 8

/* Only what is read; the rest of the kernel's types is found by name. */
struct list_head {
	struct list_head *next;
} __attribute__((preserve_access_index));

struct bpf_prog_aux {
	__u32 id;
} __attribute__((preserve_access_index));

struct bpf_prog {
	struct bpf_prog_aux *aux;
} __attribute__((preserve_access_index));

struct bpf_link {
	struct bpf_prog *prog;
} __attribute__((preserve_access_index));

struct bpf_xdp_link {
	struct bpf_link link;
} __attribute__((preserve_access_index));

struct bpf_xdp_entity {
	struct bpf_prog *prog;
	struct bpf_xdp_link *link;
} __attribute__((preserve_access_index));

typedef struct {
	struct net *net;
} __attribute__((preserve_access_index)) possible_net_t;

struct net_device {
	int ifindex;
	struct list_head dev_list;
	possible_net_t nd_net;
	struct bpf_xdp_entity xdp_state[XDP_MODES];
} __attribute__((preserve_access_index));

struct net {
	struct list_head list;
	struct list_head dev_base_head;
	struct net_device *loopback_dev;
} __attribute__((preserve_access_index));

struct nsproxy {
	struct net *net_ns;
} __attribute__((preserve_access_index));

struct task_struct {
	struct nsproxy *nsproxy;
} __attribute__((preserve_access_index));

struct bpf_iter_meta {
	struct seq_file *seq;
} __attribute__((preserve_access_index));

struct bpf_iter__bpf_prog {
	struct bpf_iter_meta *meta;
} __attribute__((preserve_access_index));

/* Where the walk is: at @pos in the list of devices of @net. */
struct net *begin, *net;
struct list_head *pos;
__u32 starts;
__u32 over;

static void *container(void *member, unsigned long offset)
{
	return member - offset;
}

/* The list of namespaces has its head outside of any; what lies there is none. */
static int is_net(struct net *n)
{
	return BPF_CORE_READ(n, loopback_dev, nd_net.net) == n;
}

static void enter(struct net *n)
{
	net = n;
	pos = BPF_CORE_READ(n, dev_base_head.next);
}

static void start(struct seq_file *seq)
{
	struct attached_row row = { .kind = ATTACHED_BEGIN };
	struct task_struct *task = (void *)bpf_get_current_task();

	begin = BPF_CORE_READ(task, nsproxy, net_ns);
	enter(begin);
	over = starts++ == MAX_STARTS;
	bpf_seq_write(seq, &row, sizeof(row));
}

static void next_net(struct seq_file *seq)
{
	struct attached_row row = { .kind = ATTACHED_END };
	unsigned long offset = bpf_core_field_offset(struct net, list);
	struct list_head *at = BPF_CORE_READ(net, list.next);
	struct net *n = container(at, offset);

	if (!is_net(n))
		n = container(BPF_CORE_READ(at, next), offset);
	if (n == begin) {
		over = 1;
		bpf_seq_write(seq, &row, sizeof(row));
	} else if (is_net(n)) {
		enter(n);
	} else {
		net = 0;
	}
}

static void tell(struct seq_file *seq, struct net_device *dev, struct bpf_prog *prog)
{
	struct attached_row row = { .kind = ATTACHED_HERE };

	if (!prog)
		return;
	row.prog = BPF_CORE_READ(prog, aux, id);
	row.ifindex = BPF_CORE_READ(dev, ifindex);
	bpf_seq_write(seq, &row, sizeof(row));
}

static void look_at(struct seq_file *seq, struct net_device *dev)
{
	struct bpf_prog *prog;
	struct bpf_xdp_link *link;

#pragma unroll
	for (int mode = 0; mode < XDP_MODES; mode++) {
		bpf_core_read(&prog, sizeof(prog), &dev->xdp_state[mode].prog);
		bpf_core_read(&link, sizeof(link), &dev->xdp_state[mode].link);
		tell(seq, dev, link ? BPF_CORE_READ(link, link.prog) : prog);
	}
}

static void step(struct seq_file *seq)
{
	struct net_device *dev;

	if (!net) {
		start(seq);
		return;
	}
	if ((void *)pos == (void *)net + bpf_core_field_offset(struct net, dev_base_head)) {
		next_net(seq);
		return;
	}
	dev = container(pos, bpf_core_field_offset(struct net_device, dev_list));
	if (BPF_CORE_READ(dev, nd_net.net) != net) {
		net = 0;
		return;
	}
	look_at(seq, dev);
	pos = BPF_CORE_READ(pos, next);
}

SEC("iter/bpf_prog")
int attached(struct bpf_iter__bpf_prog *ctx)
{
	for (int i = 0; i < STEPS && !over; i++)
		step(ctx->meta->seq);
	return 0;
}

char _license[] SEC("license") = "GPL";
