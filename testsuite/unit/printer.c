// SPDX-License-Identifier: GPL-2.0-or-later
/* What is printed of a device, as text and as JSON: both say the same. */
#include "between.h"
#include "fixture.h"

#include "../../ip/moment.h"
#include "../../ip/printer.h"

static struct view view;
static struct kobj_prog infos[4];
static char *printed;
static size_t printed_size;

static int view_setup(void **state)
{
	setup(state);
	memset(&view, 0, sizeof(view));
	memset(infos, 0, sizeof(infos));
	view.link.ifindex = 7;
	strcpy(view.link.ifname, "v0");
	view.kind = VIEW_CHAIN;
	view.mode = XDP_MODE_NATIVE;
	view.fd = -1;
	view.prog.id = 29;
	view.chain.format = FORMAT_2;
	view.infos = infos;
	printed = NULL;
	return 0;
}

static int view_teardown(void **state)
{
	free(printed);
	problems_free(&view.problems);
	return teardown(state);
}

/* Two entries with all that there is to say of an entry. */
static void two_entries(void)
{
	struct entry *e;

	fill(2);
	view.chain = chain;
	view.chain.format = FORMAT_EXTENDED;
	e = view.chain.entries;
	strcpy(programs[0].func, "xdp_fw");
	programs[0].frags = programs[0].devbound = true;
	rules_set(&e[0], VERDICT_BIT(VERDICT_DROP), FATE_GOTO, e[1].uid);
	e[1].program = NULL;
	e[1].proceed_on = 0;
	e[1].linkage = LINKAGE_TAIL;
	e[1].disabled = e[1].empty = true;
}

static void origin_of_first(void)
{
	struct origin *o = &programs[0].origin;

	infos[0] = (struct kobj_prog){ .load_time = 1ULL << 40, .uid = 1000, .btf_id = 5 };
	o->object = "/o/fw.o";
	strcpy(o->section, "xdp");
	strcpy(o->function, "xdp_fw");
	o->pinmaps = "/sys/fs/bpf/m";
	strcpy(o->sha256, "aa");
	o->added = 1234;
}

/* What @print prints, in @printed; returns what output_end() did. */
static int capture(const struct options *opts,
		   void (*print)(struct output *out, const struct view *v))
{
	FILE *terminal = stdout;
	struct output out;
	int err;

	free(printed);
	stdout = open_memstream(&printed, &printed_size);
	assert_non_null(stdout);
	output_begin(&out, opts);
	print(&out, &view);
	err = output_end(&out, 0, &report);
	fclose(stdout);
	stdout = terminal;
	return err;
}

static void assert_printed(const struct options *opts, const char *want)
{
	assert_int_equal(capture(opts, printer_view), 0);
	assert_string_equal(printed, want);
}

#define TEXT(...) (&(const struct options){ __VA_ARGS__ })
#define JSON(...) (&(const struct options){ .json = true, __VA_ARGS__ })

#define HEAD_JSON "[{\"ifindex\":7,\"ifname\":\"v0\","

static void chains(void **state)
{
	(void)state;
	two_entries();
	assert_printed(TEXT(0), "7: v0: mode native dispatcher id 29 format extended \n"
				"    0: e0 prio 50 proceed-on pass on drop goto e1 program xdp_fw "
				"id 100 frags devbound \n"
				"    1: e1 prio 50 proceed-on none linkage tail disabled empty \n");
	assert_printed(
		JSON(0), HEAD_JSON
		"\"mode\":\"native\",\"dispatcher\":{\"id\":29,\"format\":\"extended\","
		"\"tag\":\"0000000000000000\"},\"entries\":["
		"{\"slot\":0,\"name\":\"e0\",\"prio\":50,\"proceed_on\":[\"pass\"],"
		"\"rules\":[{\"on\":\"drop\",\"goto\":\"e1\"}],\"program\":\"xdp_fw\",\"id\":100,"
		"\"tag\":\"0000000000000000\",\"frags\":true,\"devbound\":true,\"linkage\":\"ext\"},"
		"{\"slot\":1,\"name\":\"e1\",\"prio\":50,\"proceed_on\":[],\"linkage\":\"tail\","
		"\"disabled\":true,\"empty\":true}]}]\n");
	assert_printed(TEXT(.oneline = true),
		       "7: v0: mode native dispatcher id 29 format extended "
		       "\\    0: e0 prio 50 proceed-on pass on drop goto e1 program xdp_fw "
		       "id 100 frags devbound "
		       "\\    1: e1 prio 50 proceed-on none linkage tail disabled empty \n");
	assert_printed(TEXT(.brief = true), "v0               native   e0,e1(disabled)(empty) \n");
}

