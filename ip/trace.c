// SPDX-License-Identifier: GPL-2.0-or-later
/* "trace": prints a line, or writes a record to a file, for each packet. */
#include "trace.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "model/counts.h"
#include "model/text.h"
#include "change_text.h"
#include "output.h"
#include "packet_filter.h"
#include "packet_text.h"
#include "pcapng.h"
#include "session/trace.h"
#include "trace_times.h"

/* Enough for the text of a packet in a line. */
#define SNAPLEN_TEXT 256

/* One " > ", a verdict and a time for each entry. */
#define PATH_SIZE (CHAIN_MAX * (ENTRY_NAME_SIZE * 4 + 32))

/*
 * struct tracer - the state of "trace"
 * @line: the output for a packet
 * @file: if open, packets are written to this file instead
 * @ifname: the interface as the user named it
 * @number: number of packets so far
 * @times: the times of the entries, if they are printed as text
 * @path: the entries of a packet as text
 */
struct tracer {
	const struct request *rq;
	const struct options *opts;
	struct output line;
	struct pcapng file;
	uint64_t number;
	struct trace_times times;
	struct report *r;
	char path[PATH_SIZE];
};

/* ---- text ---- */

static const char *verdict_word(__u32 verdict)
{
	return counts_verdict_name(verdict < N_VERDICTS ? verdict : VERDICT_OTHER);
}

/* "fw pass > lb drop"; if no entry ran, the verdict of the chain. */
static const char *path_text(const struct traced_packet *p, bool times, char *text)
{
	char name[4 * ENTRY_NAME_SIZE];
	size_t len = 0;

	for (unsigned int i = 0; i < p->n_steps; i++) {
		len += snprintf(text + len, PATH_SIZE - len, "%s%s %s", i ? " > " : "",
				text_escape(p->steps[i].entry, name, sizeof(name)),
				verdict_word(p->steps[i].verdict));
		if (times)
			len += snprintf(text + len, PATH_SIZE - len, " %u ns", p->steps[i].ns);
	}
	if (!p->n_steps)
		snprintf(text, PATH_SIZE, "%s", verdict_word(p->verdict));
	return text;
}

/* Local time with microseconds. */
static void time_text(__u64 ns, bool with_date, char *text, size_t size)
{
	time_t seconds = ns / 1000000000;
	char micro[16];
	struct tm tm;

	localtime_r(&seconds, &tm);
	if (with_date)
		strftime(text, size - sizeof(micro), "%Y-%m-%dT%H:%M:%S", &tm);
	else
		strftime(text, size - sizeof(micro), "%H:%M:%S", &tm);
	snprintf(micro, sizeof(micro), ".%06u", (unsigned int)(ns % 1000000000 / 1000));
	strcat(text, micro);
}

static int print_text(struct tracer *t, const struct traced_packet *p)
{
	char when[64], what[PACKET_TEXT_SIZE], ifname[64], change[CHANGE_TEXT_SIZE];

	time_text(p->ns, false, when, sizeof(when));
	printf("%s %s %s  %u bytes %s\n", when, text_escape(t->rq->devs[0], ifname, sizeof(ifname)),
	       path_text(p, t->rq->trace.times, t->path), p->len,
	       packet_text(p->data, p->caplen, what));
	for (unsigned int i = 0; i < p->n_steps; i++)
		if (p->steps[i].change.any)
			printf("    %s\n", change_text(&p->steps[i], change));
	if (t->rq->trace.times && trace_times_add(&t->times, p))
		return report_no_memory(t->r);
	return 0;
}

/* ---- JSON ---- */

static void print_hex(struct output *out, const char *key, const __u8 *bytes, __u32 len)
{
	char text[2 * TRACE_CHANGES_MAX + 1];

	print_string(out, PRINT_JSON, key, "%s", change_hex(bytes, len, text));
}

static void print_change(struct output *out, const struct change_of_packet *c)
{
	if (!c->any)
		return;
	open_json_object(out, "changes");
	print_uint(out, PRINT_JSON, "len", "%u", c->is);
	print_int(out, PRINT_JSON, "front", "%d", c->front);
	print_int(out, PRINT_JSON, "end", "%d", c->end);
	open_json_array(out, "bytes");
	for (unsigned int i = 0; i < c->n; i++) {
		open_json_object(out, NULL);
		print_uint(out, PRINT_JSON, "offset", "%u", c->range[i].offset);
		if (c->range[i].old)
			print_hex(out, "old", c->range[i].old, c->range[i].len);
		print_hex(out, "new", c->range[i].new, c->range[i].len);
		close_json_object(out);
	}
	close_json_array(out);
	if (c->more)
		print_flag(out, "more", "");
	close_json_object(out);
}

