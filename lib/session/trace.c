// SPDX-License-Identifier: GPL-2.0-or-later
/* Traces packets through a chain. */
#include "session/trace_internal.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kernel/netlink_events.h"
#include "kernel/ring.h"

/* Number of packets to report between two checks for the end. */
#define TOLD_AT_ONCE 256

/*
 * struct trace - a running trace
 * @ifname: name of the device at the start
 * @packet: the packet that is reported
 * @told: number of reported packets
 * @ends: the end was requested
 * @rest: the chain is not traced any more, so report all remaining packets
 * @said: the loss of the chain was reported
 * @err: the reader's return value
 */
struct trace {
	struct session *s;
	const struct trace_reader *reader;
	struct report *r;
	struct tracing maps;
	struct ring *ring;
	struct netlink_events *events;
	int ifindex;
	char ifname[IFNAMSIZ];
	unsigned int wait;
	struct trace_known known;
	struct traced_packet packet;
	__u64 told;
	bool ends;
	bool rest;
	bool said;
	bool look;
	int err;
};

/* ---- the chain ---- */

static int set_trace(struct trace *t, enum trace_wish wish, struct report *r)
{
	struct netlink_link link;
	char *devs[] = { link.ifname };
	struct request rq = {
		.verb = VERB_SET,
		.devs = devs,
		.n_devs = 1,
		.wait = t->wait,
		.trace = { .wish = wish, .maps = &t->maps },
	};
	int err = netlink_link_index(t->s->nl, t->ifindex, &link, r);

	return err ? err : session_change(t->s, &rq, NULL, r);
}

/* Does the attached program report packets to us?  1, 0, or -errno. */
static int is_told(const struct trace *t, __u32 id)
{
	struct kobj_prog *info;
	int fd, err;

	if (!id)
		return 0;
	info = malloc(sizeof(*info));
	fd = info ? kobj_prog_open(id, NULL) : -ENOMEM;
	err = fd < 0 ? fd : kobj_prog_info(fd, info, NULL);
	if (!err)
		err = tracing_is_of(&t->maps, info);
	if (fd >= 0)
		close(fd);
	free(info);
	return err;
}

static void say_gone(struct trace *t, const char *ifname)
{
	if (!t->said)
		report_warn(t->r, "dev %s: the chain was gone for a while and was not traced",
			    ifname);
	t->said = true;
}

/* If somebody detached or replaced the chain, trace the next chain that is attached. */
static int look_at_chain(struct trace *t)
{
	struct report why = REPORT_INIT;
	struct netlink_link link;
	int err = netlink_link_index(t->s->nl, t->ifindex, &link, t->r), told;

	t->look = false;
	if (err == -ENODEV) {
		report_clear_error(t->r);
		return report_fail(t->r, STATUS_NOT_TRIED, ENODEV, "dev %s: the interface is gone",
				   t->ifname);
	}
	if (err)
		return err;
	told = is_told(t, netlink_link_id(&link));
	/* In a shortage the next look finds out. */
	if (told > 0 || kobj_is_shortage(-told))
		return 0;
	say_gone(t, link.ifname);
	/* If tracing fails now, it may succeed at the next look. */
	if (link.modes)
		set_trace(t, TRACE_ON, &why);
	report_free(&why);
	return 0;
}

/* ---- packets ---- */

/* If packets arrive faster than they are reported, only this checks for the end. */
static int look_up(struct trace *t)
{
	struct pollfd stop = { .fd = t->reader->stop, .events = POLLIN };

	t->ends = poll(&stop, 1, 0) > 0;
	return t->reader->pause(t->reader->arg);
}

static int tell(const void *data, size_t size, void *arg)
{
	struct trace *t = arg;
	struct traced_packet *p = &t->packet;

	if (!trace_take(&t->known, &t->maps, data, size, p))
		return 0;
	t->err = t->reader->packet(p, t->reader->arg);
	if (!t->err && !t->rest && ++t->told % TOLD_AT_ONCE == 0)
		t->err = look_up(t);
	return t->err ? t->err : t->ends && !t->rest;
}

static int tell_all(struct trace *t)
{
	trace_read_clock(&t->known);
	ring_read(t->ring, tell, t);
	return t->err ? t->err : t->reader->pause(t->reader->arg);
}

/* ---- until it ends ---- */

static int hear(const struct netlink_event *event, void *arg)
{
	struct trace *t = arg;

	t->look |= event->link.ifindex == t->ifindex;
	return 0;
}