static void assert_begins(const char *want)
{
	assert_memory_equal(printed, want, strlen(want));
}

static void moments(void **state)
{
	const time_t last = sizeof(last) == sizeof(int64_t) ? INT64_MAX : INT32_MAX;
	const time_t now = 1795000000;
	char text[MOMENT_SIZE];

	(void)state;
	assert_string_equal(moment_text(now, now, text), "2026-11-18 11:06:40 (0 s ago)");
	assert_string_equal(moment_text(now + 1, now, text), "2026-11-18 11:06:41");
	assert_string_equal(moment_text(now - 119, now, text), "2026-11-18 11:04:41 (119 s ago)");
	assert_string_equal(moment_text(now - 120, now, text), "2026-11-18 11:04:40 (2 min ago)");
	assert_string_equal(moment_text(now - 7200, now, text), "2026-11-18 09:06:40 (2 h ago)");
	assert_string_equal(moment_text(now - 2 * 86400, now, text),
			    "2026-11-16 11:06:40 (2 days ago)");
	moment_text(last, now, text);
	moment_text(-last - 1, now, text);
	assert_between(time(NULL) - moment_of_boot(0), 1, 1000000000);
}

static void details(void **state)
{
	(void)state;
	fill(1);
	view.chain = chain;
	view.chain.format = FORMAT_2;
	view.kind = VIEW_DETACHED;
	view.mode = XDP_MODE_NONE;
	view.pinned = true;
	strcpy(programs[0].func, "f");
	origin_of_first();
	assert_int_equal(capture(TEXT(.details = 1), printer_view), 0);
	assert_begins("7: v0: detached dispatcher id 29 format 2 tag 0000000000000000 pinned \n"
		      "    0: e0 prio 50 proceed-on pass program f id 100 tag 0000000000000000 \n"
		      "        loaded ");
	assert_non_null(strstr(printed,
			       " created_by_uid 1000 btf_id 5 \n"
			       "        origin object /o/fw.o section xdp program xdp_fw "
			       "pinmaps /sys/fs/bpf/m sha256 aa added 1970-01-01 00:20:34 ("));
	assert_printed(
		JSON(.details = 1), HEAD_JSON
		"\"detached\":true,\"dispatcher\":{\"id\":29,\"format\":\"2\","
		"\"tag\":\"0000000000000000\"},\"pinned\":true,\"entries\":["
		"{\"slot\":0,\"name\":\"e0\",\"prio\":50,\"proceed_on\":[\"pass\"],"
		"\"program\":\"f\",\"id\":100,\"tag\":\"0000000000000000\",\"linkage\":\"ext\","
		"\"load_time\":1099511627776,\"created_by_uid\":1000,\"btf_id\":5,\"maps\":[],"
		"\"origin\":{\"object\":\"/o/fw.o\",\"section\":\"xdp\",\"program\":\"xdp_fw\","
		"\"pinmaps\":\"/sys/fs/bpf/m\",\"sha256\":\"aa\"},\"added\":1234}]}]\n");
	assert_printed(TEXT(.brief = true), "v0               detached e0 \n");
}

static void foreign(void **state)
{
	(void)state;
	view.kind = VIEW_FOREIGN;
	view.foreign = FOREIGN_LINK;
	view.mode = XDP_MODE_GENERIC;
	view.link_id = 3;
	strcpy(view.prog.name, "lb");
	strcpy(view.reason, "why not");
	assert_printed(TEXT(0), "7: v0: mode generic foreign link id 29 name lb link_id 3 "
				"reason why not \n");
	assert_printed(JSON(0),
		       HEAD_JSON "\"mode\":\"generic\",\"foreign\":{\"kind\":\"link\",\"id\":29,"
				 "\"name\":\"lb\",\"link_id\":3,\"reason\":\"why not\"}}]\n");
	assert_printed(TEXT(.brief = true), "v0               generic  foreign link id 29 \n");
}

