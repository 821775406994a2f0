// SPDX-License-Identifier: GPL-2.0-or-later
/* Which configuration files count for an interface. */
#include "fixture.h"

#include "model/config.h"

static char *altnames[] = { "uplink", "enp3s0" };
static struct config_names names = { .ifname = "eth0", .altnames = altnames, .n_altnames = 2 };

static void patterns(void **state)
{
	static const struct {
		const char *pattern;
		enum config_how how;
	} table[] = {
		{ "eth0", CONFIG_NAME },       { "uplink", CONFIG_ALTNAME },
		{ "enp3s0", CONFIG_ALTNAME },  { "eth*", CONFIG_GLOB },
		{ "e?h[0-9]", CONFIG_GLOB },   { "*", CONFIG_GLOB },
		{ "enp*", CONFIG_GLOB },       { "up????", CONFIG_GLOB },
		{ "default", CONFIG_DEFAULT }, { "eth", CONFIG_NOT },
		{ "eth00", CONFIG_NOT },       { "veth*", CONFIG_NOT },
		{ "ETH0", CONFIG_NOT },	       { "", CONFIG_NOT },
		{ "Default", CONFIG_NOT },     { "eth[1-9]", CONFIG_NOT },
		{ "[", CONFIG_NOT },	       { "eth0\\", CONFIG_NOT },
		{ "eth\\0", CONFIG_GLOB },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(table); i++)
		if (config_match(table[i].pattern, &names) != table[i].how)
			fail_msg("%s: %d", table[i].pattern, table[i].how);
}

/* A name may look like a glob, or be "default"; lo has no default. */
static void odd_names(void **state)
{
	struct config_names odd = { .ifname = "a*[" };

	(void)state;
	assert_int_equal(config_match("a*[", &odd), CONFIG_NAME);
	assert_int_equal(config_match("a*", &odd), CONFIG_GLOB);
	odd.ifname = "default";
	assert_int_equal(config_match("default", &odd), CONFIG_NAME);
	odd.ifname = "lo";
	assert_int_equal(config_match("default", &odd), CONFIG_NOT);
	assert_int_equal(config_match("l*", &odd), CONFIG_GLOB);
	assert_int_equal(config_match("lo", &odd), CONFIG_NAME);
}

static void stems(void **state)
{
	char name[300], stem[256];

	(void)state;
	assert_true(config_stem("eth0.chain", ".chain", stem));
	assert_string_equal(stem, "eth0");
	assert_true(config_stem("eth0.100.d", ".d", stem));
	assert_string_equal(stem, "eth0.100");
	assert_false(config_stem(".d", ".d", stem));
	assert_false(config_stem("eth0.d~", ".d", stem));
	assert_false(config_stem("d", ".d", stem));
	assert_false(config_stem("", ".d", stem));
	memset(name, 'a', sizeof(name));
	strcpy(name + 256, ".d");
	assert_false(config_stem(name, ".d", stem));
	strcpy(name + 255, ".d");
	assert_true(config_stem(name, ".d", stem));
}

