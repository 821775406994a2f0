// SPDX-License-Identifier: GPL-2.0-or-later
/* "confirm SECONDS": a change that is undone unless it is confirmed. */
#include "confirm.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <termios.h>
#include <unistd.h>

#include "keeper.h"
#include "message.h"
#include "model/text.h"
#include "own_words.h"

#define MAX_NAMED 8

/*
 * struct waiting - the wait for a confirmation
 * @undo, @n: the records to undo the change
 * @said, @len: the keeper's messages, one per line: a status digit and a sentence
 */
struct waiting {
	struct session *s;
	const struct request *rq;
	const struct options *opts;
	struct keeper *keeper;
	struct undo *undo;
	size_t n;
	char *said;
	size_t len;
	struct report *r;
};

/* ---- prompts ---- */

static void print_devices(const struct waiting *w)
{
	char name[4 * IFNAMSIZ + 5];
	struct netlink_link link;

	if (w->n > MAX_NAMED) {
		fprintf(stderr, " all");
		return;
	}
	for (size_t i = 0; i < w->n; i++)
		if (!netlink_link_index(w->s->nl, w->undo[i].ifindex, &link, NULL))
			fprintf(stderr, " dev %s", text_escape(link.ifname, name, sizeof(name)));
}

static void say_how(const struct waiting *w)
{
	char own[1024], text[4096];

	fprintf(stderr, "The change is undone in %u s unless you confirm it: %s",
		undo_seconds_left(w->undo, undo_now()),
		text_escape(own_words(w->opts, "ip link xdp multi confirm", own, sizeof(own)), text,
			    sizeof(text)));
	print_devices(w);
	fputc('\n', stderr);
}

static void prompt(const struct waiting *w)
{
	fprintf(stderr, "Press Enter within %u s to keep the change; otherwise it is undone.\n",
		undo_seconds_left(w->undo, undo_now()));
}

/* ---- the result ---- */

static int confirm_all(const struct waiting *w)
{
	enum status worst = STATUS_DONE;

	for (size_t i = 0; i < w->n; i++) {
		struct report own = REPORT_INIT;
		struct netlink_link link;
		int err = undo_confirm(&w->s->dirs, &w->undo[i], w->rq->wait, &own);

		if (err && !netlink_link_index(w->s->nl, w->undo[i].ifindex, &link, NULL))
			report_context(&own, "dev %s", link.ifname);
		report_one_of_many(w->r, &own, &worst);
		report_free(&own);
	}
	return worst ? report_fail(w->r, worst, EUCLEAN, "Not every change could be confirmed") : 0;
}

static int look_at(const struct waiting *w, const struct undo *u, const struct netlink_link *link)
{
	if (undo_is_pending(u, link))
		return 0;
	if (undo_is_back(u, link))
		return report_fail(w->r, STATUS_REFUSED, ECANCELED, "dev %s: the change was undone",
				   link->ifname);
	return report_fail(
		w->r, STATUS_RETRY, ECANCELED,
		"dev %s: another process changed the interface after the unconfirmed change",
		link->ifname);
}

/* The keeper ended without a message: another process has confirmed or undone the change,
 * or has killed the keeper. */
static int look(const struct waiting *w)
{
	struct undo *left = NULL;
	size_t n = 0;
	int err = session_unconfirmed(w->s, w->rq->token, &left, &n, w->r);

	free(left);
	if (err)
		return err;
	if (n)
		return report_fail(
			w->r, STATUS_REFUSED, ECHILD,
			"The process that would undo the change was killed: the change stays until you undo it with \"ip link xdp multi undo\"");
	for (size_t i = 0; i < w->n; i++) {
		struct netlink_link link;

		err = netlink_link_index(w->s->nl, w->undo[i].ifindex, &link, w->r);
		if (!err)
			err = look_at(w, &w->undo[i], &link);
		if (err)
			return err;
	}
	return 0;
}

static void take_line(char *line, struct report *all, enum status *worst)
{
	struct report own = REPORT_INIT;

	report_fail(&own, *line - '0', ECANCELED, "%s", line + 1);
	report_one_of_many(all, &own, worst);
	report_free(&own);
}

static int judge(const struct waiting *w)
{
	enum status worst = STATUS_DONE;
	char *save, *line = w->said ? strtok_r(w->said, "\n", &save) : NULL;

	if (!line)
		return look(w);
	if (w->n <= 1)
		return report_fail(w->r, *line - '0', ECANCELED, "%s", line + 1);
	for (; line; line = strtok_r(NULL, "\n", &save))
		take_line(line, w->r, &worst);
	return report_fail(w->r, worst, EUCLEAN, "Not every change was confirmed");
}

/* Read messages of the keeper.  False at end of file. */
static bool hear(struct waiting *w)
{
	char *more = realloc(w->said, w->len + 4096);
	ssize_t n = more ? read(w->keeper->result, more + w->len, 4095) : -1;

	if (more)
		w->said = more;
	if (n > 0)
		w->len += n;
	if (more)
		w->said[w->len] = '\0';
	return n > 0 || (n < 0 && errno == EINTR);
}

