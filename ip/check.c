// SPDX-License-Identifier: GPL-2.0-or-later
/* "check": is a chain complete and as expected? */
#include "check.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "chain/oversize.h"
#include "config_files.h"
#include "dispatcher/libxdp.h"
#include "own_words.h"
#include "printer.h"
#include "session/require.h"

/*
 * struct check - the state of "check"
 * @n: number of differences on all devices
 * @unknown: number of devices that could not be read
 */
struct check {
	struct session *s;
	const struct request *rq;
	struct report *r;
	struct output out;
	const char *ifname;
	unsigned int n;
	unsigned int unknown;
};

static void print_text(struct output *out, const char *ifname, const struct difference *d)
{
	char text[2048], own[2048];

	difference_text(d, text, sizeof(text));
	print_color_string(out, PRINT_FP, TEXT_IFNAME, NULL, "%s", ifname);
	print_string(out, PRINT_FP, NULL, ": %s", own_words(out->opts, text, own, sizeof(own)));
}

static void print_difference(const struct difference *d, void *arg)
{
	struct check *c = arg;
	struct output *out = &c->out;

	c->n++;
	if (!is_json_context(out))
		print_text(out, c->ifname, d);
	open_json_object(out, NULL);
	print_string(out, PRINT_JSON, "entry", "%s", d->entry);
	print_string(out, PRINT_JSON, "what", "%s", d->what);
	print_string(out, PRINT_JSON, "want", "%s", d->want);
	print_string(out, PRINT_JSON, "have", "%s", d->have);
	close_json_object(out);
	print_record_end(out);
}

/* This is not a difference: the chain can still be as requested. */
static void warn_of(struct check *c, const struct view *v)
{
	char note[512];

	if (!c->rq->format && v->kind == VIEW_CHAIN && view_is_whole(v) &&
	    libxdp_note(&c->out.libxdp, &v->chain, v->link.ifname, note, sizeof(note)))
		report_warn(c->r, "dev %s: %s", v->link.ifname, note);
	if (v->in_doubt)
		report_warn(c->r, "dev %s: the chain of dispatcher %u may be detached",
			    v->link.ifname, v->in_doubt);
	if (oversize_note(v, note, sizeof(note)))
		report_warn(c->r, "dev %s: %s", v->link.ifname, note);
}

static bool is_unreadable(const struct view *v)
{
	return v->kind == VIEW_FOREIGN && v->foreign == FOREIGN_UNREADABLE;
}

static int compare(struct check *c, const struct view *v, const struct request *rq)
{
	int err;

	if (is_unreadable(v)) {
		report_warn(c->r, "dev %s: %s", v->link.ifname, v->reason);
		c->unknown++;
		return 0;
	}
	warn_of(c, v);
	err = session_compare(v, rq, print_difference, c, c->r);
	if (!err)
		err = session_compare_required(c->s, v, rq, print_difference, c, c->r);
	if (err && rq->n_requirements && !request_is_blamed(rq, c->r))
		report_context(c->r, "dev %s", v->link.ifname);
	return err;
}

/* Print the whole device in JSON, but only differences in text. */
static int check_device(struct check *c, const struct view *v, const struct request *rq)
{
	bool json = is_json_context(&c->out);
	int err;

	c->ifname = v->link.ifname;
	if (json)
		printer_open_device(&c->out, v);
	open_json_array(&c->out, "differences");
	err = compare(c, v, rq);
	close_json_array(&c->out);
	if (json)
		printer_close_device(&c->out);
	return err;
}

/* Without a device on the command line, check only devices that have a chain, or may or
 * should have one. */
static bool concerns(const struct check *c, const struct view *v, const struct request *rq)
{
	return c->rq->n_devs || (rq->config && rq->n_entries) || v->kind == VIEW_CHAIN ||
	       v->kind == VIEW_DETACHED || !view_is_whole(v) || is_unreadable(v);
}

static int check_view(const struct view *v, void *arg)
{
	const struct check *c = arg;

	return concerns(c, v, c->rq) ? check_device(arg, v, c->rq) : 0;
}

/* If the files of one device are invalid, the others are still checked. */
static int check_config(const struct view *v, void *arg)
{
	struct report own = REPORT_INIT;
	struct check *c = arg;
	struct config config;
	int err = config_read(&config, c->s->nl, &v->link, c->rq, &own);

	if (!err && concerns(c, v, &config.rq)) {
		struct report *all = c->r;

		c->r = &own;
		err = check_device(c, v, &config.rq);
		c->r = all;
	}
	if (err == -ENODEV && c->rq->all)
		report_clear_error(&own);
	else if (err)
		c->unknown++;
	if (*report_error(&own) && strncmp(own.error, "dev ", 4))
		report_context(&own, "dev %s", v->link.ifname);
	report_one_of_many(c->r, &own, &(enum status){ STATUS_DONE });
	report_free(&own);
	config_free(&config);
	return 0;
}

int check_run(struct session *s, const struct request *rq, const struct options *opts,
	      struct report *r)
{
	int (*fn)(const struct view *v, void *arg) = rq->config ? check_config : check_view;
	struct request own = *rq;
	struct check c = { .s = s, .rq = &own, .r = r };
	int err = session_policy(s, &own, r);

	output_begin(&c.out, opts);
	if (!err)
		err = session_each_view(s, rq->devs, rq->n_devs, fn, &c, r);
	err = output_end(&c.out, err, r);
	if (err || c.unknown)
		r->status = STATUS_NOT_TRIED;
	else if (c.n)
		r->status = STATUS_REFUSED;
	return err;
}
