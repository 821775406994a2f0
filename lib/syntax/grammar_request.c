// SPDX-License-Identifier: GPL-2.0-or-later
/* Keywords that describe the operation and its devices. */
#include "syntax/grammar_internal.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "syntax/words.h"

#define DAY 86400 /* seconds */

/* A name that no interface can have, as in iproute2 */
static int check_ifname(struct parser *p, const char *key, const char *value)
{
	if (words_ifname(value))
		return 0;
	return *value ? report_fail(p->r, STATUS_USAGE, EINVAL,
				    "Error: argument \"%s\" is wrong: \"%s\" not a valid ifname",
				    value, key)
		      : grammar_must(p, key, "not be empty", value);
}

/* The device in a file is used only if the command line names none. */
static int take_file_dev(struct parser *p, const char *key, char *value)
{
	if (p->rq->file_dev)
		return grammar_second(p, key, value);
	p->rq->file_dev = value;
	return 0;
}

int take_dev(struct parser *p, const char *key, char *value)
{
	struct request *rq = p->rq;
	char **devs;
	int err = check_ifname(p, key, value);

	if (err)
		return err;
	if (p->where == LINE_CHAIN)
		return take_file_dev(p, key, value);
	for (unsigned int i = 0; i < rq->n_devs; i++)
		if (!strcmp(rq->devs[i], value))
			return 0;
	devs = realloc(rq->devs, (rq->n_devs + 1) * sizeof(*devs));
	if (!devs)
		return report_no_memory(p->r);
	rq->devs = devs;
	rq->devs[rq->n_devs++] = value;
	return 0;
}

int take_file(struct parser *p, const char *key, char *value)
{
	return grammar_text(p, &p->rq->file, key, value);
}

int take_from(struct parser *p, const char *key, char *value)
{
	p->rq->from = value;
	return check_ifname(p, key, value);
}

int take_objects(struct parser *p, const char *key, char *value)
{
	return grammar_text(p, &p->rq->objects, key, value);
}

int take_root(struct parser *p, const char *key, char *value)
{
	return grammar_text(p, &p->rq->root, key, value);
}

int take_netns(struct parser *p, const char *key, char *value)
{
	return grammar_text(p, &p->rq->netns, key, value);
}

int take_maps(struct parser *p, const char *key, char *value)
{
	if (!strcmp(value, "keep"))
		p->rq->maps = MAPS_KEEP;
	else if (!strcmp(value, "new"))
		p->rq->maps = MAPS_NEW;
	else if (!strcmp(value, "fit"))
		p->rq->maps = MAPS_FIT;
	else
		return grammar_one_of(p, key, grammar_maps, value);
	return 0;
}

/* The command line overrides the file. */
int take_mode(struct parser *p, const char *key, char *value)
{
	unsigned int modes;

	if (!words_mode(value, &modes))
		return grammar_one_of(p, key, grammar_modes, value);
	if (p->where != LINE_CHAIN || !p->rq->modes)
		p->rq->modes = modes;
	return 0;
}

int take_format(struct parser *p, const char *key, char *value)
{
	enum chain_format format;

	if (!words_format(value, &format))
		return grammar_one_of(p, key, grammar_formats, value);
	if (p->where != LINE_CHAIN || !p->rq->format)
		p->rq->format = format;
	return 0;
}

/* A file does not contain the counters of its chain. */
int take_stats(struct parser *p, const char *key, char *value)
{
	bool in_file = p->where == LINE_CHAIN;

	if (!strcmp(value, "on"))
		p->rq->stats = STATS_ON;
	else if (!strcmp(value, "off"))
		p->rq->stats = STATS_OFF;
	else if (!strcmp(value, "reset") && !in_file)
		p->rq->stats = STATS_RESET;
	else
		return grammar_one_of(p, key, in_file ? grammar_stats_in_file : grammar_stats,
				      value);
	return 0;
}

int take_interval(struct parser *p, const char *key, char *value)
{
	return grammar_number(p, &p->rq->interval, 1, DAY, key, value);
}

int take_policy(struct parser *p, const char *key, char *value)
{
	p->rq->no_policy = true;
	return strcmp(value, "off") ? grammar_one_of(p, key, grammar_policy, value) : 0;
}

int take_entries(struct parser *p, const char *key, char *value)
{
	return grammar_number(p, &p->rq->n_declared, 0, CHAIN_MAX, key, value);
}

int take_flag(struct parser *p, const char *key, char *value)
{
	(void)value;
	if (!strcmp(key, "overwrite"))
		p->rq->overwrite = true;
	else if (!strcmp(key, "if-exists"))
		p->rq->if_exists = true;
	else if (!strcmp(key, "dot"))
		p->rq->dot = true;
	else if (!strcmp(key, "dry-run"))
		p->rq->dry_run = true;
	else if (!strcmp(key, "all-netns"))
		p->rq->all_netns = true;
	else if (!strcmp(key, "only"))
		p->rq->only = true;
	else if (!strcmp(key, "config"))
		p->rq->config = true;
	else if (!strcmp(key, "deny"))
		p->deny = true;
	else
		p->rq->all = true;
	return 0;
}

int take_wait(struct parser *p, const char *key, char *value)
{
	return grammar_number(p, &p->rq->wait, 0, DAY, key, value);
}

int take_confirm(struct parser *p, const char *key, char *value)
{
	return grammar_number(p, &p->rq->confirm, 1, DAY, key, value);
}

int take_expect(struct parser *p, const char *key, char *value)
{
	p->rq->has_expect = true;
	if (!strcmp(value, "none"))
		return 0;
	return grammar_number(p, &p->rq->expect, 1, UINT32_MAX, key, value);
}
