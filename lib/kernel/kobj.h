/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * BPF objects that are already in the kernel: programs, maps and links opened
 * by id or described by fd.
 */
#ifndef XM_KOBJ_H
#define XM_KOBJ_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

#include "model/chain.h"
#include "model/report.h"

#define KOBJ_MAX_MAPS 64

/*
 * struct kobj_prog - information about a program
 * @name: kernel name, at most 15 characters
 * @n_maps: maps it uses, of which the first KOBJ_MAX_MAPS are in @maps
 */
struct kobj_prog {
	__u32 id;
	__u32 type;
	char name[16];
	__u8 tag[BPF_TAG_BYTES];
	__u32 btf_id;
	__u32 n_maps;
	__u32 maps[KOBJ_MAX_MAPS];
	__u64 load_time; /* nanoseconds since boot */
	__u32 uid;
	__u32 main_func; /* BTF id of its first function, 0 unknown */
	bool compiled;	 /* to machine code; always false without CAP_BPF */
};

struct kobj_map {
	__u32 id;
	__u32 type;
	char name[16];
	__u32 key_size;
	__u32 value_size;
	__u32 max_entries;
	__u32 flags;
	__u64 extra;
	__u32 btf_id;
	__u32 btf_key_type;
	__u32 btf_value_type;
};

/*
 * struct kobj_link - information about a link
 * @target: program whose function it replaces; 0 before Linux 5.13
 * @target_func: BTF id of that function
 * @ifindex: of an XDP link
 */
struct kobj_link {
	__u32 id;
	bool is_xdp;
	bool is_tracing;
	__u32 prog;
	__u32 target;
	__u32 target_func;
	__u32 ifindex;
};

/* struct kobj_process - what kobj_init() and what follows it change of the process, as it was:
 * its open files, libbpf's print function, and whether it had a BPF token */
struct kobj_process {
	unsigned long files;
	bool had_token;
	void (*print)(void);
};

/*
 * kobj_init() - call before anything else of lib/
 *
 * Keeps libbpf from printing, and allows as many open files as a chain of 250
 * entries takes.  kobj_done() puts back what was.  Pairs may be nested, as a session within
 * another one is.
 */
void kobj_init(struct kobj_process *was);
void kobj_done(const struct kobj_process *was);

/*
 * kobj_check_descriptors() - can this process open some more files?
 *
 * libbpf probes kernel features, and takes a probe that fails for lack of a descriptor for
 * a missing feature. 0, or -EMFILE with a sentence.
 */
int kobj_check_descriptors(struct report *r);

/* kobj_map_refused() - a map cannot be made, @what says which: "The kernel refused ...".  Returns
 * -@err with a sentence, which names the map type that the bpffs of a container does not delegate. */
int kobj_map_refused(struct report *r, int err, const char *what);

/* kobj_is_shortage() - does this errno mean a shortage of memory or of descriptors? Then it
 * says nothing about the object. */
bool kobj_is_shortage(int err);

/*
 * kobj_prog_open(), kobj_map_open(), kobj_link_open() - fd of the object with this id
 *
 * -ENOENT when it is gone; -EPERM's sentence names the capability.  A process with a BPF
 * token (token.h) opens what is pinned in a chain here, or what it has open; all else is
 * -EPERM, gone or not.
 */
int kobj_prog_open(__u32 id, struct report *r);
int kobj_map_open(__u32 id, struct report *r);
int kobj_link_open(__u32 id);

int kobj_prog_info(int fd, struct kobj_prog *info, struct report *r);
int kobj_map_info(int fd, struct kobj_map *info, struct report *r);
int kobj_link_info(int fd, struct kobj_link *info, struct report *r);

/* kobj_map_type() - the word for a map's type, as bpftool has it */
const char *kobj_map_type(__u32 type);

/* kobj_map_value() - read the value of key 0 of an array map */
int kobj_map_value(int fd, void *value, struct report *r);

/* kobj_record_make() - an array map with one value that nobody can change any more.  Fd
 * or -errno. */
int kobj_record_make(const char *name, const void *value, __u32 size, struct report *r);

/*
 * kobj_each_link() - call @fn for each link in the system
 *
 * Links that vanish meanwhile are passed over.  @fn may keep the link open by
 * duplicating @fd; it returns 0 to go on, or a value that ends the walk and is
 * returned.  Needs CAP_SYS_ADMIN; with a BPF token only the links that are pinned in a
 * chain here are seen.
 */
int kobj_each_link(int (*fn)(const struct kobj_link *link, int fd, void *arg), void *arg,
		   struct report *r);

/*
 * kobj_func_name() - the program's first function by its BTF, in full
 * @known: what it is thought to be, or NULL; where the kernel's name is that, BTF is
 *	   not read
 *
 * The kernel's own name is cut at 15 characters.  Falls back to that name, but not for want of
 * memory or descriptors.  0 or -errno.
 */
int kobj_func_name(const struct kobj_prog *info, const char *known, char *buf, size_t size,
		   struct report *r);

#endif
