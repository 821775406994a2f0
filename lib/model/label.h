/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The labels of an entry are facts that the config map does not hold - its name, the
 * wanted proceed-on set, the origin of its program - as pairs of key and text.  Pure.
 *
 * They are stored twice.  The dispatcher's BTF has them as identifiers, which BTF
 * can carry on every kernel: one enum per slot, "xdp_multi_slot_N", whose
 * enumerators are a key, an underscore and the text, with letters and digits
 * unchanged and every other byte as _XX (hex).  A long text continues in the next
 * enumerator with the same key, because kernels before 6.1 refuse identifiers of
 * more than 127 characters.  A map bound to the component program has them
 * unencoded, see metadata.h.
 */
#ifndef XM_LABEL_H
#define XM_LABEL_H

#include "model/chain.h"

#define LABEL_ENUM_PREFIX "xdp_multi_slot_"
#define LABEL_IDENT_SIZE  128

/* One more enum has the labels of the chain itself: "netns_N" with the cookie of the
 * network namespace that the dispatcher was made for, then the key "owner" with the
 * owner of the chain. */
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

/* labels_clear() - empty all texts; call it before the first read.  The rest of the buffers,
 * which is most of the size, is not touched. */
void labels_clear(struct labels *l);

/* label_each() - call @fn for each label of @e that has a text.  If @fn does not return
 * 0, the walk ends and its value is returned. */
int label_each(const struct entry *e, int (*fn)(const char *key, const char *text, void *arg),
	       void *arg);

/* label_set() - store one pair.  An unknown key or a text that is too long is ignored,
 * because BTF and maps of foreign programs can hold anything. */
void label_set(struct labels *l, const char *key, const char *text);

/* label_write() - call @emit for each identifier that the labels of @e need, in order */
int label_write(const struct entry *e, int (*emit)(const char *ident, void *arg), void *arg);

/* label_read() - store the label in one identifier; ignore invalid ones like label_set() */
void label_read(struct labels *l, const char *ident);

/* label_config(), label_policy() - the configuration file, and what the policy set; NULL
 * for none; borrowed from @l */
const char *label_config(const struct labels *l);
const char *label_policy(const struct labels *l);

/* label_write_owner(), label_read_owner() - do the same for the owner of a chain; the
 * buffer has OWNER_SIZE bytes and is empty at first */
int label_write_owner(const char *owner, int (*emit)(const char *ident, void *arg), void *arg);
void label_read_owner(char *owner, const char *ident);

/* label_name(), label_proceed_on(), label_origin() - parse the values of the texts.
 * False, with nothing changed, if a value is missing or invalid.  The paths of an origin
 * are borrowed from @l. */
bool label_name(const struct labels *l, char *name);
bool label_proceed_on(const struct labels *l, __u32 *proceed_on);
bool label_origin(const struct labels *l, struct origin *o);

/* label_gotos() - the verdicts that have a goto, 0 if there are none or the text is invalid.
 * The extended format holds their targets; in libxdp's formats all lead to the next slot. */
__u32 label_gotos(const struct labels *l);

#endif
