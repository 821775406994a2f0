/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The configuration that the runtime writes to our stdin.
 *
 * Values for one container override the list if they are in runtimeConfig, which the
 * administrator must permit by a capability. Values in args.cni, which others may fill in,
 * do not.
 */
#ifndef CNI_CONFIG_H
#define CNI_CONFIG_H

#include <stdbool.h>

#include "environment.h"
#include "error.h"
#include "span.h"

struct json_object;

#define CNI_NEWEST "1.1.0"

/*
 * struct cni_config - release with cni_config_free()
 * @version: as it is written there; CNI_NEWEST while none that we know was read
 * @number: the same as a number that can be compared, see CNI_AT()
 * @name: of the network
 * @root: the whole
 * @host_side: "side": "host"
 * @chain, @entries, @share: the one of these that is given; the others NULL
 * @prev, @prev_text: the previous result, @prev NULL for none
 */
struct cni_config {
	const char *version;
	unsigned int number;
	const char *name;
	char *text;
	struct json_object *root;
	bool host_side;
	const char *chain;
	struct json_object *entries;
	const char *share;
	struct json_object *prev;
	struct span prev_text;
};

#define CNI_AT(major, minor, patch) ((major) << 16 | (minor) << 8 | (patch))

/* cni_config_read() - from stdin: what every command needs, and that the version is one
 * in which the command is known.  0 or -1 with the error; free in either case. */
int cni_config_read(struct cni_config *c, enum cni_command command, struct cni_error *e);

/* cni_config_chain() - and what says which chain shall be where */
int cni_config_chain(struct cni_config *c, struct cni_error *e);

/* cni_config_is_text() - is it a string, and without a zero byte ("\u0000"), behind which
 * nobody would read on? */
bool cni_config_is_text(struct json_object *value);

void cni_config_free(struct cni_config *c);

/* cni_config_print_version() - the answer to VERSION, which needs no configuration */
void cni_config_print_version(void);

/* cni_config_print_about() - for people who run the plugin, on stderr */
void cni_config_print_about(void);

#endif