static int listen_on(struct trace *t)
{
	struct pollfd fds[] = {
		{ .fd = t->reader->stop, .events = POLLIN },
		{ .fd = t->reader->out },
		{ .fd = ring_fd(t->ring), .events = POLLIN },
		{ .fd = netlink_events_fd(t->events), .events = POLLIN },
	};
	int err = 0;

	while (!err) {
		int n = poll(fds, 4, TRACE_INTERVAL);

		if (n < 0 && errno != EINTR)
			return report_fail(t->r, STATUS_NOT_TRIED, errno, "Cannot wait: %s",
					   strerror(errno));
		if (n > 0 && (fds[0].revents || fds[1].revents & (POLLERR | POLLHUP)))
			return 0;
		err = tell_all(t);
		if (t->ends)
			return err;
		if (!err && n > 0 && fds[3].revents)
			err = netlink_events_read(t->events, hear, t, t->r);
		if (err == -ENOBUFS)
			err = 0;
		else if (!err && n && !t->look)
			continue;
		if (!err)
			err = look_at_chain(t);
	}
	return err;
}

/* Restore the chain, then report the remaining packets. */
static int finish(struct trace *t, int err)
{
	struct report why = REPORT_INIT;
	int failed = set_trace(t, TRACE_OFF, &why);

	t->rest = true;
	if (!err)
		err = tell_all(t);
	/* Without the interface there is nothing to restore. */
	if (failed && failed != -ENODEV)
		report_warn(t->r, "The chain is still traced until its next change: %s",
			    report_cause(&why));
	report_free(&why);
	return err;
}

/* Select the entry by its name from now on. */
static int find_entry(const struct view *v, const struct selector *which, struct trace_conf *conf,
		      struct report *r)
{
	int slot;

	if (which->by == SELECT_NONE || v->kind != VIEW_CHAIN)
		return 0;
	slot = chain_find(&v->chain, which, r);
	if (slot < 0) {
		report_context(r, "dev %s", v->link.ifname);
		return slot;
	}
	memcpy(conf->entry, v->chain.entries[slot].name, sizeof(conf->entry));
	return 0;
}

static int make_maps(struct trace *t, const struct request *rq, const struct trace_conf *conf,
		     const struct view *v)
{
	struct trace_conf *own = malloc(sizeof(*own));
	int err;

	if (!own)
		return report_no_memory(t->r);
	*own = *conf;
	err = find_entry(v, &rq->trace.entry, own, t->r);
	if (!err)
		err = tracing_make(&t->maps, own, t->r);
	free(own);
	return err ? err : ring_open(t->maps.ring, &t->ring, t->r);
}

static int begin(struct trace *t, const struct request *rq, const struct trace_conf *conf,
		 const struct view *v)
{
	int err = make_maps(t, rq, conf, v);

	t->ifindex = v->link.ifindex;
	memcpy(t->ifname, v->link.ifname, sizeof(t->ifname));
	if (!err)
		err = netlink_events_open(&t->events, t->r);
	dirs_forget(&t->s->dirs);
	return err ? err : set_trace(t, TRACE_ON, t->r);
}

static int view_and_begin(struct trace *t, const struct request *rq, const struct trace_conf *conf)
{
	struct view *v = view_new();
	int err;

	if (!v)
		return report_no_memory(t->r);
	err = session_view(t->s, rq->devs[0], v, t->r);
	if (!err)
		err = begin(t, rq, conf, v);
	/* From here on the chain is traced. */
	if (!err)
		t->err = t->reader->begin(v, t->reader->arg);
	view_free(v);
	return err;
}

static void close_all(struct trace *t)
{
	if (t->events)
		netlink_events_close(t->events);
	ring_close(t->ring);
	tracing_close(&t->maps);
	trace_forget(&t->known);
	free(t);
}

int session_trace(struct session *s, const struct request *rq, const struct trace_conf *conf,
		  const struct trace_reader *reader, __u64 *lost, struct report *r)
{
	struct trace *t = calloc(1, sizeof(*t));
	int err;

	if (!t)
		return report_no_memory(r);
	t->s = s;
	t->reader = reader;
	t->r = r;
	t->wait = rq->wait;
	t->maps = (struct tracing)TRACING_INIT;
	err = view_and_begin(t, rq, conf);
	if (!err) {
		err = finish(t, t->err ? t->err : listen_on(t));
		*lost = tracing_lost(&t->maps);
	}
	close_all(t);
	return err == TRACE_ENOUGH ? 0 : err;
}
