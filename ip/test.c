// SPDX-License-Identifier: GPL-2.0-or-later
/* "test": sends packets through a chain that is not attached. */
#include "test.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture.h"
#include "output.h"
#include "session/require.h"

/*
 * struct test - the state of "test"
 * @counted: number of packets per entry and verdict
 * @total: number of packets per verdict of the chain
 * @n: number of packets so far
 * @unexpected: number of packets with a verdict that is not allowed
 * @first: number of the first such packet, and its @verdict
 * @cut: number of packets that were not captured completely
 */
struct test {
	const struct request *rq;
	struct trial trial;
	struct output out;
	struct report *r;
	unsigned long long counted[CHAIN_MAX][N_VERDICTS + 1];
	unsigned long long total[N_VERDICTS + 1];
	unsigned int n;
	unsigned int unexpected;
	unsigned int first;
	unsigned int verdict;
	unsigned int cut;
};

/* ---- a packet ---- */

static void print_step(struct test *t, const struct path_step *step, bool first)
{
	struct output *out = &t->out;

	open_json_object(out, NULL);
	print_string(out, PRINT_ANY, "entry", first ? ": %s " : " > %s ",
		     t->trial.chain.entries[step->slot].name);
	print_string(out, PRINT_ANY, "verdict", "%s", counts_verdict_name(step->verdict));
	if (t->rq->test.repeat)
		print_uint(out, PRINT_ANY, "ns", " %u ns", step->ns);
	close_json_object(out);
}

static bool is_expected(const struct test *t, unsigned int verdict)
{
	return verdict < N_VERDICTS && t->rq->test.expect & VERDICT_BIT(verdict);
}

static void print_expected(struct test *t, unsigned int verdict)
{
	char text[64];

	if (!t->rq->test.has_expect)
		return;
	print_bool(&t->out, PRINT_JSON, "expected", "%s", is_expected(t, verdict));
	if (!is_expected(t, verdict))
		print_string(&t->out, PRINT_FP, NULL, "(expected %s) ",
			     verdicts_text(t->rq->test.expect, text, sizeof(text)));
}

static void print_number(struct test *t, unsigned int verdict)
{
	if (!t->rq->test.tap)
		print_uint(&t->out, PRINT_ANY, "packet", "%u: ", t->n);
	else if (is_expected(t, verdict))
		print_uint(&t->out, PRINT_FP, NULL, "ok %u - ", t->n);
	else
		print_uint(&t->out, PRINT_FP, NULL, "not ok %u - ", t->n);
}

static void print_packet(struct test *t, const struct path *p, unsigned int len,
			 unsigned int len_out)
{
	struct output *out = &t->out;

	open_json_object(out, NULL);
	print_number(t, p->verdict);
	print_string(out, PRINT_ANY, "verdict", "%s ", counts_verdict_name(p->verdict));
	print_expected(t, p->verdict);
	print_uint(out, PRINT_ANY, "len", "%u ", len);
	if (len_out != len)
		print_uint(out, PRINT_ANY, "len_out", "> %u ", len_out);
	print_string(out, PRINT_FP, NULL, "%s", "bytes");
	open_json_array(out, "path");
	for (unsigned int i = 0; i < p->n; i++)
		print_step(t, &p->steps[i], !i);
	close_json_array(out);
	close_json_object(out);
	print_record_end(out);
}

static void count(struct test *t, const struct path *p)
{
	t->total[p->verdict]++;
	for (unsigned int i = 0; i < p->n; i++)
		t->counted[p->steps[i].slot][p->steps[i].verdict]++;
	if (!t->rq->test.has_expect || is_expected(t, p->verdict))
		return;
	if (!t->unexpected++) {
		t->first = t->n;
		t->verdict = p->verdict;
	}
}

static int try_packet(const void *packet, unsigned int len, unsigned int wire_len, void *arg)
{
	struct test *t = arg;
	unsigned int len_out;
	struct path p;
	int err;

	t->n++;
	t->cut += len < wire_len;
	err = trial_packet(&t->trial, packet, len, &p, &len_out, t->r);
	if (!err && t->rq->test.repeat)
		err = trial_time(&t->trial, packet, len, t->rq->test.repeat, &p, t->r);
	if (err) {
		report_context(t->r, "packet %u", t->n);
		return err;
	}
	count(t, &p);
	print_packet(t, &p, len, len_out);
	return 0;
}