static int print_json(struct tracer *t, const struct traced_packet *p)
{
	char when[64], what[PACKET_TEXT_SIZE];
	struct output *out = &t->line;

	output_begin_line(out, t->opts);
	time_text(p->ns, true, when, sizeof(when));
	print_string(out, PRINT_JSON, "time", "%s", when);
	print_string(out, PRINT_JSON, "ifname", "%s", t->rq->devs[0]);
	print_uint(out, PRINT_JSON, "len", "%u", p->len);
	print_u64(out, PRINT_JSON, "packet", "%llu", t->number);
	print_string(out, PRINT_JSON, "verdict", "%s", verdict_word(p->verdict));
	open_json_array(out, "path");
	for (unsigned int i = 0; i < p->n_steps; i++) {
		open_json_object(out, NULL);
		print_string(out, PRINT_JSON, "entry", "%s", p->steps[i].entry);
		print_string(out, PRINT_JSON, "verdict", "%s", verdict_word(p->steps[i].verdict));
		if (t->rq->trace.times)
			print_uint(out, PRINT_JSON, "ns", "%u", p->steps[i].ns);
		print_change(out, &p->steps[i].change);
		close_json_object(out);
	}
	close_json_array(out);
	print_uint(out, PRINT_JSON, "queue", "%u", p->queue);
	if (p->lost)
		print_u64(out, PRINT_JSON, "lost", "%llu", p->lost);
	print_string(out, PRINT_JSON, "summary", "%s", packet_text(p->data, p->caplen, what));
	return output_end(out, 0, t->r);
}

/* ---- callbacks of the trace ---- */

/* Print the chain as it was when the trace began. */
static int begin(const struct view *v, void *arg)
{
	struct tracer *t = arg;
	char name[4 * ENTRY_NAME_SIZE];
	size_t len;

	if (t->file.fd < 0)
		return 0;
	len = snprintf(t->path, PATH_SIZE, "%s:", text_escape(v->link.ifname, name, sizeof(name)));
	for (unsigned int i = 0; i < v->chain.n; i++)
		len += snprintf(t->path + len, PATH_SIZE - len, "%s %s prio %u%s", i ? "," : "",
				text_escape(v->chain.entries[i].name, name, sizeof(name)),
				v->chain.entries[i].prio,
				v->chain.entries[i].disabled ? " disabled" : "");
	return pcapng_begin(&t->file, text_escape(v->link.ifname, name, sizeof(name)), t->path,
			    t->rq->trace.filter, t->r);
}

static int packet(const struct traced_packet *p, void *arg)
{
	struct tracer *t = arg;
	int err = 0;

	t->number++;
	if (t->file.fd >= 0)
		pcapng_packet(&t->file, p, t->number, path_text(p, t->rq->trace.times, t->path));
	else if (t->opts->json)
		err = print_json(t, p);
	else
		err = print_text(t, p);
	if (err)
		return err;
	return t->rq->trace.count && t->number >= t->rq->trace.count ? TRACE_ENOUGH : 0;
}

static int flush_file(struct tracer *t)
{
	int err = pcapng_flush(&t->file, t->r);

	if (err != -EPIPE)
		return err;
	/* The reader is gone. */
	report_clear_error(t->r);
	return TRACE_ENOUGH;
}

static int flush(void *arg)
{
	struct tracer *t = arg;
	int err;

	if (t->file.fd >= 0)
		return flush_file(t);
	if (!fflush(stdout))
		return 0;
	err = errno;
	/* The error is reported here; main() need not report it again. */
	clearerr(stdout);
	if (err == EPIPE)
		return TRACE_ENOUGH;
	return report_fail(t->r, STATUS_NOT_TRIED, err, "Cannot write: %s", strerror(err));
}

/* While SIGPIPE is blocked. */
static int print_times(struct tracer *t)
{
	int err;

	if (t->number < 2)
		return 0;
	trace_times_print(&t->times);
	err = flush(t);
	return err < 0 ? err : 0;
}

/* ---- the verb ---- */

