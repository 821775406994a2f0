/* SPDX-License-Identifier: GPL-2.0-or-later OR BSD-2-Clause */
/*
 * For authors of XDP programs: write the default priority of a program, and the
 * verdicts after which the next program runs, into the object file. The command
 * `ip link xdp multi add` and libxdp's xdp-loader read both. Options of the command
 * take precedence.
 *
 *	#include <linux/bpf.h>
 *	#include <bpf/bpf_helpers.h>
 *	#include <xdp_multi.h>
 *
 *	struct {
 *		XDP_MULTI_PRIO(10);
 *		XDP_MULTI_PROCEED_ON(XDP_PASS);
 *		XDP_MULTI_PROCEED_ON(XDP_TX);
 *	} XDP_MULTI_DEFAULTS(filter);
 *
 *	SEC("xdp")
 *	int filter(struct xdp_md *ctx)
 *
 * Compile it with `clang -target bpf -O2 -g`: the defaults are part of the BTF. Without
 * them a program has priority 50, and the next one runs after XDP_PASS.
 */
#ifndef XDP_MULTI_H
#define XDP_MULTI_H

/*
 * XDP_MULTI_DEFAULTS() - name a struct as the defaults of a program
 * @function: the C function of the program
 *
 * Only the type of the variable matters; it takes no room in the program. libxdp's
 * convention: a struct named _FUNCTION in this section, whose members are pointers to
 * arrays. The length of each array is the value.
 */
#define XDP_MULTI_DEFAULTS(function) _##function __attribute__((section(".xdp_run_config"), used))

/* XDP_MULTI_PRIO() - the place of the program in a chain: low numbers run first */
#define XDP_MULTI_PRIO(number) int(*priority)[number]

/* XDP_MULTI_PROCEED_ON() - the next program runs after this verdict, XDP_PASS and so on */
#define XDP_MULTI_PROCEED_ON(verdict) int(*verdict)[1]

/* XDP_MULTI_END_ON() - the chain ends with this verdict; wanted for XDP_PASS alone */
#define XDP_MULTI_END_ON(verdict) int(*verdict)[0]

#endif
