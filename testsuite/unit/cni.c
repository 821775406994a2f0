// SPDX-License-Identifier: GPL-2.0-or-later
/* The CNI plugin: the bytes of a value, names, and whose a chain is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include <cmocka.h>
#include <json-c/json.h>

#include "../../cni/chain.h"
#include "../../cni/environment.h"
#include "../../cni/owner.h"
#include "../../cni/span.h"
#include "kernel/netlink.h"
#include "model/label.h"
#include "model/owner.h"

/* ---- bytes ---- */

static void value_is(const char *text, const char *key, const char *want)
{
	struct span v;

	if (!want) {
		assert_false(span_find(text, key, &v));
		return;
	}
	assert_true(span_find(text, key, &v));
	if (v.len != strlen(want) || memcmp(v.start, want, v.len) != 0)
		fail_msg("in %s: %.*s, not %s", text, (int)v.len, v.start, want);
}

static void test_span(void **state)
{
	(void)state;
	value_is("{}", "a", NULL);
	value_is("[\"a\",1]", "a", NULL);
	value_is("{\"a\":1}", "a", "1");
	value_is("{\"a\":1}", "b", NULL);
	value_is(" {\n\"a\" : -1.50e+7 , \"b\":2}", "a", "-1.50e+7");
	value_is("{\"b\":\"a\",\"a\":true}", "a", "true");
	value_is("{\"b\":{\"a\":1},\"a\":{ \"x\" : [ 1,2 ] }}", "a", "{ \"x\" : [ 1,2 ] }");
	value_is("{\"b\":{\"a\":1}}", "a", NULL);
	value_is("{\"b\":[\"]}\\\"\",{}],\"a\":\"}\\\\\"}", "a", "\"}\\\\\"");
	value_is("{\"a\":\"\\\"}\"}", "a", "\"\\\"}\"");
	value_is("{\"\\u0061\":[]}", "a", "[]");
	value_is("{\"a\\\"\":0,\"a\":\"\"}", "a", "\"\"");
	value_is("{\"a\":1,\"a\":2}", "a", "2");
	value_is("{\"a\":null}", "a", "null");
}

/* ---- names ---- */

static void test_names(void **state)
{
	char longest[CNI_NAME_MAX + 2];

	(void)state;
	assert_true(cni_name_valid("a"));
	assert_true(cni_name_valid("0a.b_c-d"));
	assert_false(cni_name_valid(""));
	assert_false(cni_name_valid("-a"));
	assert_false(cni_name_valid(".a"));
	assert_false(cni_name_valid("a b"));
	assert_false(cni_name_valid("a/b"));
	memset(longest, 'x', sizeof(longest));
	longest[CNI_NAME_MAX] = '\0';
	assert_true(cni_name_valid(longest));
	longest[CNI_NAME_MAX] = 'x';
	longest[CNI_NAME_MAX + 1] = '\0';
	assert_false(cni_name_valid(longest));

	assert_true(netlink_name_valid("eth0"));
	assert_true(netlink_name_valid("123456789012345"));
	assert_false(netlink_name_valid("1234567890123456"));
	assert_false(netlink_name_valid(""));
	assert_false(netlink_name_valid("."));
	assert_false(netlink_name_valid(".."));
	assert_false(netlink_name_valid("a/b"));
	assert_false(netlink_name_valid("a:b"));
	assert_false(netlink_name_valid("a b"));
}

/* ---- owners ---- */

static void test_owner(void **state)
{
	struct owner_of who = { "net", "id.1", "eth0" };
	const char *container, *ifname;
	char owner[OWNER_SIZE];

	(void)state;
	owner_write(owner, "net", "id.1", "eth0");
	assert_true(owner_is(owner, &who));
	assert_true(owner_in_network(owner, "net", &container, &ifname));
	assert_string_equal(container, "id.1 eth0");
	assert_string_equal(ifname, "eth0");
	assert_false(owner_in_network(owner, "ne", &container, &ifname));
	assert_false(owner_in_network(owner, "net2", &container, &ifname));
	assert_false(owner_in_network("oci net id", "net", &container, &ifname));
	assert_false(owner_in_network("cni net", "net", &container, &ifname));
	assert_false(owner_in_network("cni net ", "net", &container, &ifname));
	who.container = "id";
	assert_false(owner_is(owner, &who));
}

