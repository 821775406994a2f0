/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The dispatcher's type information: its functions, the layout of its config
 * map, libxdp's version mark and our labels.
 */
#ifndef XM_DISPATCHER_BTF_H
#define XM_DISPATCHER_BTF_H

#include "model/chain.h"
#include "dispatcher/dispatcher.h"

struct btf;

/*
 * struct dispatcher_types - ids in the BTF that was made
 * @func: main and the stubs
 * @key, @value: of the config map
 */
struct dispatcher_types {
	__u32 func[1 + CHAIN_MAX];
	__u32 key;
	__u32 value;
};

/* dispatcher_btf_make() - everything for this chain, not yet loaded.  NULL with
 * errno when memory is short.  Free with btf__free(). */
struct btf *dispatcher_btf_make(const struct chain *c, struct dispatcher_types *types);

/* dispatcher_btf_version() - the version in libxdp's mark, or 0 */
unsigned int dispatcher_btf_version(const struct btf *btf);

/* dispatcher_btf_netns() - the network namespace that it was made for, or 0 */
__u64 dispatcher_btf_netns(const struct btf *btf);

/* dispatcher_btf_read() - functions of @v->chain.n slots and where their labels are */
void dispatcher_btf_read(const struct btf *btf, struct dispatcher_view *v);

/* dispatcher_btf_labels() - the labels of a slot, in what was read into @v from @btf */
void dispatcher_btf_labels(const struct btf *btf, const struct dispatcher_view *v,
			   unsigned int slot, struct labels *l);

#endif
