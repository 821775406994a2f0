// SPDX-License-Identifier: GPL-2.0-or-later
/* Finds and reads the configuration files of an interface. */
#include "config_files.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "kernel/netlink_altnames.h"
#include "model/policy.h"
#include "object/object.h"
#include "syntax/policy_file.h"
#include "syntax/text_file.h"

#define MAX_TRIES 16

static const char *const places[CONFIG_PLACES] = {
	[CONFIG_USR_LIB] = "/usr/lib/xdp-multi",
	[CONFIG_RUN] = "/run/xdp-multi",
	[CONFIG_ETC] = "/etc/xdp-multi",
};

/*
 * struct search - a search for the files of an interface
 * @place, @how, @pattern: the place of the search
 */
struct search {
	struct config *c;
	const struct config_names *names;
	enum config_place place;
	enum config_how how;
	char pattern[256];
	struct report *r;
};

/* ---- find files ---- */

/* Takes over @path. */
static int add(struct search *s, const char *name, char *path)
{
	struct config *c = s->c;
	struct config_file *files = realloc(c->chosen, (c->n + 1) * sizeof(*files));

	if (!files) {
		free(path);
		return report_no_memory(s->r);
	}
	c->chosen = files;
	files += c->n++;
	*files = (struct config_file){ .place = s->place, .how = s->how, .path = path };
	strcpy(files->pattern, s->pattern);
	strcpy(files->name, name);
	return 0;
}

/* A link that leads nowhere is an error: apply would delete the entries of that directory.
 * If the directory was @listed a moment ago, another one may be there now. */
static int cannot_open(struct search *s, const char *path, bool listed)
{
	struct stat st;
	int err = errno;
	bool is_gone = err == ENOENT && lstat(path, &st) && errno == ENOENT;

	if (is_gone && !listed)
		return 0;
	text_cannot_read(s->r, path, err);
	return is_gone ? -ESTALE : -err;
}

/* List a directory.  @fn gets names and paths. */
static int each_name(struct search *s, const char *path, bool listed,
		     int (*fn)(struct search *s, const char *name, char *path))
{
	DIR *dir = opendir(path);
	struct dirent *d;
	char *file;
	int err = 0;

	if (!dir)
		return cannot_open(s, path, listed);
	while (!err && (errno = 0, d = readdir(dir)))
		err = asprintf(&file, "%s/%s", path, d->d_name) < 0 ? report_no_memory(s->r)
								    : fn(s, d->d_name, file);
	if (!err && errno)
		err = text_cannot_read(s->r, path, errno);
	closedir(dir);
	return err;
}

/* Editors make hidden files beside the one that they change. */
static int take_entry(struct search *s, const char *name, char *path)
{
	char stem[256];

	if (*name != '.' && config_stem(name, CONFIG_ENTRY_SUFFIX, stem))
		return add(s, name, path);
	free(path);
	return 0;
}

/* The interface that it is meant for cannot be told, and the others must not suffer. */
static void warn_pattern(struct search *s, const char *path)
{
	report_warn(s->r, "\"%.800s\" matches no interface: the pattern has " POLICY_GLOB_FAULT,
		    path);
}

static int take_named(struct search *s, const char *name, char *path)
{
	bool is_chain = config_stem(name, CONFIG_CHAIN_SUFFIX, s->pattern);
	bool named = is_chain || config_stem(name, CONFIG_DIR_SUFFIX, s->pattern);
	int err = 0;

	s->how = named ? config_match(s->pattern, s->names) : CONFIG_NOT;
	if (s->how != CONFIG_NOT && is_chain)
		return add(s, "", path);
	if (s->how != CONFIG_NOT)
		err = each_name(s, path, true, take_entry);
	else if (named && *name != '.' && !policy_glob_valid(s->pattern))
		warn_pattern(s, path);
	free(path);
	return err;
}

static int find_files(struct config *c, const struct config_names *names, const char *root,
		      struct report *r)
{
	struct search s = { .c = c, .names = names, .r = r };
	char path[PATH_MAX];
	int err = text_check_root(root, r);

	for (s.place = 0; !err && s.place < CONFIG_PLACES; s.place++) {
		if (snprintf(path, sizeof(path), "%s%s", root, places[s.place]) >=
		    (int)sizeof(path))
			return text_cannot_read(r, root, ENAMETOOLONG);
		err = each_name(&s, path, false, take_named);
	}
	c->n = config_choose(c->chosen, c->n);
	return err;
}

/* ---- read files ---- */

/* Two packages may have chosen the same name for an entry. */
static int check_names(const struct request *rq, unsigned int first, struct report *r)
{
	for (unsigned int i = first; i < rq->n_entries; i++)
		for (unsigned int j = 0; j < i; j++) {
			const struct entry_request *e = &rq->entries[i], *other = &rq->entries[j];

			if (strcmp(e->name, other->name))
				continue;
			return report_fail(
				r, STATUS_NOT_TRIED, EEXIST,
				"%s:%u: an entry \"%s\" is also in %s:%u: rename one of them",
				e->config, e->line, e->name, other->config, other->line);
		}
	return 0;
}