/* One number for all interfaces of a container, and another one for another. */
static void test_owner_key(void **state)
{
	__u32 key = owner_key("cni net id.1 eth0");

	(void)state;
	assert_int_equal(owner_key("cni net id.1 eth1"), key);
	assert_int_equal(owner_key("cni net id.1 "), key);
	assert_int_not_equal(owner_key("cni net id.2 eth0"), key);
	assert_int_not_equal(owner_key("cni net id.1 eth0 eth0"), key);
	assert_int_not_equal(owner_key(""), 0);
	assert_true(owner_key("oci \xff\xff x") <= INT32_MAX);
}

static int read_back(const char *ident, void *arg)
{
	label_read_owner(arg, ident);
	return 0;
}

/* The longest goes through the dispatcher's type information too. */
static void test_longest_owner(void **state)
{
	char name[CNI_NAME_MAX + 1], owner[OWNER_SIZE], back[OWNER_SIZE] = "";

	(void)state;
	memset(name, '-', CNI_NAME_MAX);
	name[CNI_NAME_MAX] = '\0';
	*name = 'x';
	owner_write(owner, name, name, "123456789012345");
	assert_string_equal(strrchr(owner, ' '), " 123456789012345");
	assert_int_equal(label_write_owner(owner, read_back, back), 0);
	assert_string_equal(back, owner);
	label_read_owner(back, "name_x");
	assert_string_equal(back, owner);
}

/* ---- entries ---- */

static void entries_refused(const char *text, const char *why)
{
	struct cni_config c = { .entries = json_tokener_parse(text) };
	struct cni_error e = { 0 };
	struct cni_chain ch;

	assert_non_null(c.entries);
	assert_int_equal(cni_chain_open(&ch, &c, &e), -1);
	assert_int_equal(e.code, CNI_BAD_CONFIG);
	assert_string_equal(e.msg, why);
	cni_chain_close(&ch);
	json_object_put(c.entries);
}

static void test_entries(void **state)
{
	(void)state;
	entries_refused("[]", "\"entries\" has 0 entries, not 1 to 250");
	entries_refused("[null]", "entries[0] is not an object");
	entries_refused("[{\"object\":null}]", "\"object\" of entries[0] is not a string");
	entries_refused("[{\"object\":{}}]", "\"object\" of entries[0] is not a string");
	entries_refused("[{\"object\":\"a.o\"}]",
			"\"object\" of entries[0] is not an absolute path");
	entries_refused("[{\"object\":\"/a.o\",\"name\":null}]",
			"\"name\" of entries[0] is not a string");
	entries_refused("[{\"object\":\"/a.o\",\"name\":\"a\\u0000b\"}]",
			"\"name\" of entries[0] is not a string without zero bytes");
	entries_refused("[{\"object\":\"/a.o\",\"proceedOn\":[\"pass\",\"\"]}]",
			"proceedOn[1] of entries[0] is not a verdict");
	entries_refused("[{\"object\":\"/a.o\",\"proceedOn\":[null]}]",
			"proceedOn[0] of entries[0] is not a verdict");
	entries_refused("[{\"object\":\"/a.o\",\"proceedOn\":[\"pass,drop\"]}]",
			"proceedOn[0] of entries[0] is not a verdict");
}

/* A shortage is not the fault of the file. */
static void test_file(void **state)
{
	struct cni_config c = { .chain = "/nowhere" };
	struct rlimit was, none;
	struct cni_error e = { 0 };
	struct cni_chain ch;

	(void)state;
	assert_int_equal(cni_chain_open(&ch, &c, &e), -1);
	assert_int_equal(e.code, CNI_IO_FAILURE);
	cni_chain_close(&ch);
	assert_false(getrlimit(RLIMIT_NOFILE, &was));
	none = (struct rlimit){ 0, was.rlim_max };
	assert_false(setrlimit(RLIMIT_NOFILE, &none));
	c.chain = "/proc/self/exe";
	e = (struct cni_error){ 0 };
	assert_int_equal(cni_chain_open(&ch, &c, &e), -1);
	assert_int_equal(e.code, CNI_NOT_TRIED);
	cni_chain_close(&ch);
	assert_false(setrlimit(RLIMIT_NOFILE, &was));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_file),	      cmocka_unit_test(test_entries),
		cmocka_unit_test(test_span),	      cmocka_unit_test(test_names),
		cmocka_unit_test(test_owner),	      cmocka_unit_test(test_owner_key),
		cmocka_unit_test(test_longest_owner),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
