// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests the requirements of a file on its chain before anything is changed. */
#include "session/require.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "syntax/text_file.h"

static unsigned int digit(char c)
{
	return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
}

static unsigned char *bytes_of(const char *text, unsigned int *len)
{
	unsigned char *packet;

	*len = strlen(text) / 2;
	packet = malloc(*len + 1);
	for (unsigned int i = 0; packet && i < *len; i++)
		packet[i] = digit(text[2 * i]) << 4 | digit(text[2 * i + 1]);
	return packet;
}

/*
 * struct attempt - the test of a requirement
 * @number: number of the packet in a file of packets
 * @refuse: called for the first packet with another verdict; its return value ends the
 *	    test
 */
struct attempt {
	struct session *s;
	struct trial *t;
	const struct requirement *q;
	unsigned long long number;
	int (*refuse)(const struct attempt *a, const struct path *p);
	void (*differs)(const struct difference *d, void *arg);
	void *arg;
	struct report *r;
};

/* Ends the test without an error. */
#define TOLD 1

static const char *last_entry(const struct attempt *a, const struct path *p)
{
	return p->n ? a->t->chain.entries[p->steps[p->n - 1].slot].name : NULL;
}

static void packet_name(const struct attempt *a, char *text, size_t size)
{
	const char *hex = a->q->packet;

	if (hex)
		snprintf(text, size, "The packet %.64s%s", hex, strlen(hex) > 64 ? "..." : "");
	else
		snprintf(text, size, "Packet %llu of \"%.255s\"", a->number, a->q->pcap);
}

static int refuse(const struct attempt *a, const struct path *p)
{
	const char *entry = last_entry(a, p);
	char wanted[64], packet[512];

	verdicts_text(a->q->verdicts, wanted, sizeof(wanted));
	packet_name(a, packet, sizeof(packet));
	if (!entry)
		return report_fail(a->r, STATUS_REFUSED, EBADMSG,
				   "%s gets the verdict %s without an entry, not %s", packet,
				   counts_verdict_name(p->verdict), wanted);
	return report_fail(a->r, STATUS_REFUSED, EBADMSG,
			   "%s gets the verdict %s of entry \"%s\", not %s", packet,
			   counts_verdict_name(p->verdict), entry, wanted);
}

/* Report a wrong verdict as a difference for "check". */
static int tell(const struct attempt *a, const struct path *p)
{
	const char *entry = last_entry(a, p);
	char verdicts[64], want[512];
	const struct difference d = {
		.entry = entry ? entry : "-",
		.what = "verdict",
		.want = want,
		.have = counts_verdict_name(p->verdict),
	};

	snprintf(want, sizeof(want), "%s (%.255s:%u)",
		 verdicts_text(a->q->verdicts, verdicts, sizeof(verdicts)),
		 text_file_name(a->q->file), a->q->line);
	a->differs(&d, a->arg);
	return TOLD;
}

static int try_packet(const void *packet, unsigned int len, unsigned int wire_len, void *arg)
{
	struct attempt *a = arg;
	unsigned int len_out;
	char name[512];
	struct path p;
	int err;

	(void)wire_len;
	a->number++;
	err = trial_packet(a->t, packet, len, &p, &len_out, a->r);
	if (err && a->q->pcap) {
		packet_name(a, name, sizeof(name));
		report_context(a->r, "%s", name);
	}
	if (err || (p.verdict < N_VERDICTS && a->q->verdicts & VERDICT_BIT(p.verdict)))
		return err;
	return a->refuse(a, &p);
}

static int try_hex(struct attempt *a)
{
	unsigned int len;
	unsigned char *packet = bytes_of(a->q->packet, &len);
	int err = packet ? try_packet(packet, len, len, a) : report_no_memory(a->r);

	free(packet);
	return err;
}

/* The file is read again for each device and attempt, and must not block a boot. */
static int check_regular(const char *path, struct report *r)
{
	struct stat st;

	if (stat(path, &st) || S_ISREG(st.st_mode))
		return 0;
	return report_fail(r, STATUS_NOT_TRIED, EINVAL, "\"%s\" is not a regular file", path);
}

