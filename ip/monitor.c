// SPDX-License-Identifier: GPL-2.0-or-later
/* "monitor": prints a line for each change of a chain. */
#include "monitor.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "message.h"
#include "output.h"
#include "session/monitor.h"

/* struct watch - @line: the event that is printed */
struct watch {
	const struct options *opts;
	struct output line;
	struct report *r;
};

/* Print local time with microseconds, as ip monitor -ts does. */
static void print_time(struct output *out)
{
	char text[64], micro[16];
	struct timeval now;
	struct tm tm;

	if (!out->opts->timestamp)
		return;
	gettimeofday(&now, NULL);
	localtime_r(&now.tv_sec, &tm);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(micro, sizeof(micro), ".%06ld", (long)now.tv_usec);
	strcat(text, micro);
	print_string(out, PRINT_ANY, "time", "[%s] ", text);
}

/* ---- causes ---- */

static void print_holder(struct output *out, const struct monitor_change *c)
{
	print_string(out, PRINT_ANY, "program", " by program %s", c->program);
	print_uint(out, PRINT_FP, NULL, " id %u", c->after);
	if (!c->held)
		return;
	print_uint(out, PRINT_ANY, "pid", " of process %u", c->holder.pid);
	print_string(out, PRINT_ANY, "command", " (%s)", c->holder.command);
}

static void print_why(struct output *out, const struct monitor_change *c)
{
	print_string(out, PRINT_ANY, "event", "%s", monitor_event_name(c->event));
	if (c->event == MONITOR_DISPLACED)
		print_holder(out, c);
	else if (c->event == MONITOR_REBUILT)
		print_string(out, PRINT_FP, NULL, " by %s", "libxdp");
	else if (c->event == MONITOR_GONE)
		print_string(out, PRINT_FP, NULL, " with the %s", "interface");
	else if (c->event == MONITOR_MOVED)
		print_string(out, PRINT_FP, NULL, " to another network %s", "namespace");
	else if (c->event == MONITOR_RENAMED)
		print_string(out, PRINT_ANY, "was", " (was %s)", c->was);
}

static void print_dispatchers(struct output *out, const struct monitor_change *c)
{
	bool both = c->before && c->after && c->before != c->after &&
		    c->event != MONITOR_DISPLACED && c->event != MONITOR_ATTACHED;

	print_uint(out, PRINT_JSON, "before", "%u", c->before);
	print_uint(out, PRINT_JSON, "after", "%u", c->after);
	if (both)
		print_uint(out, PRINT_FP, NULL, ", dispatcher id %u >", c->before);
	else
		print_string(out, PRINT_FP, NULL, ", dispatcher %s", "id");
	print_uint(out, PRINT_FP, NULL, " %u",
		   both || c->event == MONITOR_ATTACHED ? c->after : c->before);
}

/* ---- changes ---- */

static void print_change(struct output *out, const struct entry_change *c, bool first)
{
	open_json_object(out, NULL);
	print_string(out, PRINT_FP, NULL, "%s", first ? ": " : ", ");
	print_string(out, PRINT_ANY, "change", "%s", change_kind_name(c->kind));
	if (c->kind == CHANGE_FORMAT)
		print_string(out, PRINT_ANY, "format", " %s", c->entry);
	else if (c->entry)
		print_string(out, PRINT_ANY, "entry", " %s", c->entry);
	if (c->kind == CHANGE_RENAMED)
		print_string(out, PRINT_ANY, "was", " (was %s)", c->was);
	if (c->kind == CHANGE_REPLACED)
		print_uint(out, PRINT_FP, NULL, " (id %u", c->old_id);
	if (c->kind == CHANGE_REPLACED)
		print_uint(out, PRINT_FP, NULL, " > %u)", c->id);
	if (c->id)
		print_uint(out, PRINT_JSON, "id", "%u", c->id);
	close_json_object(out);
}

static void print_changes(struct output *out, const struct monitor_change *c)
{
	open_json_array(out, "changes");
	for (unsigned int i = 0; i < c->n_changes; i++)
		print_change(out, &c->changes[i], !i);
	close_json_array(out);
	if (*c->unread)
		print_string(out, PRINT_ANY, "reason", ": its entries are not known: %s",
			     c->unread);
}

/* Print the namespace if it is not ours. */
static void print_netns(struct output *out, const struct monitor_change *c)
{
	if (*c->netns)
		print_string(out, PRINT_ANY, "netns", "[netns %s] ", c->netns);
}

static void print_lost(struct output *out)
{
	print_string(out, PRINT_JSON, "event", "%s", monitor_event_name(MONITOR_LOST));
	print_string(out, PRINT_FP, NULL, "%s",
		     "some changes were lost: the kernel could not queue them all");
}

static int print_event(const struct monitor_change *c, void *arg)
{
	struct watch *w = arg;
	struct output *out = &w->line;
	int err;

	output_begin_line(out, w->opts);
	print_time(out);
	print_netns(out, c);
	if (c->event == MONITOR_LOST) {
		print_lost(out);
	} else {
		print_uint(out, PRINT_JSON, "ifindex", "%u", c->ifindex);
		print_color_string(out, PRINT_ANY, TEXT_IFNAME, "ifname", "%s", c->ifname);
		print_string(out, PRINT_FP, NULL, "%s", ": ");
		print_why(out, c);
		print_dispatchers(out, c);
		print_changes(out, c);
	}
	print_record_end(out);
	err = output_end(out, 0, w->r);
	if (!err && fflush(stdout))
		err = report_fail(w->r, STATUS_NOT_TRIED, errno, "Cannot write: %s",
				  strerror(errno));
	return err;
}

/* Print the warning now, because the command may run for a long time. */
static void say_missing(const char *ifname, void *arg)
{
	struct report own = REPORT_INIT;
	const struct watch *w = arg;

	report_warn(&own, "Cannot find device \"%s\": waiting for it", ifname);
	message_print(w->opts, &own, false);
	report_free(&own);
}

int monitor_run(struct session *s, const struct request *rq, const struct options *opts,
		struct report *r)
{
	struct watch w = { .opts = opts, .r = r };
	const struct monitor_request what = {
		.devs = rq->devs,
		.n_devs = rq->n_devs,
		.all_netns = rq->all_netns,
		.until = STDOUT_FILENO,
		.missing = say_missing,
		.fn = print_event,
		.arg = &w,
	};

	return session_monitor(s, &what, r);
}