/* The chain that was there before, without mode. */
static void displaced(void **state)
{
	struct view *was = test_calloc(1, sizeof(*was));

	(void)state;
	fill(1);
	was->kind = VIEW_DETACHED;
	was->prog.id = 12;
	was->chain = chain;
	was->chain.format = FORMAT_3;
	view.kind = VIEW_FOREIGN;
	strcpy(view.reason, "why not");
	view.displaced = was;
	assert_int_equal(capture(TEXT(0), printer_view), 0);
	assert_non_null(strstr(printed,
			       "reason why not \n    displaced dispatcher id 12 format 3 \n"
			       "    0: e0 prio "));
	assert_int_equal(capture(JSON(0), printer_view), 0);
	assert_non_null(strstr(printed, "\"displaced\":{\"dispatcher\":{\"id\":12,"));
	assert_non_null(strstr(printed, "\"entries\":[{\"slot\":0,\"name\":\"e0\","));
	view.displaced = NULL;
	test_free(was);
}

static void problems(void **state)
{
	const struct problem entries = { PROBLEM_PIN_MISSING, PROBLEM_OF_NO_SLOT, "entries", 0 };
	const struct problem link = { PROBLEM_PIN_MISSING, 1, "prog1-link", 0 };

	(void)state;
	problems_add(&view.problems, &entries, &report);
	problems_add(&view.problems, &link, &report);
	assert_printed(TEXT(0), "7: v0: mode native dispatcher id 29 format 2 \n"
				"    problem: pin \"entries\" is missing \n"
				"    problem: slot 1: pin \"prog1-link\" is missing \n");
	assert_int_equal(capture(JSON(0), printer_view), 0);
	assert_non_null(strstr(
		printed,
		"\"entries\":[],\"problems\":[\"pin \\\"entries\\\" is missing\",\"slot 1: pin \\\"prog1-link\\\" is missing\"]}]\n"));
	assert_printed(TEXT(.brief = true), "v0               native    damaged \n");
}

/* Whatever others chose as a name. */
static void hostile_names(void **state)
{
	(void)state;
	fill(1);
	view.chain = chain;
	view.chain.format = FORMAT_2;
	strcpy(view.link.ifname, "v\033[1m\x7f\\");
	strcpy(view.chain.entries[0].name, "e\n\xff");
	strcpy(programs[0].func, "f\t");
	assert_printed(TEXT(0),
		       "7: v\\x1b[1m\\x7f\\x5c: mode native dispatcher id 29 format 2 \n"
		       "    0: e\\x0a\\xff prio 50 proceed-on pass program f\\x09 id 100 \n");
	assert_printed(TEXT(.brief = true), "v\\x1b[1m\\x7f\\x5c native   e\\x0a\\xff \n");
	assert_int_equal(capture(JSON(0), printer_view), 0);
	assert_non_null(strstr(printed, "\"ifname\":\"v\\u001b[1m\\u007f\\\\\""));
	assert_non_null(strstr(printed, "\"name\":\"e\\n\\\\xff\""));
}

static const struct chain_counts counts = {
	.chain = { .verdicts = { 0, 2, 1000, 0, 0, 0 }, .bytes = 123456 },
	.entries[0] = { .verdicts = { 1, 2, 997, 0, 0, 2 }, .bytes = 123456 },
};
static const struct chain_counts few = { .chain = { .verdicts = { 0, 3 }, .bytes = 300 } };

static void print_counted(struct output *out, const struct view *v)
{
	const struct shown_counts shown = { .counts = &counts };

	printer_counted(out, v, &shown);
}

static void print_rates(struct output *out, const struct view *v)
{
	const struct shown_counts shown = { .counts = &few, .rates = &few, .ns = 2000000000 };

	printer_counted(out, v, &shown);
}