/* An entry of a whole chain without a name gets the name of its program. */
static int name_entry(const struct request *rq, struct entry_request *e, struct report *r)
{
	struct object o = { .program.fd = -1 };
	int err = e->source.object ? object_open(&e->source, NULL, &o, r)
				   : object_adopt(&e->source, &o, r);

	if (!err && !entry_name_valid(o.name))
		err = report_fail(
			r, STATUS_NOT_TRIED, EINVAL,
			"\"%s\" cannot be the name of an entry: choose one with \"name NAME\"",
			o.name);
	if (!err)
		strcpy(e->name, o.name);
	else
		request_blame(rq, e, r);
	object_close(&o);
	return err;
}

static int name_entries(struct request *rq, unsigned int first, struct report *r)
{
	int err = 0;

	for (unsigned int i = first; !err && i < rq->n_entries; i++)
		if (!*rq->entries[i].name)
			err = name_entry(rq, &rq->entries[i], r);
	return err;
}

static int read_chosen(struct config *c, unsigned int i, const char *root, struct report *r)
{
	const struct config_file *file = &c->chosen[i];
	char name[ENTRY_NAME_SIZE] = "", *text = NULL;
	const struct chainfile_place place = { root, *file->name, name };
	unsigned int first = c->rq.n_entries;
	bool masks = false;
	int err = text_read_regular(file->path, &text, &masks, r);

	if (err || masks)
		return err;
	config_entry_name(file->name, name);
	err = chainfile_parse_config(&c->texts[i], text, file->path, &place, &c->rq, r);
	if (!err)
		err = name_entries(&c->rq, first, r);
	return err ? err : check_names(&c->rq, first, r);
}

static int read_all(struct config *c, const struct config_names *names, const struct request *rq,
		    struct report *r)
{
	const char *root = rq->root && strcmp(rq->root, "/") ? rq->root : "";
	int err;

	*c = (struct config){ .rq = *rq };
	c->rq.entries = NULL;
	c->rq.requirements = NULL;
	c->rq.n_requirements = 0;
	c->rq.n_entries = 0;
	err = find_files(c, names, root, r);
	if (err)
		return err;
	c->texts = calloc(c->n + 1, sizeof(*c->texts));
	if (!c->texts)
		return report_no_memory(r);
	for (unsigned int i = 0; !err && i < c->n; i++)
		err = read_chosen(c, i, root, r);
	return err;
}

/* ---- the administrator's policy ---- */

/* Leave out a denied entry, as if its file were masked. */
static bool is_denied(struct config *c, struct entry_request *e, struct report *r)
{
	struct report why = REPORT_INIT;
	char path[PATH_MAX];
	bool denied = policy_decide(c->rq.policy, e->name, policy_file_object(e, path), e, &why);

	if (denied && c->rq.explain)
		report_warn(r, "%s", why.error);
	report_free(&why);
	return denied;
}

static void decide(struct config *c, struct report *r)
{
	unsigned int kept = 0;

	for (unsigned int i = 0; c->rq.policy && i < c->rq.n_entries; i++)
		if (!is_denied(c, &c->rq.entries[i], r))
			c->rq.entries[kept++] = c->rq.entries[i];
	if (c->rq.policy)
		c->rq.n_entries = kept;
	c->rq.policy = NULL;
}

/* ---- entry points ---- */

int config_read(struct config *c, struct netlink *nl, const struct netlink_link *link,
		const struct request *rq, struct report *r)
{
	struct config_names names = { .ifname = link->ifname };
	struct altnames alt = { 0 };
	unsigned int tries = 0;
	int err = altnames_read(nl, link->ifindex, &alt, r);

	*c = (struct config){ .rq = *rq };
	names.altnames = alt.names;
	names.n_altnames = alt.n;
	if (!err)
		err = read_all(c, &names, rq, r);
	while ((err == -ESTALE || err == -EAGAIN) && tries++ < MAX_TRIES) {
		report_clear_error(r);
		config_free(c);
		err = read_all(c, &names, rq, r);
	}
	if (!err)
		decide(c, r);
	altnames_free(&alt);
	return err;
}

void config_free(struct config *c)
{
	for (unsigned int i = 0; i < c->n; i++) {
		if (c->texts)
			chainfile_free(&c->texts[i]);
		free(c->chosen[i].path);
	}
	/* Without files the entries are those of the request that was copied. */
	if (c->chosen) {
		free(c->rq.entries);
		free(c->rq.requirements);
	}
	free(c->texts);
	free(c->chosen);
	*c = (struct config){ 0 };
}
