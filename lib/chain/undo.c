// SPDX-License-Identifier: GPL-2.0-or-later
/* Records of unconfirmed changes. */
#include "chain/undo.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "chain/undo_device.h"
#include "kernel/kobj.h"

#define RECORD_PIN     "record"
#define RECORD_NAME    "multi_undo"
#define ATTACHED_PIN   "attached"
#define NSEC_PER_SEC   1000000000ULL
#define RECORD_MAGIC   0x6f646e75
#define RECORD_VERSION 3
#define KEEP_TRIES     100

/* struct record - the value of the map; a map of another program has another size or
 * magic */
struct record {
	__u32 magic;
	__u32 version;
	struct undo undo;
};

__u64 undo_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_BOOTTIME, &t);
	return t.tv_sec * NSEC_PER_SEC + t.tv_nsec;
}

unsigned int undo_seconds_left(const struct undo *u, __u64 now)
{
	__u64 left = u->deadline > now ? u->deadline - now : 0;

	return (left + NSEC_PER_SEC - 1) / NSEC_PER_SEC;
}

/* Cookies of namespaces are counted from 1: their low half tells them apart, and the
 * record has the whole. */
static struct store_dir dir_of(__u64 netns, int ifindex)
{
	return (struct store_dir){
		.kind = STORE_UNDO,
		.ifindex = ifindex,
		.id = (__u32)netns ? (__u32)netns : UINT32_MAX,
	};
}

/* ---- hold ---- */

static int pin_record(int dir, const struct undo *u, struct report *r)
{
	struct record record = { .magic = RECORD_MAGIC, .version = RECORD_VERSION, .undo = *u };
	int fd, err;

	record.undo.netns_ino = undo_device_netns();
	fd = kobj_record_make(RECORD_NAME, &record, sizeof(record), r);
	err = fd < 0 ? fd : store_pin(dir, RECORD_PIN, fd, r);

	if (fd >= 0)
		close(fd);
	return err;
}

static int copy_chain(struct store *s, const struct store_dir *pins, int dir, struct report *r)
{
	int from = store_open_dir(s, pins, r), err;

	if (from == -ENOENT)
		return report_fail(r, STATUS_RETRY, ENOENT,
				   "The pins of the chain have just been removed");
	if (from < 0)
		return from;
	err = store_copy_pins(from, dir, NULL, 0, r);
	close(from);
	return err;
}

int undo_hold(struct store *s, const struct undo *u, int old_fd, const struct store_dir *pins,
	      struct report *r)
{
	struct store_dir which = dir_of(u->netns, u->ifindex);
	int dir, err = undo_drop(s, u, r);

	if (err)
		return err;
	dir = store_create_dir(s, &which, r);
	if (dir < 0)
		return dir;
	err = pins ? copy_chain(s, pins, dir, r) : 0;
	if (!err && old_fd >= 0)
		err = store_pin(dir, ATTACHED_PIN, old_fd, r);
	if (!err)
		err = undo_device_pin(dir, u, r);
	if (!err)
		err = pin_record(dir, u, r);
	close(dir);
	if (err)
		store_remove_dir(s, &which, NULL);
	return err;
}

/* ---- read ---- */

/* In doubt such a change still waits.  That version may be gone: its record can be removed by
 * hand. */
static int refuse_version(const struct store *s, const struct store_dir *which, struct report *r)
{
	char name[64];

	store_dir_name(which, name);
	return report_fail(
		r, STATUS_REFUSED, EOPNOTSUPP,
		"Another version of this program has made an unconfirmed change: confirm or undo it with that version, or remove \"%s/xdp/%s\" to keep the change",
		s->path, name);
}

/* 1, 0 for a map of another program, -EOPNOTSUPP without a sentence for one of another version,
 * or -errno. */
static int is_record(int fd, struct report *r)
{
	struct kobj_map map;
	int err = kobj_map_info(fd, &map, r);

	if (err)
		return err;
	if (map.value_size == sizeof(struct record) && map.max_entries == 1)
		return 1;
	return strcmp(map.name, RECORD_NAME) ? 0 : -EOPNOTSUPP;
}

