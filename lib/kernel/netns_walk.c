// SPDX-License-Identifier: GPL-2.0-or-later
/* The network namespaces of the machine. */
#include "kernel/netns_walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel/kobj.h"
#include "kernel/netlink.h"
#include "kernel/netns.h"

/* struct walk - @seen are the inodes of the namespaces that @fn was called for */
struct walk {
	int (*fn)(const struct netns_seen *ns, void *arg);
	void *arg;
	struct report *r;
	int home;
	ino_t *seen;
	size_t n_seen;
};

static bool was_seen(const struct walk *w, ino_t ino)
{
	for (size_t i = 0; i < w->n_seen; i++)
		if (w->seen[i] == ino)
			return true;
	return false;
}

/* 1, 0 or -ENOMEM */
static int is_new(struct walk *w, ino_t ino)
{
	ino_t *more;

	if (was_seen(w, ino))
		return 0;
	more = realloc(w->seen, (w->n_seen + 1) * sizeof(*more));
	if (!more)
		return report_no_memory(w->r);
	w->seen = more;
	w->seen[w->n_seen++] = ino;
	return 1;
}

/* Skip a namespace that we may not open.  A shortage is an error, because it would hide all of
 * them. */
static int pass_over(const struct walk *w, int err)
{
	if (!kobj_is_shortage(-err))
		return 0;
	return report_fail(w->r, STATUS_NOT_TRIED, -err, "Cannot list the network namespaces: %s",
			   strerror(-err));
}

static int cookie_here(const struct walk *w, __u64 *cookie)
{
	struct netlink *nl;
	int err = netlink_open(&nl, NULL);

	*cookie = 0;
	if (err)
		return pass_over(w, err);
	*cookie = netlink_netns(nl);
	netlink_close(nl);
	return 0;
}

/* 1 with the cookie, 0 for a namespace that may not be entered, or -errno: if the thread cannot
 * return to its namespace, it must not continue. */
static int read_cookie(const struct walk *w, struct netns_seen *ns)
{
	int err = netns_enter(ns->fd, NULL), back;

	if (err)
		return pass_over(w, err);
	err = cookie_here(w, &ns->cookie);
	back = netns_enter(w->home, err ? NULL : w->r);
	err = err ? err : back;
	return err ? err : 1;
}

static int visit(struct walk *w, const char *path)
{
	struct netns_seen ns = { .path = path };
	struct stat st;
	int is;

	if (stat(path, &st))
		return pass_over(w, -errno);
	if (was_seen(w, st.st_ino))
		return 0;
	ns.fd = netns_open(path, NULL);
	if (ns.fd < 0)
		return pass_over(w, ns.fd);
	is = fstat(ns.fd, &st) ? pass_over(w, -errno) : is_new(w, st.st_ino);
	ns.ino = st.st_ino;
	if (is > 0)
		is = read_cookie(w, &ns);
	if (is > 0)
		is = w->fn(&ns, w->arg);
	close(ns.fd);
	return is;
}

/* ---- where they are found ---- */

/* "\040" is a space. */
static void unescape(char *path)
{
	char *to = path;

	for (; *path; path++) {
		if (*path == '\\' && path[1] && path[2] && path[3]) {
			*to++ = (path[1] - '0') * 64 + (path[2] - '0') * 8 + path[3] - '0';
			path += 3;
		} else {
			*to++ = *path;
		}
	}
	*to = '\0';
}

/* Fields: id, parent, device, root, mount point.  The root of such a mount is
 * "net:[4026531840]". */
static int visit_mounts(struct walk *w)
{
	FILE *in = fopen("/proc/self/mountinfo", "re");
	char *line = NULL;
	size_t size = 0;
	int err = 0;

	if (!in)
		return pass_over(w, -errno);
	errno = 0;
	while (!err && getline(&line, &size, in) > 0) {
		char *save, *root, *where;

		strtok_r(line, " ", &save);
		strtok_r(NULL, " ", &save);
		strtok_r(NULL, " ", &save);
		root = strtok_r(NULL, " ", &save);
		where = strtok_r(NULL, " ", &save);
		if (!where || strncmp(root, "net:[", 5))
			continue;
		unescape(where);
		err = visit(w, where);
		errno = 0;
	}
	/* Was that the end? */
	if (!err && errno)
		err = pass_over(w, -errno);
	free(line);
	fclose(in);
	return err;
}

/* NULL at the end, or with errno. */
static const struct dirent *next_entry(DIR *dir)
{
	errno = 0;
	return readdir(dir);
}

static int visit_processes(struct walk *w)
{
	DIR *proc = opendir("/proc");
	const struct dirent *entry;
	char path[64];
	int err = 0;

	if (!proc)
		return pass_over(w, -errno);
	while (!err && (entry = next_entry(proc))) {
		if (entry->d_name[0] < '1' || entry->d_name[0] > '9')
			continue;
		snprintf(path, sizeof(path), "/proc/%.20s/ns/net", entry->d_name);
		err = visit(w, path);
	}
	if (!err && errno)
		err = pass_over(w, -errno);
	closedir(proc);
	return err;
}

int netns_walk(int (*fn)(const struct netns_seen *ns, void *arg), void *arg, struct report *r)
{
	struct walk w = { .fn = fn, .arg = arg, .r = r };
	int err;

	w.home = netns_open("/proc/thread-self/ns/net", r);
	if (w.home < 0)
		return w.home;
	err = visit_mounts(&w);
	if (!err)
		err = visit_processes(&w);
	close(w.home);
	free(w.seen);
	return err;
}
