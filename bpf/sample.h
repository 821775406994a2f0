/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What bpf/sampler.bpf.c writes and bpf/sampler.c reads. */
#ifndef SAMPLE_H
#define SAMPLE_H

#include <linux/types.h>

#define SAMPLE_BYTES 64

/*
 * struct sample - one packet
 * @time: CLOCK_MONOTONIC, in ns
 * @ifindex: the device that received it
 * @length: of the whole packet, in bytes
 * @data: its first bytes; those that a shorter packet lacks are zero
 */
struct sample {
	__u64 time;
	__u32 ifindex;
	__u32 length;
	__u8 data[SAMPLE_BYTES];
};

#endif
