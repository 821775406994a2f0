// SPDX-License-Identifier: GPL-2.0-or-later
/* "save" prints chains as a file, and "restore all" reads such a file. */
#include "save.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "chainfile_print.h"
#include "dispatcher/libxdp.h"
#include "object/archive.h"
#include "syntax/chainfile.h"

/*
 * struct saving - the state of "save"
 * @objects: the absolute path of the directory for object files
 */
struct saving {
	struct chainfile_style style;
	char objects[PATH_MAX];
	struct report *r;
	enum status worst;
};

/* ---- objects ---- */

/* Create the directory if its parent exists. */
static int open_objects(struct saving *sv, const char *dir)
{
	if (mkdir(dir, 0755) && errno != EEXIST)
		return report_fail(sv->r, STATUS_NOT_TRIED, errno,
				   "Cannot make the directory \"%s\": %s", dir, strerror(errno));
	if (!realpath(dir, sv->objects))
		return report_fail(sv->r, STATUS_NOT_TRIED, errno, "Cannot find \"%s\": %s", dir,
				   strerror(errno));
	sv->style.objects = sv->objects;
	return 0;
}

static int keep_objects(const struct saving *sv, const struct view *v, struct report *r)
{
	int err = 0;

	for (unsigned int i = 0; sv->style.objects && !err && i < v->chain.n; i++) {
		const struct entry *e = &v->chain.entries[i];

		if (!e->program || !e->program->origin.object)
			continue;
		err = archive_object(&e->program->origin, sv->objects, r);
		if (err)
			report_context(r, "dev %s: entry \"%s\"", v->link.ifname, e->name);
	}
	return err;
}

/* ---- save ---- */

static int save_view(const struct saving *sv, const struct view *v, struct report *r)
{
	int err = session_savable(v, r);

	if (!err)
		err = keep_objects(sv, v, r);
	if (!err)
		chainfile_print(v, &sv->style);
	return err;
}

static int save_one(struct session *s, const struct saving *sv, const char *dev)
{
	struct view *v = view_new();
	int err;

	if (!v)
		return report_no_memory(sv->r);
	err = session_view(s, dev, v, sv->r);
	if (!err)
		err = save_view(sv, v, sv->r);
	view_free(v);
	return err;
}

/* True if the device has a chain or may have one. */
static bool has_chain(const struct view *v)
{
	return v->kind == VIEW_CHAIN || v->kind == VIEW_DETACHED || v->displaced ||
	       (v->kind == VIEW_FOREIGN && v->foreign == FOREIGN_UNREADABLE);
}

static int save_any(const struct view *v, void *arg)
{
	struct report own = REPORT_INIT;
	struct saving *sv = arg;
	int err = has_chain(v) ? save_view(sv, v, &own) : 0;

	report_one_of_many(sv->r, &own, &sv->worst);
	report_free(&own);
	return err == -ENOMEM ? err : 0;
}

static int save_all(struct session *s, struct saving *sv)
{
	int err;

	sv->style.with_dev = true;
	err = session_each_view(s, NULL, 0, save_any, sv, sv->r);
	if (err)
		return err;
	if (sv->worst)
		return report_fail(sv->r, sv->worst, EUCLEAN, "Not every chain could be saved");
	/* Without this line "restore all" takes the file for one that was cut off. */
	printf("end all\n");
	return 0;
}

int save_run(struct session *s, const struct request *rq, struct report *r)
{
	struct saving *sv = calloc(1, sizeof(*sv));
	struct libxdp libxdp = { 0 };
	int err;

	if (!sv)
		return report_no_memory(r);
	sv->r = r;
	/* If the default format is unknown, always print the format. */
	if (libxdp_format(&libxdp, &sv->style.fresh, NULL))
		sv->style.fresh = FORMAT_UNSET;
	err = rq->objects ? open_objects(sv, rq->objects) : 0;
	if (!err)
		err = rq->all ? save_all(s, sv) : save_one(s, sv, rq->devs[0]);
	free(sv);
	return err;
}

/* ---- restore all ---- */

static void restore_one(struct session *s, struct request *rq, const struct txn_preview *preview,
			struct report *all, enum status *worst)
{
	char *devs[] = { (char *)rq->file_dev };
	struct report own = REPORT_INIT;
	int err;

	rq->devs = devs;
	rq->n_devs = 1;
	err = session_change(s, rq, preview, &own);
	if (err && err != -ENODEV && strncmp(report_error(&own), "dev ", 4))
		report_context(&own, "dev %s", devs[0]);
	report_one_of_many(all, &own, worst);
	report_free(&own);
}

int restore_all(struct session *s, const struct request *rq, const struct txn_preview *preview,
		struct report *r)
{
	enum status worst = STATUS_DONE;
	struct chainset c;
	int err = chainset_read(&c, rq->file, rq, r);

	for (unsigned int i = 0; !err && i < c.n; i++)
		restore_one(s, &c.chains[i], preview, r, &worst);
	chainset_free(&c);
	return err || !worst ? err
			     : report_fail(r, worst, EUCLEAN, "Not every chain could be restored");
}
