// SPDX-License-Identifier: GPL-2.0-or-later
/* Runs test packets through a program that is not attached. */
#include "dispatcher/test_run.h"

#include <errno.h>
#include <string.h>

#include <bpf/bpf.h>
#include <linux/bpf.h>

#define MAX_TRIES 32U

static int run_once(int prog_fd, struct test_run *run, struct xdp_md *ctx)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = run->packet, .data_size_in = run->len,
		    .ctx_in = ctx, .ctx_size_in = ctx ? sizeof(*ctx) : 0, .repeat = run->repeat);

	if (bpf_prog_test_run_opts(prog_fd, &opts))
		return -errno;
	run->result = opts.retval;
	run->len_out = opts.data_size_out;
	run->ns = opts.duration;
	return 0;
}

/* A signal ends a run that repeats, and then nothing tells what it found out.  With a timer that
 * is faster than the run this would go on for ever. */
static int run_undisturbed(int prog_fd, struct test_run *run, struct xdp_md *ctx)
{
	int err = -EINTR;

	for (unsigned int try = 0; err == -EINTR && try < MAX_TRIES; try++)
		err = run_once(prog_fd, run, ctx);
	return err;
}

int test_run(int prog_fd, struct test_run *run, struct report *r)
{
	struct xdp_md ctx = { .data_end = run->len, .ingress_ifindex = run->ifindex };
	int err = run_undisturbed(prog_fd, run, run->ifindex ? &ctx : NULL);

	/* Not every kernel knows the device in the context. */
	if (err && err != -EINTR && run->ifindex)
		err = run_undisturbed(prog_fd, run, NULL);
	if (!err)
		return 0;
	if (err == -EINTR)
		return report_fail(r, STATUS_RETRY, EINTR,
				   "Signals interrupted the test packet %u times: try again",
				   MAX_TRIES);
	return report_fail(r, STATUS_REFUSED, -err, "The kernel refused to run the test packet: %s",
			   strerror(-err));
}