/* Call @fn for each packet of the file; it counts them in @a. */
static int read_file(struct attempt *a, int (*fn)(const void *packet, unsigned int len,
						  unsigned int wire_len, void *arg))
{
	int err;

	if (!a->s->capture)
		return report_fail(a->r, STATUS_NOT_TRIED, EOPNOTSUPP,
				   "This program cannot read packet files");
	err = check_regular(a->q->pcap, a->r);
	if (err)
		return err;
	err = a->s->capture(a->q->pcap, fn, a, a->r);
	/* A file without packets must not count as a met requirement. */
	if (!err && !a->number)
		err = report_fail(a->r, STATUS_NOT_TRIED, ENODATA, "\"%s\" contains no packet",
				  a->q->pcap);
	return err;
}

static int count_packet(const void *packet, unsigned int len, unsigned int wire_len, void *arg)
{
	struct attempt *a = arg;

	(void)packet;
	(void)len;
	(void)wire_len;
	a->number++;
	return 0;
}

/* A file that cannot be read is reported before anything that is wrong with the chain. */
static int check_files(struct session *s, const struct request *rq, struct report *r)
{
	struct attempt a = { .s = s, .r = r };
	int err = 0;

	for (unsigned int i = 0; !err && i < rq->n_requirements; i++) {
		a.q = &rq->requirements[i];
		a.number = 0;
		err = a.q->pcap ? read_file(&a, count_packet) : 0;
		if (err)
			report_context(r, "%s:%u", text_file_name(a.q->file), a.q->line);
	}
	return err;
}

static int try_requirements(struct attempt *a, const struct request *rq)
{
	int err = 0;

	for (unsigned int i = 0; err >= 0 && i < rq->n_requirements; i++) {
		a->q = &rq->requirements[i];
		a->number = 0;
		err = a->q->packet ? try_hex(a) : read_file(a, try_packet);
		if (err < 0)
			report_context(a->r, "%s:%u", text_file_name(a->q->file), a->q->line);
	}
	return err < 0 ? err : 0;
}

/* Test the requirements on the new chain of a device. */
static int try_all(struct session *s, const struct request *rq, char *dev, struct trial *t,
		   struct report *r)
{
	struct request change = *rq;
	const struct request test = { .verb = VERB_TEST, .test.change = &change };
	struct attempt a = { .s = s, .t = t, .refuse = refuse, .r = r };
	int err;

	change.devs = &dev;
	change.n_devs = 1;
	change.dry_run = true;
	change.confirm = 0;
	err = session_trial(s, &test, t, r);
	if (!err && t->taken)
		err = try_requirements(&a, rq);
	if (err && !request_is_blamed(rq, r))
		report_context(r, "dev %s", dev);
	return err;
}

int session_require(struct session *s, const struct request *rq, struct tried_on *tried,
		    struct report *r)
{
	int err = check_files(s, rq, r);

	for (unsigned int i = 0; !err && i < rq->n_devs; i++) {
		struct trial *t = calloc(1, sizeof(*t));

		err = t ? try_all(s, rq, rq->devs[i], t, r) : report_no_memory(r);
		if (t && tried)
			tried[i] = (struct tried_on){ t->link.ifindex, netlink_link_id(&t->link) };
		if (t)
			trial_close(t);
		free(t);
	}
	return err;
}

int session_compare_required(struct session *s, const struct view *v, const struct request *rq,
			     void (*fn)(const struct difference *d, void *arg), void *arg,
			     struct report *r)
{
	struct attempt a = { .s = s, .refuse = tell, .differs = fn, .arg = arg, .r = r };
	int err;

	/* For any other view a difference has been reported already. */
	if (!rq->n_requirements || v->kind != VIEW_CHAIN || !view_is_whole(v))
		return 0;
	a.t = calloc(1, sizeof(*a.t));
	if (!a.t)
		return report_no_memory(r);
	err = trial_take(a.t, v, true, r);
	if (!err)
		err = trial_build(a.t, false, r);
	if (!err)
		err = try_requirements(&a, rq);
	trial_close(a.t);
	free(a.t);
	return err;
}