/* As is_record(). */
static int read_record(int dir, struct undo *u, struct report *r)
{
	int fd = store_get(dir, RECORD_PIN, r);
	struct record record = { 0 };
	int is, err;

	if (fd < 0)
		return fd == -ENOENT ? 0 : fd;
	is = is_record(fd, r);
	err = is > 0 ? kobj_map_value(fd, &record, r) : 0;
	close(fd);
	*u = record.undo;
	u->ifname[IFNAMSIZ - 1] = '\0';
	/* To callers some other errors mean that there is none. */
	if (err)
		return kobj_is_shortage(-err) ? err : -EIO;
	if (is <= 0)
		return is;
	if (record.magic != RECORD_MAGIC)
		return 0;
	return record.version == RECORD_VERSION ? 1 : -EOPNOTSUPP;
}

int undo_read_dir(struct store *s, const struct store_dir *which, struct undo *u, struct report *r)
{
	int dir = store_open_dir(s, which, r), is, err = 0;

	if (dir < 0)
		return dir == -ENOENT ? 0 : dir;
	is = read_record(dir, u, r);
	if (is > 0)
		err = undo_device_look(dir, u, r);
	close(dir);
	if (err)
		return err;
	return is == -EOPNOTSUPP ? refuse_version(s, which, r) : is;
}

int undo_read(struct store *s, __u64 netns, int ifindex, struct undo *u, struct report *r)
{
	struct store_dir which = dir_of(netns, ifindex);
	int is = undo_read_dir(s, &which, u, r);

	return is > 0 ? u->netns == netns && u->ifindex == ifindex : is;
}

int undo_find(struct store *s, __u64 here, __u64 of_chain, const struct netlink_link *link,
	      struct undo *u, struct report *r)
{
	int is = undo_read(s, here, link->ifindex, u, r), was;
	struct undo moved;

	if (is < 0 || !of_chain || of_chain == here || (is > 0 && undo_is_pending(u, link)))
		return is;
	/* One that is over may be of another interface, which had this number here. */
	was = undo_read(s, of_chain, link->ifindex, &moved, r);
	if (was <= 0 || !moved.new_id || !undo_is_pending(&moved, link))
		return was < 0 ? was : is;
	*u = moved;
	return 1;
}

/* As undo_read(), but 0 for a record that the caller does not want, or cannot have because it is
 * of another version: that one is of another command, and does not hide the others. */
static int read_listed(struct store *s, __u64 netns, __u64 token, const struct store_dir *which,
		       struct undo *u, struct report *r)
{
	struct store_dir its = dir_of(netns, which->ifindex);
	struct report why = REPORT_INIT;
	int is = store_same_dir(&its, which) ? undo_read(s, netns, which->ifindex, u, &why) : 0;

	if (is == -EOPNOTSUPP) {
		if (!token)
			report_warn(r, "Interface index %d: %s", which->ifindex,
				    report_cause(&why));
		is = 0;
	} else if (is < 0) {
		report_fail(r, why.status, -is, "%s", report_error(&why));
	}
	report_free(&why);
	return is > 0 ? !token || u->token == token : is;
}

int undo_list(struct store *s, __u64 netns, __u64 token, struct undo **list, size_t *n,
	      struct report *r)
{
	struct store_dir *dirs;
	size_t n_dirs;
	int err = store_list_undo_dirs(s, &dirs, &n_dirs, r);

	*list = NULL;
	*n = 0;
	if (!err && n_dirs)
		*list = calloc(n_dirs, sizeof(**list));
	if (!err && n_dirs && !*list)
		err = report_no_memory(r);
	for (size_t i = 0; !err && i < n_dirs; i++) {
		int is = read_listed(s, netns, token, &dirs[i], &(*list)[*n], r);

		*n += is > 0;
		err = is < 0 ? is : 0;
	}
	free(dirs);
	if (err) {
		free(*list);
		*list = NULL;
		*n = 0;
	}
	return err;
}

