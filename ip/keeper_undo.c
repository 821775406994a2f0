// SPDX-License-Identifier: GPL-2.0-or-later
/* "confirm SECONDS": undo changes that are not confirmed in time. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <syslog.h>
#include <unistd.h>

#include "keeper_internal.h"

#define MAX_TRIES    100
#define NSEC_PER_SEC 1000000000ULL
#define TEXT_SIZE    (REPORT_ERROR_MAX + IFNAMSIZ + 128)

/* ---- results ---- */

bool keeper_say_ready(const struct keeping *k)
{
	return write(k->result, "\n", 1) == 1;
}

/* Report to the command, if it still waits, and to the system log. */
static void tell(const struct keeping *k, enum status status, const char *text)
{
	char line[TEXT_SIZE + 8];
	int len = snprintf(line, sizeof(line), "%d%s\n", status, text);

	if (write(k->result, line, len) < 0) {
		/* The command has ended. */
	}
	syslog(status ? LOG_WARNING : LOG_NOTICE, "%s", text);
}

void keeper_give_up(const char *why)
{
	syslog(LOG_WARNING, "an unconfirmed change will not be undone by this process: %s", why);
}

static void settle(struct keeping *k, size_t i)
{
	k->undo[i].token = 0;
	if (k->held[i] >= 0)
		close(k->held[i]);
	k->held[i] = -1;
}

static const char *name_of(const struct keeping *k, const struct undo *u, char name[IFNAMSIZ])
{
	struct netlink_link link;
	bool gone = netlink_link_index(k->s->nl, u->ifindex, &link, NULL);

	memcpy(name, gone ? u->ifname : link.ifname, IFNAMSIZ);
	return name;
}

/* @over: the record is gone, so nothing is left to be done. */
static void describe(const char *name, int err, bool over, struct report *r, char *text)
{
	if (!err)
		snprintf(text, TEXT_SIZE,
			 "dev %s: the change was not confirmed in time and has been undone", name);
	else if (over)
		snprintf(text, TEXT_SIZE, "dev %s: %s", name, report_cause(r));
	else
		snprintf(text, TEXT_SIZE,
			 "dev %s: the change was not undone, and no process will undo it: %s", name,
			 report_cause(r));
}

/* Retry later if the undo may succeed then. */
static void undo_one(struct keeping *k, size_t i)
{
	struct report r = REPORT_INIT;
	char name[IFNAMSIZ], text[TEXT_SIZE];
	int err = session_undo(k->s, &k->undo[i], k->wait, &r);
	bool over = !err || err == -ESTALE || err == -ENODEV;

	name_of(k, &k->undo[i], name);
	if (err == -ENOENT)
		settle(k, i);
	else if (over || k->tries >= MAX_TRIES) {
		describe(name, err, over, &r, text);
		tell(k, err ? r.status : STATUS_REFUSED, text);
		settle(k, i);
	}
	report_free(&r);
}

/* ---- waiting ---- */

/* Returns 0 if all records are settled, and 1, a time long past, after SIGTERM. */
static __u64 next_deadline(const struct keeping *k)
{
	__u64 next = 0;

	for (size_t i = 0; i < k->n; i++)
		if (k->undo[i].token && (!next || k->undo[i].deadline < next))
			next = k->undo[i].deadline;
	return next && k->term ? 1 : next;
}

static void undo_due(struct keeping *k)
{
	__u64 now = undo_now();
	bool any = false;

	for (size_t i = 0; i < k->n; i++)
		if (k->undo[i].token && (k->term || k->undo[i].deadline <= now)) {
			any = true;
			undo_one(k, i);
		}
	k->tries += any;
	if (any)
		k->again = undo_now() + NSEC_PER_SEC;
}

/* Settle records that another process confirmed or undid. */
static void forget_gone(struct keeping *k)
{
	struct undo now;

	for (size_t i = 0; i < k->n; i++) {
		const struct undo *u = &k->undo[i];
		int is = u->token ? undo_read(k->s->store, u->netns, u->ifindex, &now, NULL) : -1;

		/* If the record cannot be read, keep waiting. */
		if (!is || (is > 0 && now.token != u->token))
			settle(k, i);
	}
}

static void arm(int timer, __u64 at)
{
	const struct itimerspec t = { .it_value = { .tv_sec = at / NSEC_PER_SEC,
						    .tv_nsec = at % NSEC_PER_SEC } };

	timerfd_settime(timer, TFD_TIMER_ABSTIME, &t, NULL);
}

static void drain(int fd)
{
	char buf[4096];

	if (read(fd, buf, sizeof(buf)) < 0) {
		/* There was nothing to read. */
	}
}

/* Returns -1 without /proc, or if the user has too many inotify instances. */
static int watch(const struct keeping *k)
{
	int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", k->s->store->xdp);
	if (fd >= 0 && inotify_add_watch(fd, path, IN_DELETE | IN_ONLYDIR) < 0) {
		close(fd);
		fd = -1;
	}
	return fd;
}

static int open_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/*
 * Wait until all records are settled.  Retry a failed undo after one second, whatever happens
 * meanwhile: a try itself makes and removes a directory that is watched.
 */
static void wait_for_all(struct keeping *k)
{
	struct pollfd p[] = {
		{ .fd = open_signals(), .events = POLLIN },
		{ .fd = timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK),
		  .events = POLLIN },
		{ .fd = watch(k), .events = POLLIN },
	};
	__u64 next;

	/* There is no event for a change that was confirmed before the watch began. */
	forget_gone(k);
	while ((next = next_deadline(k))) {
		arm(p[1].fd, next > k->again ? next : k->again);
		if (poll(p, 3, p[1].fd < 0 || p[2].fd < 0 ? 1000 : -1) < 0 && errno != EINTR)
			sleep(1);
		k->term |= !!(p[0].revents & POLLIN);
		for (unsigned int i = 0; i < 3; i++)
			if (p[i].revents & POLLIN)
				drain(p[i].fd);
		forget_gone(k);
		if (undo_now() >= k->again)
			undo_due(k);
	}
}

/* ---- main loop ---- */

static void hold_all(struct keeping *k)
{
	k->held = calloc(k->n, sizeof(*k->held));
	for (size_t i = 0; k->held && i < k->n; i++)
		k->held[i] = undo_keep(k->s->store, &k->undo[i]);
}

/* Under a shortage it may be possible later. */
static int list_records(struct keeping *k)
{
	struct report r = REPORT_INIT;
	int err = -1;

	for (int i = 0; err && i < MAX_TRIES; i++) {
		if (i)
			sleep(1);
		report_clear_error(&r);
		err = session_unconfirmed(k->s, k->token, &k->undo, &k->n, &r);
	}
	if (err)
		keeper_give_up(report_cause(&r));
	report_free(&r);
	return err;
}

int keeper_work(struct keeping *k)
{
	if (list_records(k) || !k->n)
		return 0;
	hold_all(k);
	if (!k->held)
		return 1;
	keeper_say_ready(k);
	wait_for_all(k);
	return 0;
}
