// SPDX-License-Identifier: GPL-2.0-or-later
/* The door to the library: where the thread is before, in and after a session. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "fixture.h"

#include "session/session.h"

static char other[64];
static ino_t here, there;
static struct view view;

static ino_t netns_of(const char *path)
{
	struct stat st;

	return stat(path, &st) ? 0 : st.st_ino;
}

static ino_t own_netns(void)
{
	return netns_of("/proc/thread-self/ns/net");
}

/* A network namespace of our own, so that there is another one, which is the
 * parent's. */
static int make_netns(void **state)
{
	(void)state;
	snprintf(other, sizeof(other), "/proc/%d/ns/net", getppid());
	there = netns_of(other);
	if (unshare(CLONE_NEWNET))
		return 0;
	here = own_netns();
	return 0;
}

static void need_netns(void)
{
	if (!here || !there || here == there)
		skip();
}

static void comes_back(void **state)
{
	struct session s;
	int err;

	(void)state;
	need_netns();
	err = session_open(&s, other, SESSION_READ, &report);
	/* Emulators of single programs have no bpf(). */
	if (err == -ENOSYS)
		skip();
	assert_int_equal(err, 0);
	assert_true(own_netns() == there);
	assert_non_null(s.nl);
	session_close(&s);
	assert_true(own_netns() == here);
}

/* A thread that enters a namespace while @stuck has no descriptor left there, and cannot leave. */
static bool stuck;
static rlim_t files;

static void limit_files(rlim_t n)
{
	struct rlimit limit;

	getrlimit(RLIMIT_NOFILE, &limit);
	files = limit.rlim_cur;
	limit.rlim_cur = n;
	setrlimit(RLIMIT_NOFILE, &limit);
}

int setns(int fd, int kind)
{
	if (stuck && own_netns() != here) {
		errno = EPERM;
		return -1;
	}
	if (syscall(SYS_setns, fd, kind))
		return -1;
	if (stuck)
		limit_files(0);
	return 0;
}

static void says_that_it_is_stuck(void **state)
{
	struct session s;
	int home, err;

	(void)state;
	need_netns();
	home = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	stuck = true;
	err = session_open(&s, other, SESSION_READ, &report);
	stuck = false;
	limit_files(files);
	assert_int_equal(syscall(SYS_setns, home, CLONE_NEWNET), 0);
	close(home);
	assert_int_equal(err, -EIO);
	assert_string_equal(report.error, "Cannot return to the network namespace of this process");
	assert_int_equal(report.status, STATUS_NOT_TRIED);
	report_clear_error(&report);
}

static void stays(void **state)
{
	struct session s;

	(void)state;
	need_netns();
	assert_int_equal(session_open(&s, NULL, SESSION_READ, &report), 0);
	assert_true(own_netns() == here);
	assert_int_equal(s.home, -1);
	session_close(&s);
	assert_true(own_netns() == here);
}

static void no_such_netns(void **state)
{
	struct session s;

	(void)state;
	assert_int_equal(session_open(&s, "/no/such", SESSION_READ, &report), -ENOENT);
	assert_int_equal(report.status, STATUS_USAGE);
	assert_true(!here || own_netns() == here);
}

static int count(const struct view *v, void *arg)
{
	unsigned int *n = arg;

	assert_string_equal(v->link.ifname, "lo");
	assert_int_equal(v->kind, VIEW_NONE);
	++*n;
	return *n == 2 ? -EINTR : 0;
}

static void devices(void **state)
{
	char lo[] = "lo", none[] = "none";
	char *const devs[] = { lo, lo, none };
	struct session s;
	unsigned int n = 0;

	(void)state;
	need_netns();
	assert_int_equal(session_open(&s, NULL, SESSION_READ, &report), 0);
	assert_int_equal(session_each_view(&s, NULL, 0, count, &n, &report), 0);
	assert_int_equal(n, 1);
	/* What it returns ends the walk. */
	assert_int_equal(session_each_view(&s, devs, 3, count, &n, &report), -EINTR);
	assert_int_equal(n, 2);
	assert_silent();
	assert_int_equal(session_view(&s, "lo", &view, &report), 0);
	assert_int_equal(view.kind, VIEW_NONE);
	view_close(&view);
	assert_int_equal(session_view(&s, "none", &view, &report), -ENODEV);
	assert_string_equal(report.error, "Cannot find device \"none\"");
	view_close(&view);
	session_close(&s);
}

static void assert_not_savable(int err, enum status status, const char *error)
{
	assert_int_equal(session_savable(&view, &report), err);
	assert_int_equal(report.status, status);
	assert_string_equal(report.error, error);
	report_clear_error(&report);
}

static void savable(void **state)
{
	(void)state;
	memset(&view, 0, sizeof(view));
	strcpy(view.link.ifname, "v0");
	view.kind = VIEW_NONE;
	assert_not_savable(-ENOENT, STATUS_REFUSED,
			   "dev v0: no such chain: there is nothing to save");
	view.kind = VIEW_FOREIGN;
	view.foreign = FOREIGN_UNREADABLE;
	strcpy(view.reason, "not allowed");
	assert_not_savable(-EPERM, STATUS_NOT_TRIED, "dev v0: not allowed");
	fill(2);
	view.chain = chain;
	view.kind = VIEW_DETACHED;
	assert_int_equal(session_savable(&view, &report), 0);
	programs[1].id = 0;
	assert_not_savable(
		-ENOENT, STATUS_REFUSED,
		"dev v0: the program of slot 1 is gone and its origin is unknown: the chain cannot be saved; delete that entry first");
	programs[1].origin.object = "/o";
	assert_int_equal(session_savable(&view, &report), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(comes_back), TEST(says_that_it_is_stuck),
		TEST(stays),	  TEST(no_such_netns),
		TEST(devices),	  TEST(savable),
	};

	return cmocka_run_group_tests(tests, make_netns, NULL);
}