static void entry_names(void **state)
{
	static const struct {
		const char *file;
		const char *name; /* NULL: none */
	} table[] = {
		{ "10-fw.entry", "fw" },
		{ "fw.entry", "fw" },
		{ "007-a-b.entry", "a-b" },
		{ "10fw.entry", NULL },
		{ "10-.entry", NULL },
		{ ".entry", NULL },
		{ "-fw.entry", NULL },
		{ "10-10-fw.entry", NULL },
		{ "10-f w.entry", NULL },
		{ "10-fw.entry.entry", "fw.entry" },
		{ "10-" LONGEST ".entry", LONGEST },
		{ "10-" LONGEST "x.entry", NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		char name[ENTRY_NAME_SIZE] = "";

		if (config_entry_name(table[i].file, name) != !!table[i].name)
			fail_msg("%s", table[i].file);
		assert_string_equal(name, table[i].name ? table[i].name : "");
	}
}

/* ---- which of several ---- */

#define MAX_FILES 64

static struct config_file files[MAX_FILES];
static unsigned int n_files;

/* @path as it is below the places, "etc/eth0.d/10-fw.entry". */
static void there_is(const char *path)
{
	static const char *const places[] = { "lib/", "run/", "etc/" };
	char copy[512], *dir, *name;
	struct config_file *f = &files[n_files];

	memset(f, 0, sizeof(*f));
	snprintf(copy, sizeof(copy), "%s", path);
	for (f->place = 0; strncmp(copy, places[f->place], 4); f->place++)
		assert_true(f->place < CONFIG_ETC);
	dir = copy + 4;
	name = strchr(dir, '/');
	if (name)
		*name++ = '\0';
	assert_true(config_stem(dir, name ? ".d" : ".chain", f->pattern));
	snprintf(f->name, sizeof(f->name), "%s", name ? name : "");
	f->how = config_match(f->pattern, &names);
	if (!f->how)
		return;
	f->path = strdup(path);
	n_files++;
}

/* The files of the list, in any order, make these of it. */
static void assert_chosen(const char *const *list, unsigned int n, const char *wanted)
{
	char got[2048] = "";
	unsigned int kept;

	n_files = 0;
	for (unsigned int i = 0; i < n; i++)
		there_is(list[i]);
	kept = config_choose(files, n_files);
	for (unsigned int i = 0; i < kept; i++) {
		strcat(got, i ? " " : "");
		strcat(got, files[i].path);
		free(files[i].path);
	}
	assert_string_equal(got, wanted);
}

static void choose(const char *const *list, unsigned int n, const char *wanted)
{
	const char *turned[MAX_FILES];

	assert_chosen(list, n, wanted);
	for (unsigned int by = 1; by < n; by++) {
		for (unsigned int i = 0; i < n; i++)
			turned[i] = list[(n - i + by) % n];
		assert_chosen(turned, n, wanted);
	}
}

#define CHOOSE(wanted, ...)                                        \
	do {                                                       \
		static const char *const list[] = { __VA_ARGS__ }; \
		choose(list, ARRAY_SIZE(list), wanted);            \
	} while (0)

static void places(void **state)
{
	(void)state;
	assert_int_equal(config_choose(NULL, 0), 0);
	CHOOSE("etc/eth0.d/10-a.entry", "lib/eth0.d/10-a.entry", "run/eth0.d/10-a.entry",
	       "etc/eth0.d/10-a.entry");
	CHOOSE("run/eth0.d/10-a.entry", "lib/eth0.d/10-a.entry", "run/eth0.d/10-a.entry");
	/* others are added, in the order of their names wherever they are */
	CHOOSE("etc/eth0.d/05-c.entry lib/eth0.d/10-a.entry run/eth0.d/20-b.entry",
	       "lib/eth0.d/10-a.entry", "run/eth0.d/20-b.entry", "etc/eth0.d/05-c.entry");
	/* names are compared as text */
	CHOOSE("etc/eth0.d/10-b.entry etc/eth0.d/9-a.entry", "etc/eth0.d/9-a.entry",
	       "etc/eth0.d/10-b.entry");
	CHOOSE("etc/eth0.chain lib/eth0.d/00-a.entry", "lib/eth0.d/00-a.entry", "etc/eth0.chain",
	       "lib/eth0.chain");
}

static void specific(void **state)
{
	(void)state;
	/* the pattern counts before the place */
	CHOOSE("lib/eth0.d/1.entry", "etc/uplink.d/1.entry", "lib/eth0.d/1.entry",
	       "etc/eth*.d/1.entry", "etc/default.d/1.entry");
	CHOOSE("lib/uplink.chain", "lib/uplink.chain", "etc/eth*.chain", "etc/default.chain");
	/* all directories count, not only the most specific one */
	CHOOSE("etc/default.d/1.entry lib/eth*.d/2.entry etc/eth0.d/3.entry",
	       "etc/default.d/1.entry", "lib/eth*.d/2.entry", "etc/eth0.d/3.entry",
	       "etc/default.d/3.entry");
	/* globs: more in front, then the longer one, then by the alphabet */
	CHOOSE("lib/eth*.d/1.entry", "etc/e*0.d/1.entry", "lib/eth*.d/1.entry", "etc/*.d/1.entry");
	CHOOSE("lib/et*h0.d/1.entry", "etc/et*.d/1.entry", "lib/et*h0.d/1.entry");
	CHOOSE("etc/et*0.d/1.entry", "etc/et*0.d/1.entry", "lib/et*0.d/1.entry",
	       "lib/default.d/1.entry");
	/* two alternative names are alike */
	CHOOSE("etc/enp3s0.d/1.entry", "lib/uplink.d/1.entry", "etc/enp3s0.d/1.entry");
	CHOOSE("etc/enp3s0.d/1.entry", "etc/uplink.d/1.entry", "etc/enp3s0.d/1.entry");
	/* what is for others does not count */
	CHOOSE("", "etc/eth1.d/1.entry", "etc/veth*.chain");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(patterns),	   TEST(odd_names), TEST(stems),
		TEST(entry_names), TEST(places),    TEST(specific),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
