// SPDX-License-Identifier: GPL-2.0-or-later
/* A chain as a graph. */
#include "fixture.h"

#include "../../ip/dot.h"

static struct view view;
static char *printed;
static size_t printed_size;

static const char *draw(const struct chain_counts *counts)
{
	FILE *terminal = stdout;

	free(printed);
	stdout = open_memstream(&printed, &printed_size);
	assert_non_null(stdout);
	view.kind = VIEW_CHAIN;
	view.chain = chain;
	dot_print(&view, counts);
	fclose(stdout);
	stdout = terminal;
	return printed;
}

/* Graphviz takes it, where there is one. */
static void assert_is_dot(void)
{
	FILE *to;

	if (system("command -v dot > /dev/null"))
		return;
	to = popen("dot -Tplain > /dev/null", "w");
	assert_non_null(to);
	fputs(printed, to);
	assert_int_equal(pclose(to), 0);
}

static void assert_has(const char *line)
{
	if (!strstr(printed, line))
		fail_msg("no \"%s\" in\n%s", line, printed);
}

static void assert_lacks(const char *text)
{
	if (strstr(printed, text))
		fail_msg("there is \"%s\" in\n%s", text, printed);
}

/* fw goes on with lb, or jumps to dump; off is disabled. */
static void four_entries(void)
{
	fill(4);
	strcpy(view.link.ifname, "v0");
	strcpy(chain.entries[0].name, "fw");
	strcpy(chain.entries[1].name, "lb");
	strcpy(chain.entries[2].name, "off");
	strcpy(chain.entries[3].name, "dump");
	rules_set(&chain.entries[0], VERDICT_BIT(VERDICT_DROP), FATE_GOTO, 4);
	chain.entries[2].disabled = true;
}

static void plain(void **state)
{
	(void)state;
	four_entries();
	assert_string_equal(
		draw(NULL),
		"digraph \"v0\" {\n"
		"\tnode [shape=box fontname=\"sans-serif\"]\n"
		"\tedge [fontname=\"sans-serif\" fontsize=11 arrowsize=0.7]\n"
		"\tin [shape=oval label=\"v0\"]\n"
		"\te0 [label=\"fw\\nprio 50\"]\n"
		"\te1 [label=\"lb\\nprio 50\"]\n"
		"\te2 [label=\"off\\nprio 50\\ndisabled\" style=dashed color=gray fontcolor=gray]\n"
		"\te3 [label=\"dump\\nprio 50\"]\n"
		"\tout [shape=oval label=\"verdict\"]\n"
		"\tin -> e0 [label=\"\"]\n"
		"\te0 -> out [label=\"aborted, tx, redirect\"]\n"
		"\te0 -> e3 [label=\"drop\"]\n"
		"\te0 -> e1 [label=\"pass\"]\n"
		"\te1 -> out [label=\"aborted, drop, tx, redirect\"]\n"
		"\te1 -> e3 [label=\"pass\"]\n"
		"\te3 -> out [label=\"aborted, drop, pass, tx, redirect\"]\n"
		"\te1 -> e2 [style=dotted color=gray arrowhead=none]\n"
		"\te2 -> e3 [style=dotted color=gray arrowhead=none]\n"
		"}\n");
	assert_is_dot();
}

static void counted(void **state)
{
	static const struct chain_counts counts = {
		.chain = { .verdicts = { 0, 30, 70 } },
		.entries = { { .verdicts = { 0, 30, 67, 1, 0, 2 } }, { .verdicts = { 0, 0, 67 } } },
	};

	(void)state;
	four_entries();
	draw(&counts);
	assert_has("\tin -> e0 [label=\"100\" penwidth=7.0]\n");
	assert_has("\te0 -> e1 [label=\"pass 67\" penwidth=5.0]\n");
	assert_has("\te0 -> e3 [label=\"drop 30\" penwidth=2.8]\n");
	assert_has("\te0 -> out [label=\"tx 1\\nother 2\" penwidth=1.2]\n");
	assert_has("\te3 -> out [label=\"aborted, drop, pass, tx, redirect\" color=gray "
		   "fontcolor=gray]\n");
	assert_has("\tout [shape=oval label=\"verdict\\ndrop 30\\npass 70\"]\n");
	assert_is_dot();
}

static void nothing_runs(void **state)
{
	(void)state;
	four_entries();
	for (unsigned int i = 0; i < 4; i++)
		chain.entries[i].disabled = true;
	draw(NULL);
	assert_has("\tin -> out [label=\"\"]\n");
	assert_has("\tin -> e0 [style=dotted");
	assert_has("\te2 -> e3 [style=dotted");
	assert_has("\te3 -> out [style=dotted");
	assert_is_dot();
	chain.n = 0;
	draw(NULL);
	assert_has("\tin -> out [label=\"\"]\n");
	assert_lacks("e0");
}

/* Whatever others chose as a name. */
static void hostile(void **state)
{
	(void)state;
	four_entries();
	strcpy(view.link.ifname, "v\"\\&lt;");
	strcpy(chain.entries[0].name, "a\"]\n\xff\\n");
	chain.entries[1].empty = true;
	draw(NULL);
	assert_has("digraph \"v\\\"\\\\x5c&lt;\" {\n");
	assert_has("\tin [shape=oval label=\"v\\\"\\\\x5c&amp;lt;\"]\n");
	assert_has("\te0 [label=\"a\\\"]\\\\x0a\\\\xff\\\\x5cn\\nprio 50\"]\n");
	assert_has("\te1 [label=\"lb\\nprio 50\\nempty\" color=red fontcolor=red]\n");
	assert_is_dot();
}

static void no_json(void **state)
{
	const struct request rq = { .verb = VERB_SHOW, .dot = true };
	const struct options opts = { .json = true };
	struct report r = REPORT_INIT;

	(void)state;
	assert_int_equal(dot_run(NULL, &rq, &opts, &r), -EINVAL);
	assert_int_equal(r.status, STATUS_USAGE);
	assert_string_equal(r.error, "Error: either \"dot\" or -json, not both.");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(plain), TEST(counted), TEST(nothing_runs), TEST(hostile), TEST(no_json),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	free(printed);
	return failed;
}