bool undo_is_pending(const struct undo *u, const struct netlink_link *link)
{
	if (u->new_id)
		return netlink_link_has(link, u->new_id);
	return !link->modes && u->device != UNDO_DEVICE_GONE && u->device != UNDO_DEVICE_ELSEWHERE;
}

bool undo_is_back(const struct undo *u, const struct netlink_link *link)
{
	return u->old_id ? netlink_link_has(link, u->old_id) : !link->modes;
}

/* ---- keep ---- */

int undo_keep(struct store *s, const struct undo *u)
{
	const struct timespec pause = { .tv_nsec = 10000000 };
	struct store_dir which = dir_of(u->netns, u->ifindex);
	int fd = store_open_dir(s, &which, NULL);

	/* Who looks whether it is kept has a lock for a moment. */
	for (int try = 0; fd >= 0 && flock(fd, LOCK_EX | LOCK_NB); try++) {
		nanosleep(&pause, NULL);
		if (try < KEEP_TRIES)
			continue;
		close(fd);
		return -EAGAIN;
	}
	return fd;
}

/* Others may read it at the same time.  In doubt it is kept. */
bool undo_is_kept(struct store *s, const struct undo *u)
{
	struct store_dir which = dir_of(u->netns, u->ifindex);
	int fd = store_open_dir(s, &which, NULL);
	bool kept;

	if (fd < 0)
		return fd != -ENOENT;
	kept = flock(fd, LOCK_SH | LOCK_NB);
	close(fd);
	return kept;
}

/* ---- undo ---- */

bool undo_old_dir(const struct undo *u, struct store_dir *d)
{
	*d = (struct store_dir){ .ifindex = u->ifindex, .id = u->old_id };
	if (u->old_kind == STORE_EXTENDED)
		d->kind = STORE_EXTENDED;
	return u->old_kind == STORE_LIBXDP || u->old_kind == STORE_EXTENDED;
}

static int open_held(struct store *s, const struct undo *u, struct report *r)
{
	struct store_dir which = dir_of(u->netns, u->ifindex);
	int dir = store_open_dir(s, &which, r);

	if (dir == -ENOENT)
		return report_fail(r, STATUS_REFUSED, ENOENT,
				   "What was attached before is no longer pinned");
	return dir;
}

int undo_open_old(struct store *s, const struct undo *u, int *fd, struct report *r)
{
	int dir;

	*fd = -1;
	if (!u->old_id)
		return 0;
	dir = open_held(s, u, r);
	if (dir < 0)
		return dir;
	*fd = store_get(dir, ATTACHED_PIN, r);
	close(dir);
	if (*fd == -ENOENT)
		report_fail(r, STATUS_REFUSED, ENOENT,
			    "The program that was attached before is no longer pinned");
	return *fd < 0 ? *fd : 0;
}

int undo_put_back(struct store *s, const struct undo *u, struct report *r)
{
	static const char *const own[] = { RECORD_PIN, ATTACHED_PIN, UNDO_DEVICE_PIN };
	struct store_dir which;
	int from, to, err;

	if (!undo_old_dir(u, &which))
		return 0;
	from = open_held(s, u, r);
	if (from < 0)
		return from;
	to = store_create_dir(s, &which, r);
	err = to < 0 ? to : store_copy_pins(from, to, own, 3, r);
	if (to >= 0)
		close(to);
	close(from);
	return err;
}

int undo_drop(struct store *s, const struct undo *u, struct report *r)
{
	struct store_dir which = dir_of(u->netns, u->ifindex);

	return undo_remove(s, &which, r);
}

void undo_withdraw(struct store *s, const struct undo *u)
{
	struct undo now;

	/* Without the lock another command may be making its record. */
	if (s->locked && undo_read(s, u->netns, u->ifindex, &now, NULL) > 0 &&
	    now.token == u->token)
		undo_drop(s, u, NULL);
}

int undo_remove(struct store *s, const struct store_dir *which, struct report *r)
{
	int dir = store_open_dir(s, which, r), err;

	if (dir < 0)
		return dir == -ENOENT ? 0 : dir;
	err = store_unpin(dir, RECORD_PIN, r);
	close(dir);
	return err ? err : store_remove_dir(s, which, r);
}
