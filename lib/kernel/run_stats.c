// SPDX-License-Identifier: GPL-2.0-or-later
/* How long a program runs. */
#include "kernel/run_stats.h"

#include <errno.h>

#include <bpf/bpf.h>

int run_stats_enable(void)
{
	int fd = bpf_enable_stats(BPF_STATS_RUN_TIME);

	return fd < 0 ? -errno : fd;
}

bool run_stats_read(int fd, struct run_stats *stats)
{
	struct bpf_prog_info info = { 0 };
	__u32 len = sizeof(info);
	bool known = fd >= 0 && !bpf_obj_get_info_by_fd(fd, &info, &len);

	*stats = (struct run_stats){ .runs = info.run_cnt, .ns = info.run_time_ns };
	return known;
}
