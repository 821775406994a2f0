/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How long a program runs, as the kernel measures it:
 *
 *	run_stats_enable() -> run_stats_read() -> some time -> run_stats_read() -> close()
 *
 * The kernel measures only programs that it calls itself.  The time of an extension, or of a
 * program that is tail-called, is part of that.
 */
#ifndef XM_RUN_STATS_H
#define XM_RUN_STATS_H

#include <stdbool.h>

#include <linux/types.h>

/* struct run_stats - since the program was loaded, as long as this was measured */
struct run_stats {
	__u64 runs;
	__u64 ns;
};

/*
 * run_stats_enable() - measure all programs of the machine until the fd is closed
 *
 * Each run of any of them takes some nanoseconds longer.  This requires CAP_SYS_ADMIN;
 * -errno if it is refused.  The sysctl kernel.bpf_stats_enabled may still be on.
 */
int run_stats_enable(void);

/* run_stats_read() - of the program behind @fd; false, and zeroed, if it cannot be read */
bool run_stats_read(int fd, struct run_stats *stats);

#endif
