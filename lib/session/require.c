// SPDX-License-Identifier: GPL-2.0-or-later
/* What a file requires of the chain that it makes: tried before anything is changed. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "session/session.h"

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

static int refuse(const struct trial *t, const struct requirement *q, const struct path *p,
		  struct report *r)
{
	const char *entry = p->n ? t->chain.entries[p->steps[p->n - 1].slot].name : NULL;
	const char *more = strlen(q->packet) > 64 ? "..." : "";
	char wanted[64];

	verdicts_text(q->verdicts, wanted, sizeof(wanted));
	if (!entry)
		return report_fail(
			r, STATUS_REFUSED, EBADMSG,
			"The packet %.64s%s gets the verdict %s without an entry, not %s",
			q->packet, more, counts_verdict_name(p->verdict), wanted);
	return report_fail(r, STATUS_REFUSED, EBADMSG,
			   "The packet %.64s%s gets the verdict %s of entry \"%s\", not %s",
			   q->packet, more, counts_verdict_name(p->verdict), entry, wanted);
}

static int try_one(struct trial *t, const struct requirement *q, struct report *r)
{
	unsigned int len, len_out;
	unsigned char *packet = bytes_of(q->packet, &len);
	struct path p;
	int err = packet ? trial_packet(t, packet, len, &p, &len_out, r) : report_no_memory(r);

	free(packet);
	if (!err && (p.verdict >= N_VERDICTS || !(q->verdicts & VERDICT_BIT(p.verdict))))
		err = refuse(t, q, &p, r);
	if (err)
		report_context(r, "%s:%u", q->file, q->line);
	return err;
}

/* On the chain that the device would have. */
static int try_all(struct session *s, const struct request *rq, char *dev, struct trial *t,
		   struct report *r)
{
	struct request change = *rq;
	const struct request test = { .verb = VERB_TEST, .test.change = &change };
	int err;

	change.devs = &dev;
	change.n_devs = 1;
	change.dry_run = true;
	change.confirm = 0;
	err = session_trial(s, &test, t, r);
	for (unsigned int i = 0; !err && t->taken && i < rq->n_requirements; i++)
		err = try_one(t, &rq->requirements[i], r);
	if (err)
		report_context(r, "dev %s", dev);
	return err;
}

int session_require(struct session *s, const struct request *rq, struct report *r)
{
	int err = 0;

	for (unsigned int i = 0; !err && rq->n_requirements && i < rq->n_devs; i++) {
		struct trial *t = calloc(1, sizeof(*t));

		err = t ? try_all(s, rq, rq->devs[i], t, r) : report_no_memory(r);
		if (t)
			trial_close(t);
		free(t);
	}
	return err;
}