/* ---- all packets ---- */

static unsigned int digit(char c)
{
	return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
}

static int try_hex(struct test *t, const char *text)
{
	unsigned int len = strlen(text) / 2;
	unsigned char *packet = malloc(len + 1);
	int err;

	if (!packet)
		return report_no_memory(t->r);
	for (unsigned int i = 0; i < len; i++)
		packet[i] = digit(text[2 * i]) << 4 | digit(text[2 * i + 1]);
	err = try_packet(packet, len, len, t);
	free(packet);
	return err;
}

static int try_all(struct test *t)
{
	const struct test_request *test = &t->rq->test;
	int err = 0;

	if (test->pcap)
		err = capture_each(test->pcap, try_packet, t, t->r);
	for (unsigned int i = 0; !err && i < test->n_packets; i++)
		err = try_hex(t, test->packets[i]);
	if (!err && !t->n)
		err = report_fail(t->r, STATUS_NOT_TRIED, ENODATA, "\"%s\" contains no packet",
				  test->pcap);
	if (t->cut)
		report_warn(t->r, "%u %s truncated in the capture and tested as captured", t->cut,
			    t->cut == 1 ? "packet was" : "packets were");
	return err;
}

/* ---- the summary ---- */

static void print_counts(const char *name, const unsigned long long *counts)
{
	bool any = false;

	for (unsigned int v = 0; v <= N_VERDICTS; v++) {
		if (!counts[v])
			continue;
		printf("%s%s %llu", any ? ", " : name, counts_verdict_name(v), counts[v]);
		any = true;
	}
	if (any)
		putchar('\n');
}

/* Print the summary only in text; scripts can add up. */
static void print_summary(const struct test *t)
{
	char name[32 + ENTRY_NAME_SIZE];

	if (t->rq->test.tap)
		printf("1..%u\n", t->n);
	if (t->n < 2 || t->rq->test.tap || is_json_context(&t->out))
		return;
	snprintf(name, sizeof(name), "%u packets: ", t->n);
	print_counts(name, t->total);
	for (unsigned int i = 0; i < t->trial.chain.n; i++) {
		snprintf(name, sizeof(name), "    %s: ", t->trial.chain.entries[i].name);
		print_counts(name, t->counted[i]);
	}
}

static int judge(const struct test *t)
{
	char text[64];

	if (!t->unexpected)
		return 0;
	return report_fail(
		t->r, STATUS_REFUSED, EBADMSG,
		"dev %s: %u of %u packets did not get the verdict %s; the first is packet %u: %s",
		t->trial.link.ifname, t->unexpected, t->n,
		verdicts_text(t->rq->test.expect, text, sizeof(text)), t->first,
		counts_verdict_name(t->verdict));
}

/* A file with requirements that are not met would be refused. */
static int check_requirements(struct session *s, const struct request *change, struct report *r)
{
	return change && change->n_requirements ? session_require(s, change, NULL, r) : 0;
}

static int run(struct session *s, struct test *t)
{
	int err = check_requirements(s, t->rq->test.change, t->r);

	if (!err)
		err = session_trial(s, t->rq, &t->trial, t->r);
	if (!err)
		err = try_all(t);
	if (!err)
		print_summary(t);
	return err;
}

int test_run_packets(struct session *s, const struct request *rq, const struct options *opts,
		     struct report *r)
{
	struct test *t;
	int err;

	if (rq->test.tap && opts->json)
		return report_fail(r, STATUS_USAGE, EINVAL,
				   "Error: either \"tap\" or -json, not both.");
	t = calloc(1, sizeof(*t));
	if (!t)
		return report_no_memory(r);
	t->rq = rq;
	t->r = r;
	output_begin(&t->out, opts);
	err = output_end(&t->out, run(s, t), r);
	if (!err)
		err = judge(t);
	trial_close(&t->trial);
	free(t);
	return err;
}