static void counted(void **state)
{
	(void)state;
	fill(1);
	view.chain = chain;
	view.chain.format = FORMAT_EXTENDED;
	view.chain.stats = true;
	strcpy(view.chain.entries[0].name, "a\n");
	strcpy(programs[0].func, "f");
	assert_int_equal(capture(TEXT(0), print_counted), 0);
	assert_string_equal(
		printed,
		"7: v0: mode native dispatcher id 29 format extended stats on \n"
		"    0: a\\x0a prio 50 proceed-on pass program f id 100 \n"
		"    stats  packets   bytes  aborted  drop  pass  tx  redirect  other  dropped \n"
		"    a\\x0a     1002  123456        1     2   997   0         0      2     0.5% \n"
		"    chain     1002  123456        0     2  1000   0         0      0     0.2% \n");
	assert_int_equal(capture(JSON(0), print_counted), 0);
	assert_non_null(strstr(printed,
			       "\"linkage\":\"ext\",\"stats\":{\"packets\":1002,\"bytes\":123456,"
			       "\"verdicts\":{\"aborted\":1,\"drop\":2,\"pass\":997,\"tx\":0,"
			       "\"redirect\":0,\"other\":2}}}],\"stats\":{\"packets\":1002,"));
	assert_int_equal(capture(JSON(0), print_rates), 0);
	assert_non_null(strstr(printed, "\"rates\":{\"packets\":2,\"bytes\":150,\"verdicts\":{"
					"\"aborted\":0,\"drop\":2,"));
	assert_int_equal(capture(TEXT(.oneline = true), print_rates), 0);
	assert_non_null(strstr(printed, " \\    per second  packets  bytes "));
	assert_int_equal(capture(TEXT(.brief = true), print_counted), 0);
	assert_string_equal(printed, "v0               native   a\\x0a \n");
}

/* A drop that another entry runs behind is not the last word. */
static void dropped_share(void **state)
{
	struct entry *e = view.chain.entries;

	(void)state;
	fill(2);
	view.chain = chain;
	rules_set(&e[0], VERDICT_BIT(VERDICT_DROP), FATE_NEXT, 0);
	assert_int_equal(capture(TEXT(0), print_counted), 0);
	assert_non_null(strstr(printed, " 997   0         0      2     0.3% \n"));
	assert_int_equal(rules_follows(&view.chain, 0, VERDICT_DROP), 1);
	assert_int_equal(rules_follows(&view.chain, 0, VERDICT_OTHER), -1);
	assert_int_equal(rules_follows(&view.chain, 1, VERDICT_DROP), -1);
	e[1].empty = true;
	assert_int_equal(capture(TEXT(0), print_counted), 0);
	assert_non_null(strstr(printed, " 997   0         0      2     0.5% \n"));
	e[1].linkage = LINKAGE_TAIL;
	assert_int_equal(rules_follows(&view.chain, 0, VERDICT_DROP), 1);
	e[1].disabled = true;
	assert_int_equal(rules_follows(&view.chain, 0, VERDICT_DROP), -1);
	assert_int_equal(rules_called(&view.chain, 0), 0);
	assert_int_equal(rules_called(&view.chain, 1), -1);
}

static void nothing(void **state)
{
	(void)state;
	view.kind = VIEW_NONE;
	assert_printed(TEXT(0), "");
	assert_printed(TEXT(.brief = true), "");
	assert_printed(JSON(0), "[]\n");
}

static void open_with_more(struct output *out, const struct view *v)
{
	printer_open_device(out, v);
	print_bool(out, PRINT_JSON, "changed", "%s", true);
	printer_close_device(out);
}

static void opened_device(void **state)
{
	(void)state;
	view.kind = VIEW_NONE;
	assert_int_equal(capture(JSON(0), open_with_more), 0);
	assert_string_equal(printed, HEAD_JSON "\"changed\":true}]\n");
}

/* As if an object could not be allocated. */
static void lose_memory(struct output *out, const struct view *v)
{
	out->no_memory = true;
	printer_view(out, v);
}

static void no_memory(void **state)
{
	(void)state;
	two_entries();
	assert_int_equal(capture(JSON(0), lose_memory), -ENOMEM);
	assert_string_equal(printed, "");
	assert_string_equal(report.error, "Out of memory");
	assert_int_equal(report.status, STATUS_NOT_TRIED);
}

#define VIEW_TEST(name) cmocka_unit_test_setup_teardown(name, view_setup, view_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		VIEW_TEST(chains),	  VIEW_TEST(details),	VIEW_TEST(foreign),
		VIEW_TEST(problems),	  VIEW_TEST(nothing),	VIEW_TEST(hostile_names),
		VIEW_TEST(opened_device), VIEW_TEST(no_memory), VIEW_TEST(displaced),
		VIEW_TEST(counted),	  VIEW_TEST(moments),	VIEW_TEST(dropped_share),
	};

	setenv("TZ", "UTC", 1);
	tzset();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