static int make_conf(const struct request *rq, struct trace_conf *conf, struct report *r)
{
	const struct trace_request *q = &rq->trace;

	conf->snaplen = q->file ? TRACE_SNAP_MAX : SNAPLEN_TEXT;
	conf->sample = q->sample ? q->sample : 1;
	conf->changes = q->changes;
	conf->times = q->times;
	conf->verdicts = q->has_verdicts ? q->verdicts : TRACE_ANY_VERDICT;
	return packet_filter(q->filter, conf, r);
}

/* Under nohup(1) SIGHUP is ignored: if blocked, it would be pending nevertheless.  A shell
 * without job control starts background commands with SIGINT ignored; it must end the
 * trace all the same. */
static bool is_ignored(int signal)
{
	struct sigaction how;

	return !sigaction(signal, NULL, &how) && how.sa_handler == SIG_IGN;
}

/*
 * Read signals that end the trace from an fd, so that none is missed.  Returns the fd and
 * sets @before to the previous signal mask; or returns -errno.
 */
static int hold_signals(sigset_t *before, struct report *r)
{
	sigset_t ends;
	int fd;

	sigemptyset(&ends);
	sigaddset(&ends, SIGINT);
	sigaddset(&ends, SIGTERM);
	if (!is_ignored(SIGHUP))
		sigaddset(&ends, SIGHUP);
	fd = signalfd(-1, &ends, SFD_CLOEXEC);
	if (fd < 0)
		return report_fail(r, STATUS_NOT_TRIED, errno, "Cannot wait for signals: %s",
				   strerror(errno));
	sigaddset(&ends, SIGPIPE);
	sigprocmask(SIG_BLOCK, &ends, before);
	return fd;
}

/* Discard pending signals that ended the trace, and restore the signal mask. */
static void release_signals(const sigset_t *before)
{
	const struct timespec at_once = { 0 };
	sigset_t ends;

	sigemptyset(&ends);
	sigaddset(&ends, SIGINT);
	sigaddset(&ends, SIGTERM);
	sigaddset(&ends, SIGHUP);
	sigaddset(&ends, SIGPIPE);
	while (sigtimedwait(&ends, NULL, &at_once) > 0)
		;
	sigprocmask(SIG_SETMASK, before, NULL);
}

static void warn_of_lost(struct tracer *t, __u64 lost)
{
	if (lost)
		report_warn(t->r, "%llu %s lost: packets came faster than they could be read",
			    (unsigned long long)lost, lost == 1 ? "packet was" : "packets were");
}

static int run(struct session *s, struct tracer *t, const struct trace_conf *conf)
{
	struct trace_reader reader = {
		.begin = begin,
		.packet = packet,
		.pause = flush,
		.arg = t,
		.out = t->file.fd >= 0 ? t->file.fd : STDOUT_FILENO,
	};
	sigset_t before;
	__u64 lost = 0;
	int err, closed;

	reader.stop = hold_signals(&before, t->r);
	if (reader.stop < 0)
		return reader.stop;
	err = session_trace(s, t->rq, conf, &reader, &lost, t->r);
	if (!err)
		err = print_times(t);
	/* The last write may find that the reader is gone, which must not raise SIGPIPE. */
	closed = pcapng_close(&t->file, lost, t->r);
	release_signals(&before);
	close(reader.stop);
	warn_of_lost(t, lost);
	return err ? err : closed;
}

static int open_and_run(struct session *s, struct tracer *t, const struct trace_conf *conf)
{
	int err = t->rq->trace.file ? pcapng_open(&t->file, t->rq->trace.file, t->r) : 0;

	if (!err)
		err = run(s, t, conf);
	trace_times_free(&t->times);
	/* It is closed already, unless the trace did not begin. */
	pcapng_close(&t->file, 0, t->r);
	return err;
}

int trace_run(struct session *s, const struct request *rq, const struct options *opts,
	      struct report *r)
{
	struct trace_conf *conf = calloc(1, sizeof(*conf));
	struct tracer *t = calloc(1, sizeof(*t));
	int err;

	if (conf && t) {
		t->rq = rq;
		t->opts = opts;
		t->r = r;
		t->file.fd = -1;
		err = make_conf(rq, conf, r);
		if (!err)
			err = open_and_run(s, t, conf);
	} else {
		err = report_no_memory(r);
	}
	free(conf);
	free(t);
	return err;
}