/* ---- waiting ---- */

/* Only an empty line confirms, because a user who types a command has forgotten the
 * change.  Returns 1 for an empty line, 0 for another one, -1 at end of file. */
static int read_line(void)
{
	char buf[4096];
	ssize_t n = read(STDIN_FILENO, buf, sizeof(buf));

	if (n < 0 && errno == EINTR)
		return 0;
	if (n <= 0)
		return -1;
	return *buf == '\n';
}

static int wait_for_enter(struct waiting *w)
{
	struct pollfd p[] = {
		{ .fd = STDIN_FILENO, .events = POLLIN },
		{ .fd = w->keeper->result, .events = POLLIN },
	};
	int line;

	/* Input from before the question is not an answer. */
	tcflush(STDIN_FILENO, TCIFLUSH);
	prompt(w);
	for (;;) {
		if (poll(p, 2, -1) < 0)
			continue;
		if (p[1].revents && !hear(w))
			return judge(w);
		if (!p[0].revents)
			continue;
		line = read_line();
		if (line > 0)
			return confirm_all(w);
		if (line < 0) {
			say_how(w);
			return 0;
		}
		prompt(w);
	}
}

/* No record is left: nothing was changed, or the change has already been undone. */
static int hear_end(struct waiting *w)
{
	while (hear(w))
		;
	return w->len ? judge(w) : 0;
}

/* Print the warnings of the change before the question. */
static void print_warnings(const struct options *opts, struct report *r)
{
	if (r->error[0])
		return;
	message_print(opts, r, false);
	report_drop_warnings(r, 0);
}

/* The change is made or not, whatever comes later. */
static int warn_unread(struct report *made, struct report *why)
{
	report_warn(
		made,
		"Cannot read the record of the unconfirmed change (%s): look with \"ip link xdp multi show\", and confirm the change or it is undone",
		report_cause(why));
	return 0;
}

static int wait_for_user(struct session *s, const struct request *rq, const struct options *opts,
			 struct keeper *k, struct report *r)
{
	struct waiting w = { .s = s, .rq = rq, .opts = opts, .keeper = k, .r = r };
	struct report why = REPORT_INIT;
	int err = session_unconfirmed(s, rq->token, &w.undo, &w.n, &why);

	if (!err && w.n)
		print_warnings(opts, r);
	if (err)
		err = warn_unread(r, &why);
	else if (!w.n)
		err = hear_end(&w);
	else if (isatty(STDIN_FILENO))
		err = wait_for_enter(&w);
	else
		say_how(&w);
	report_free(&why);
	free(w.undo);
	free(w.said);
	return err;
}

/* Nobody would undo the changes, so do not let them stay. */
static int undo_at_once(struct session *s, const struct undo *undo, size_t n,
			const struct request *rq, struct report *r)
{
	enum status worst = STATUS_DONE;

	for (size_t i = 0; i < n; i++) {
		struct report own = REPORT_INIT;

		if (session_undo(s, &undo[i], rq->wait, &own))
			report_context(&own, "dev %s: the change could not be undone",
				       undo[i].ifname);
		report_one_of_many(r, &own, &worst);
		report_free(&own);
	}
	return worst ? report_fail(
			       r, worst, ECHILD,
			       "No process will undo the change: undo it with \"ip link xdp multi undo\"")
		     : report_fail(
			       r, STATUS_NOT_TRIED, ECHILD,
			       "Cannot start the process that would undo the change: the change was undone");
}

/* The keeper was killed before the change was made, or ended because none was made. */
static int start_another(struct session *s, const struct request *rq, struct keeper *k,
			 struct report *r)
{
	struct undo *undo = NULL;
	size_t n = 0;
	int err = session_unconfirmed(s, rq->token, &undo, &n, r);

	if (!err && n) {
		close(k->result);
		err = keeper_start(k, s, rq, NULL);
		if (err || !keeper_release(k))
			err = undo_at_once(s, undo, n, rq, r);
	}
	free(undo);
	return err;
}

int confirm_change(struct session *s, struct request *rq, const struct options *opts,
		   int (*make)(struct session *s, const struct request *rq,
			       const struct options *opts, struct report *r),
		   struct report *r)
{
	struct keeper k;
	int err;

	if (getrandom(&rq->token, sizeof(rq->token), 0) != sizeof(rq->token) || !rq->token)
		return report_fail(r, STATUS_NOT_TRIED, EAGAIN, "Cannot get a random number");
	err = keeper_start(&k, s, rq, r);
	if (err)
		return err;
	err = make(s, rq, opts, r);
	if (!keeper_release(&k)) {
		int kept = start_another(s, rq, &k, r);

		err = err ? err : kept;
	}
	/* After an error, some of several devices may have changed and need confirmation. */
	if (err != -ECHILD && (!err || rq->all || rq->n_devs > 1)) {
		int waited = wait_for_user(s, rq, opts, &k, r);

		err = err ? err : waited;
	}
	if (k.result >= 0)
		close(k.result);
	return err;
}
