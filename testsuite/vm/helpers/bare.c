// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The least that one program takes with libbpf, and without a chain: open the object
 * file, load its program, attach it to the device, pin it.
 *
 *	bare OBJECT DEV		an XDP program in OBJECT
 */
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#define PIN "/sys/fs/bpf/bare"

static int fail(const char *what)
{
	fprintf(stderr, "bare: %s: %s\n", what, strerror(errno));
	return 1;
}

int main(int argc, char **argv)
{
	struct bpf_object *o;
	struct bpf_program *p;

	if (argc != 3)
		return 255;
	o = bpf_object__open_file(argv[1], NULL);
	p = o ? bpf_object__next_program(o, NULL) : NULL;
	if (!p || bpf_object__load(o))
		return fail(argv[1]);
	if (bpf_xdp_attach(if_nametoindex(argv[2]), bpf_program__fd(p), 0, NULL))
		return fail(argv[2]);
	return bpf_obj_pin(bpf_program__fd(p), PIN) ? fail(PIN) : 0;
}
