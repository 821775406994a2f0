/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a chain knows of an entry beyond the config map - its name, the wanted
 * proceed-on set, where its program came from - as pairs of key and text.  Pure.
 *
 * They are kept twice.  In the dispatcher's BTF as identifiers, because those
 * are what BTF carries on every kernel: one enum per slot, "xdp_multi_slot_N",
 * whose enumerators are a key, an underscore and the text, with letters and
 * digits as they are and every other byte as _XX (hex).  A long text goes on in
 * the next enumerator of the same key, because kernels before 6.1 take no
 * identifier of more than 127 characters.  And plainly in a map bound to the
 * component program, see metadata.h.
 */
#ifndef XM_LABEL_H
#define XM_LABEL_H

#include "model/chain.h"

#define LABEL_ENUM_PREFIX "xdp_multi_slot_"
#define LABEL_IDENT_SIZE  128

/* One more enum has what belongs to no entry: "netns_N" is the cookie of the
 * network namespace that the dispatcher was made for, and then the key "owner" has
 * the owner of the chain. */
#define LABEL_CHAIN_ENUM   "xdp_multi_chain"
#define LABEL_NETNS_PREFIX "netns_"

/* struct labels - the texts that were read */
struct labels {
	char name[ENTRY_NAME_SIZE];
	char proceed_on[12]; /* decimal mask */
	char object[4096];
	char section[64];
	char function[FUNC_NAME_SIZE];
	char sha256[65];
	char pinmaps[4096];
	char added[24]; /* decimal seconds */
	char config[4096];
	char policy[128];
	char gotos[12]; /* decimal mask */
};

/* labels_clear() - empty all texts; call it before the first read.  The room behind them, most
 * of the size, is not touched. */
void labels_clear(struct labels *l);

/* label_each() - call @fn for each label of @e that has a text; @fn returns 0
 * to go on, else its value ends the walk and is returned. */
int label_each(const struct entry *e, int (*fn)(const char *key, const char *text, void *arg),
	       void *arg);

/* label_set() - take one pair in; what is unknown or too long is ignored,
 * because BTF and maps of foreign programs may say anything. */
void label_set(struct labels *l, const char *key, const char *text);

/* label_write() - the same as identifiers, in order */
int label_write(const struct entry *e, int (*emit)(const char *ident, void *arg), void *arg);

/* label_read() - take one identifier in, ignoring nonsense likewise */
void label_read(struct labels *l, const char *ident);

/* label_config(), label_policy() - the configuration file and what the policy set, or
 * NULL; borrowed from @l */
const char *label_config(const struct labels *l);
const char *label_policy(const struct labels *l);

/* label_write_owner(), label_read_owner() - the same for the owner of a chain, in a
 * buffer of OWNER_SIZE bytes that is empty at first */
int label_write_owner(const char *owner, int (*emit)(const char *ident, void *arg), void *arg);
void label_read_owner(char *owner, const char *ident);

/* label_name(), label_proceed_on(), label_origin() - the values behind the
 * texts.  False (and nothing changed) when there is none or it is invalid. */
bool label_name(const struct labels *l, char *name);
bool label_proceed_on(const struct labels *l, __u32 *proceed_on);
bool label_origin(const struct labels *l, struct origin *o);

/* label_gotos() - the verdicts that have a goto, 0 for none or nonsense.  The extended
 * format says itself where they lead; in libxdp's all of them lead to the next slot. */
__u32 label_gotos(const struct labels *l);

#endif
