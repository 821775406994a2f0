// SPDX-License-Identifier: GPL-2.0-or-later
/* Chain files: the words and lines in them, and that what is printed is read
 * back as it was. */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "between.h"
#include "fixture.h"

#include "../../ip/chainfile_print.h"
#include "syntax/chainfile.h"
#include "syntax/parse_line.h"
#include "syntax/text_file.h"

#define SHA "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static char dir[] = "/tmp/chainfile-XXXXXX";
static char path[64];
static struct chainfile file;
static struct request rq;

static int make_dir(void **state)
{
	(void)state;
	if (!mkdtemp(dir))
		return -1;
	sprintf(path, "%s/f", dir);
	return 0;
}

static int remove_dir(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(dir);
}

static void write_file(const char *text, size_t size)
{
	FILE *out = fopen(path, "w");

	assert_non_null(out);
	assert_int_equal(fwrite(text, 1, size, out), size);
	assert_int_equal(fclose(out), 0);
}

static void release(void)
{
	request_free(&rq);
	chainfile_free(&file);
	report_free(&report);
}

static int read_path(const char *from)
{
	rq = (struct request){ .verb = VERB_RESTORE };
	return chainfile_read(&file, from, &rq, &report);
}

static int read_text(const char *text)
{
	write_file(text, strlen(text));
	return read_path(path);
}

/* One object a line, and that is all of them. */
static void assert_objects(const char *text, const char *const *objects)
{
	unsigned int n = 0;

	if (read_text(text))
		fail_msg("\"%s\": %s", text, report.error);
	for (; objects[n]; n++) {
		assert_true(n < rq.n_entries);
		assert_string_equal(rq.entries[n].source.object, objects[n]);
	}
	assert_int_equal(rq.n_entries, n);
	release();
}

#define OBJECTS(text, ...) assert_objects(text, (const char *const[]){ __VA_ARGS__, NULL })

/* The error without the file's path, which stands before it. */
static void assert_error(const char *text, const char *error)
{
	size_t len = strlen(path);

	if (!read_text(text))
		fail_msg("\"%s\" is taken", text);
	assert_int_equal(report.status, STATUS_NOT_TRIED);
	assert_memory_equal(report.error, path, len);
	if (strcmp(report.error + len, error))
		fail_msg("\"%s\"\n     got: %s\nexpected: %s", text, report.error + len, error);
	release();
}

/* Of a file whose last line is this one. */
#define CUT(line) ":" #line ": the last line has no newline: the file is truncated"

/* ---- words ---- */

static void plain_lines(void **state)
{
	(void)state;
	OBJECTS("object /o name n\n", "/o");
	assert_error("object /o name n", CUT(1));
	OBJECTS("\n\n \t\r\nobject /o name n\n\n\n", "/o");
	OBJECTS("object /o name n\nobject /p name m\n", "/o", "/p");
	OBJECTS("  object\t/o \t name n  \nobject /p name m\n", "/o", "/p");
	OBJECTS("object /o name n\r\nobject /p name m\r\n", "/o", "/p");
	OBJECTS("chain mode native\nobject /o name n\n", "/o");
}

static void quotes(void **state)
{
	(void)state;
	OBJECTS("object \"/a b\" name n\n", "/a b");
	OBJECTS("object '/a b' name n\n", "/a b");
	OBJECTS("object '/a \"b' name \"n\"\n", "/a \"b");
	OBJECTS("object \"/a 'b\" name 'n'\n", "/a 'b");
	OBJECTS("object \"/a\\\" name n\n", "/a\\");
	OBJECTS("object \"/a\tb#c\" name n\n", "/a\tb#c");
	OBJECTS("object \"/a # b\" name n # c\n", "/a # b");
	OBJECTS("'object' '/o' 'name' 'n'\n", "/o");
	OBJECTS("object \"/o\"name n\n", "/o");
	OBJECTS("object /a\"b name n\n", "/a\"b");
	OBJECTS("object /a'b'c name n\n", "/a'b'c");
	assert_error("object \"/a name n\n", ":1: a quote is not closed");
	assert_error("object '/a name n\n", ":1: a quote is not closed");
	assert_error("object \"/a' name n\n", ":1: a quote is not closed");
	assert_error("object /o name n\nobject '/a\n' name m\n", ":2: a quote is not closed");
	assert_error("object \"\" name n\n",
		     ":1: argument \"\" is wrong: \"object\" must not be empty");
}

static void escapes(void **state)
{
	static const char wrong[] = ":1: in $'...' a backslash begins \\x01 to \\xff";

	(void)state;
	OBJECTS("object $'/a b' name n\n", "/a b");
	OBJECTS("object $'/\\x1b[31m\\x0a\\x27\\x22\\x5c\\xfF' name n\n", "/\033[31m\n'\"\\\xff");
	OBJECTS("object $'/a\"#b' $'name' $'\\x6e' # $'\n", "/a\"#b");
	OBJECTS("object /$'a' name n\n", "/$'a'");
	OBJECTS("object /$ name n\n", "/$");
	OBJECTS("object $'/o'name n\n", "/o");
	assert_error("object $'/a\\x00' name n\n", wrong);
	assert_error("object $'/a\\n' name n\n", wrong);
	assert_error("object $'/a\\xg1' name n\n", wrong);
	assert_error("object $'/a\\x1' name n\n", wrong);
	assert_error("object $'/a\\' name n\n", wrong);
	assert_error("object $'/a\\x' name n\n", wrong);
	assert_error("object $'/a name n\n", ":1: a quote is not closed");
	assert_error("object /a name $'n\n", ":1: a quote is not closed");
}

static void comments(void **state)
{
	(void)state;
	OBJECTS("# one\nobject /o name n # two\n#three\n# object /x\n", "/o");
	OBJECTS("object /o name n #\n#\n", "/o");
	OBJECTS("object /a#b name n\n", "/a#b");
	OBJECTS("# it's a \"quote\n   # so \\\nobject /o name n\n", "/o");
	assert_error(
		"name n # object /o\n",
		":1: not enough information: \"object\", \"pinned\" or \"id\" argument is required.");
}

static void continuations(void **state)
{
	(void)state;
	OBJECTS("object /o \\\n name n\n", "/o");
	OBJECTS("object\\\n/o\\\nname n\n", "/o");
	OBJECTS("object \\\n\\\n  \\\n/o name n\n", "/o");
	OBJECTS("\\\nobject /o name n\n", "/o");
	OBJECTS("object /o name n \\\n\nobject /p name m\n", "/o", "/p");
	OBJECTS("object '/o'\\\nname n\n", "/o");
	OBJECTS("object /a\\b name n\n", "/a\\b");
	OBJECTS("object /o name n \\\n# rest\nobject /p name m\n", "/o", "/p");
	assert_error("object /o name n \\\n", ":1: the file ends in a continued line");
	assert_error("# c\nobject /o \\\n name n\\\n", ":2: the file ends in a continued line");
	assert_error("object /o name n \\", CUT(1));
}

/* ---- errors name the line on which the words begin ---- */

static void lines_in_errors(void **state)
{
	(void)state;
	assert_error("x\n", ":1: \"x\" is garbage here, see xdp-multi.chain(5).");
	assert_error("\n\n# c\nx\n", ":4: \"x\" is garbage here, see xdp-multi.chain(5).");
	assert_error("object /o name n\n\nobject /o name n prio x\n",
		     ":3: argument \"x\" is wrong: \"prio\" must be a number from 0 to 4294967295");
	assert_error(
		"object /o \\\n name n\n\\\nobject /o \\\nname 7\n",
		":4: argument \"7\" is wrong: a \"name\" is 1 to 63 characters of A-Z a-z 0-9 _ . : - and does not start with a digit or \"-\"");
	assert_error("object /o\\\nname n\nx\n",
		     ":3: \"x\" is garbage here, see xdp-multi.chain(5).");
	assert_error(
		"object /o name n # c\n# d\nname m\n",
		":3: not enough information: \"object\", \"pinned\" or \"id\" argument is required.");
	assert_error(
		"object /o name n\nobject /o name\n",
		":2: the line is not complete: \"name\" needs a name, see xdp-multi.chain(5).");
	assert_error("object /a name a\nchain mode native\n",
		     ":2: only the first line can begin with \"chain\"");
	assert_error("chain mode native\nchain stats on\n",
		     ":2: only the first line can begin with \"chain\"");
	assert_error("chain help\n", ":1: \"help\" is garbage here, see xdp-multi.chain(5).");
	assert_error("object '/o' \\\n'name' 'n'\nx\n",
		     ":3: \"x\" is garbage here, see xdp-multi.chain(5).");
}

/* The file's error, without the path before it. */
static void assert_not_whole(const char *text, const char *why)
{
	char error[256];

	snprintf(error, sizeof(error), "\"%s\" %s", path, why);
	assert_int_equal(read_text(text), -EINVAL);
	assert_int_equal(report.status, STATUS_NOT_TRIED);
	assert_string_equal(report.error, error);
	release();
}

#define ENTRIES(n) "chain entries " #n "\n"
#define LINE(name) "object /" #name " name " #name "\n"
#define COUNTED(file, there) \
	"is truncated, or \"entries\" is wrong: it says " #file ", but the file has " #there

static void counted_entries(void **state)
{
	static const char no_end[] = "is truncated: it has no line \"end\"";

	(void)state;
	OBJECTS(ENTRIES(2) LINE(a) LINE(b) "end\n", "/a", "/b");
	OBJECTS(ENTRIES(2) LINE(a) LINE(b) " 'end' # c\n\n# c\n", "/a", "/b");
	OBJECTS(LINE(a) "end\n", "/a");
	assert_not_whole(ENTRIES(2) LINE(a) LINE(b), no_end);
	assert_not_whole(ENTRIES(2) LINE(a) LINE(b) "# end\n", no_end);
	assert_not_whole(ENTRIES(2) LINE(a) "end\n", COUNTED(2, 1));
	assert_not_whole(ENTRIES(2) LINE(a), COUNTED(2, 1));
	assert_not_whole(ENTRIES(2) "end\n", COUNTED(2, 0));
	assert_not_whole(ENTRIES(2), COUNTED(2, 0));
	assert_not_whole(ENTRIES(2) LINE(a) LINE(b) LINE(c) "end\n", COUNTED(2, 3));
	assert_error(ENTRIES(1) LINE(a) "end\n" LINE(b), ":4: unexpected \"object\" after \"end\"");
	assert_error(LINE(a) "end\nend\n", ":3: unexpected \"end\" after \"end\"");
	assert_error(LINE(a) "end\nend all\n",
		     ":3: \"end all\" is for a file of several chains: use \"restore all\"");
	assert_error(LINE(a) "end x\n", ":2: \"end\" is garbage here, see xdp-multi.chain(5).");
	assert_error(ENTRIES(251) LINE(a),
		     ":1: argument \"251\" is wrong: \"entries\" must be a number from 0 to 250");
	assert_error(ENTRIES(x) LINE(a),
		     ":1: argument \"x\" is wrong: \"entries\" must be a number from 0 to 250");
}

static void no_entry(void **state)
{
	static const char *const texts[] = {
		"", "\n\n", "# object /o name n\n", "chain mode native\n", "\\\n",
	};
	char error[128];

	(void)state;
	snprintf(error, sizeof(error), "\"%s\" has no entries: to remove a chain, use flush", path);
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		assert_int_equal(read_text(texts[i]), -EINVAL);
		assert_int_equal(report.status, STATUS_NOT_TRIED);
		assert_string_equal(report.error, error);
		release();
	}
}

static void many_words(void **state)
{
	static char text[8192];

	(void)state;
	strcpy(text, "object /o name n");
	for (int i = 0; i < 600; i++)
		strcat(text, " x");
	strcat(text, "\n");
	assert_error(text, ":1: more than 512 words");
	strcpy(text, "\n# c\n");
	for (int i = 0; i < 512; i++)
		strcat(text, " x");
	strcat(text, "\n");
	assert_error(text, ":3: \"x\" is garbage here, see xdp-multi.chain(5).");
}

static void assert_unreadable(const char *from, const char *why)
{
	char error[192];

	snprintf(error, sizeof(error), "Cannot read \"%s\": %s", from, why);
	assert_true(read_path(from) < 0);
	assert_int_equal(report.status, STATUS_NOT_TRIED);
	assert_string_equal(report.error, error);
	release();
}

static void unreadable_files(void **state)
{
	const size_t size = 17 << 20;
	char *text = malloc(size);

	(void)state;
	assert_non_null(text);
	assert_unreadable("/nosuch/file", strerror(ENOENT));
	assert_unreadable(dir, strerror(EISDIR));
	write_file("object /o\0 name n\n", 18);
	assert_unreadable(path, "it is not a text file");
	memset(text, '\n', size);
	write_file(text, size);
	assert_unreadable(path, strerror(EFBIG));
	free(text);
}

static void longest_text(void **state)
{
	const size_t most = 16 << 20;
	char *text = malloc(most + 1);

	(void)state;
	assert_non_null(text);
	memset(text, 'x', most + 1);
	for (unsigned int over = 0; over < 2; over++) {
		FILE *in = fmemopen(text, most + over, "r");
		char *got;

		assert_non_null(in);
		got = text_slurp(in);
		assert_int_equal(over ? errno : EFBIG, EFBIG);
		assert_int_equal(got ? strlen(got) : 0, over ? 0 : most);
		free(got);
		fclose(in);
	}
	free(text);
}

/* Longer than what is read at once. */
static void long_file(void **state)
{
	char *text = malloc(1 << 20);
	size_t len = 0;

	(void)state;
	assert_non_null(text);
	for (int i = 0; i < 3000; i++)
		len += sprintf(text + len, "%sobject /o%d name n # %0100d\n", i % 12 ? "# " : "", i,
			       i);
	assert_int_equal(read_text(text), 0);
	assert_int_equal(rq.n_entries, 250);
	assert_string_equal(rq.entries[249].source.object, "/o2988");
	release();
	strcpy(text + len, "x\n");
	assert_error(text, ":3001: \"x\" is garbage here, see xdp-multi.chain(5).");
	free(text);
}

/* What no chain can hold is not kept in memory either. */
static void many_entries(void **state)
{
	char *text = malloc(1 << 16);
	size_t len = 0;

	(void)state;
	assert_non_null(text);
	for (int i = 0; i < 251; i++)
		len += sprintf(text + len, "object /o name n\n\n");
	write_file(text, len);
	assert_true(read_path(path) < 0);
	assert_int_equal(report.status, STATUS_NOT_TRIED);
	assert_string_equal(report.error + strlen(path), ":501: a chain has at most 250 entries");
	assert_int_equal(rq.n_entries, 251);
	release();
	free(text);
}

/* ---- paths ---- */

static void relative_paths(void **state)
{
	char want[128];

	(void)state;
	assert_int_equal(read_text("object o name n pinmaps m\n"
				   "object ../x/o name m pinmaps /m\n"
				   "pinned p name o\nid 7 name q\n"),
			 0);
	sprintf(want, "%s/o", dir);
	assert_string_equal(rq.entries[0].source.object, want);
	sprintf(want, "%s/m", dir);
	assert_string_equal(rq.entries[0].source.pinmaps, want);
	sprintf(want, "%s/../x/o", dir);
	assert_string_equal(rq.entries[1].source.object, want);
	assert_string_equal(rq.entries[1].source.pinmaps, "/m");
	sprintf(want, "%s/p", dir);
	assert_string_equal(rq.entries[2].source.pinned, want);
	assert_null(rq.entries[2].source.object);
	assert_null(rq.entries[3].source.object);
	release();
}

/* A file of the working directory, and standard input: nothing to put before. */
static void paths_from_here(void **state)
{
	int here = open(".", O_RDONLY | O_DIRECTORY);

	(void)state;
	assert_true(here >= 0);
	write_file("object o name n\n", 16);
	assert_int_equal(chdir(dir), 0);
	assert_int_equal(read_path("f"), 0);
	assert_string_equal(rq.entries[0].source.object, "o");
	release();
	assert_int_equal(read_path("./f"), 0);
	assert_string_equal(rq.entries[0].source.object, "./o");
	release();
	assert_int_equal(fchdir(here), 0);
	close(here);
}

static void standard_input(void **state)
{
	(void)state;
	write_file("object o name n\n", 16);
	assert_non_null(freopen(path, "r", stdin));
	assert_int_equal(read_path("-"), 0);
	assert_string_equal(rq.entries[0].source.object, "o");
	release();
	write_file("object o name n\nx\n", 18);
	assert_non_null(freopen(path, "r", stdin));
	assert_int_equal(read_path("-"), -EINVAL);
	assert_string_equal(report.error,
			    "standard input:2: \"x\" is garbage here, see xdp-multi.chain(5).");
	release();
}

/* ---- what is printed is read back ---- */

static struct view view;

/* What a new chain would be written in. */
static enum chain_format fresh;

/* Print into the file that the tests read. */
static void print_view(void)
{
	int out = dup(STDOUT_FILENO);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(out >= 0 && fd >= 0);
	fflush(stdout);
	dup2(fd, STDOUT_FILENO);
	chainfile_print(&view, &(struct chainfile_style){ .fresh = fresh });
	fflush(stdout);
	dup2(out, STDOUT_FILENO);
	close(out);
	close(fd);
}

static void assert_text(const char *want)
{
	static char text[65536];
	FILE *in = fopen(path, "r");
	size_t got;

	assert_non_null(in);
	got = fread(text, 1, sizeof(text) - 1, in);
	fclose(in);
	text[got] = '\0';
	assert_string_equal(text, want);
}

static char paths_of_objects[CHAIN_MAX + 1][32];

static int view_setup(void **state)
{
	setup(state);
	memset(&view, 0, sizeof(view));
	view.mode = XDP_MODE_NATIVE;
	view.chain.format = FORMAT_3;
	for (unsigned int i = 0; i < ARRAY_SIZE(programs); i++) {
		struct origin *o = &programs[i].origin;

		sprintf(paths_of_objects[i], "/o/p%u.o", i);
		o->object = paths_of_objects[i];
		strcpy(o->function, "xdp_fw");
		strcpy(o->sha256, SHA);
	}
	return 0;
}

#define VIEW_TEST(name) cmocka_unit_test_setup_teardown(name, view_setup, teardown)

static void printed_text(void **state)
{
	struct entry *e;

	(void)state;
	programs[1].origin.pinmaps = "/sys/fs/bpf/my maps";
	programs[2].origin.object = NULL;
	memset(programs[2].tag, 0xab, BPF_TAG_BYTES);
	fill(3);
	view.chain = chain;
	e = view.chain.entries;
	e[0].proceed_on = VERDICT_BIT(VERDICT_PASS) | VERDICT_BIT(VERDICT_TX);
	rules_set(&e[0], VERDICT_BIT(VERDICT_DROP), FATE_GOTO, e[2].uid);
	e[1].proceed_on = 0;
	e[1].disabled = true;
	e[2].proceed_on = VERDICTS_ALL;
	view.chain.format = FORMAT_EXTENDED;
	print_view();
	assert_text(
		"chain mode native stats off entries 3\n"
		"object /o/p0.o program xdp_fw sha256 " SHA
		" name e0 prio 50 proceed-on pass,tx on drop goto name e2 \n"
		"object /o/p1.o program xdp_fw pinmaps \"/sys/fs/bpf/my maps\" sha256 " SHA
		" name e1 prio 50 proceed-on none disable\n"
		"# The object file is unknown: this line works only while the program is loaded.\n"
		"id 102 tag abababababababab name e2 prio 50 proceed-on all \n"
		"end\n");
}

static void printed_heads(void **state)
{
	static const struct {
		enum xdp_mode mode;
		enum chain_format format, fresh;
		bool keep;
		const char *head;
	} rows[] = {
		{ XDP_MODE_NATIVE, FORMAT_1, FORMAT_3, false,
		  "chain mode native stats off entries 0\nend\n" },
		{ XDP_MODE_GENERIC, FORMAT_2, FORMAT_2, false,
		  "chain mode generic stats off entries 0\nend\n" },
		{ XDP_MODE_GENERIC, FORMAT_2, FORMAT_3, false,
		  "chain mode generic format 2 stats off entries 0\nend\n" },
		{ XDP_MODE_NATIVE, FORMAT_3, FORMAT_3, false,
		  "chain mode native stats off entries 0\nend\n" },
		{ XDP_MODE_NATIVE, FORMAT_3, FORMAT_2, false,
		  "chain mode native format 3 stats off entries 0\nend\n" },
		{ XDP_MODE_NATIVE, FORMAT_3, FORMAT_UNSET, false,
		  "chain mode native format 3 stats off entries 0\nend\n" },
		{ XDP_MODE_NATIVE, FORMAT_EXTENDED, FORMAT_3, false,
		  "chain mode native stats off entries 0\nend\n" },
		{ XDP_MODE_NATIVE, FORMAT_EXTENDED, FORMAT_3, true,
		  "chain mode native format extended stats off entries 0\nend\n" },
		{ XDP_MODE_NONE, FORMAT_3, FORMAT_2, false,
		  "chain format 3 stats off entries 0\nend\n" },
		{ XDP_MODE_NONE, FORMAT_3, FORMAT_3, false, "chain stats off entries 0\nend\n" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		view.mode = rows[i].mode;
		view.chain.format = rows[i].format;
		view.chain.keep_extended = rows[i].keep;
		fresh = rows[i].fresh;
		print_view();
		assert_text(rows[i].head);
	}
	fresh = FORMAT_UNSET;
}

/* The programs that the lines name: as if each were loaded anew. */
static void load(struct new_program *loaded, struct program *p)
{
	for (unsigned int i = 0; i < rq.n_entries; i++) {
		const struct program_source *s = &rq.entries[i].source;
		const struct program *there = view.chain.entries[i].program;

		p[i] = *there;
		loaded[i] = (struct new_program){ .program = &p[i], .name = "x" };
		if (s->id) {
			assert_int_equal(s->id, there->id);
			assert_true(s->has_tag);
			assert_memory_equal(s->tag, there->tag, BPF_TAG_BYTES);
			continue;
		}
		assert_string_equal(s->object, there->origin.object);
		assert_string_equal(s->function ? s->function : "", there->origin.function);
		assert_true(same_text(s->pinmaps, there->origin.pinmaps));
		assert_string_equal(s->sha256 ? s->sha256 : "",
				    strlen(there->origin.sha256) == 64 ? there->origin.sha256 : "");
	}
}

/* Print, read, and apply to nothing: the same chain. */
static void assert_read_back(void)
{
	static struct new_program loaded[CHAIN_MAX];
	static struct program p[CHAIN_MAX];
	static struct chain back;

	print_view();
	if (read_path(path))
		fail_msg("%s", report.error);
	assert_int_equal(rq.n_entries, view.chain.n);
	assert_int_equal(rq.modes, view.mode);
	load(loaded, p);
	memset(&back, 0, sizeof(back));
	assert_int_equal(request_edit(&rq, loaded, &back, &report), 0);
	assert_int_equal(format_settle(&back, rq.format, FORMAT_3, &report), 0);
	assert_true(chain_equal(&back, &view.chain));
	release();
}

/* Wherever a saved file ends too early, it is refused. */
static void cut_files(void **state)
{
	static char text[65536];
	struct entry *e;
	FILE *in;
	size_t size;

	(void)state;
	fill(4);
	view.chain = chain;
	view.chain.format = FORMAT_EXTENDED;
	e = view.chain.entries;
	rules_set(&e[0], VERDICT_BIT(VERDICT_DROP), FATE_GOTO, e[3].uid);
	e[1].disabled = true;
	e[2].prio = 500;
	e[3].prio = 500;
	programs[3].origin.object = NULL;
	print_view();
	in = fopen(path, "r");
	assert_non_null(in);
	size = fread(text, 1, sizeof(text), in);
	fclose(in);
	for (size_t len = 0; len < size; len++) {
		write_file(text, len);
		if (!read_path(path))
			fail_msg("taken without its last %zu bytes", size - len);
		assert_int_equal(report.status, STATUS_NOT_TRIED);
		release();
	}
	write_file(text, size);
	assert_int_equal(read_path(path), 0);
	release();
}

static void hostile_paths(void **state)
{
	static const char *const paths[] = {
		"/a b",
		"/a#b",
		"/#",
		"/a'b",
		"/a\"b",
		"/a\\",
		"/a\\\\",
		"/a\tb",
		"/a\rb",
		"/ ",
		"/\\ \\",
		"/a 'b",
		"/a \"b",
		"/'",
		"/\"",
		"/\xc3\xa9 \xff",
		"/a b \\",
		"/-",
		"/\v\f\b\033[31m",
		"/name n",
	};

	(void)state;
	fill(ARRAY_SIZE(paths));
	view.chain = chain;
	view.chain.format = FORMAT_EXTENDED;
	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		programs[i].origin.object = paths[i];
		programs[i].origin.pinmaps = paths[ARRAY_SIZE(paths) - 1 - i];
	}
	assert_read_back();
}

/* What could end a line must not become lines of its own. */
static void hostile_origins(void **state)
{
	static const char bad[] = "/a\nid 1 name evil\n";

	(void)state;
	fill(9);
	view.chain = chain;
	view.chain.format = FORMAT_3;
	programs[0].origin.object = bad;
	programs[1].origin.pinmaps = bad;
	strcpy(programs[2].origin.function, bad);
	strcpy(programs[3].origin.sha256, bad);
	programs[4].origin.object = "/a'b\"c";
	programs[5].origin.pinmaps = "/a'b\"c";
	strcpy(programs[6].origin.function, "a'b\"c");
	*programs[7].origin.function = '\0';
	*programs[8].origin.sha256 = '\0';
	print_view();
	if (read_path(path))
		fail_msg("%s", report.error);
	assert_int_equal(rq.n_entries, 9);
	assert_null(rq.entries[3].source.sha256);
	release();
	assert_read_back();
}

/* A terminal that the file is printed on sees no byte that could steer it. */
static void printed_escapes(void **state)
{
	static const struct {
		const char *path, *word;
	} rows[] = {
		{ "/a\tb", "$'/a\\x09b'" },
		{ "/\033[31m", "$'/\\x1b[31m'" },
		{ "/\x7f\xff\xc2\x9b\xc3\xa9", "$'/\\x7f\\xff\\xc2\\x9b\xc3\xa9'" },
		{ "/a\n", "$'/a\\x0a'" },
		{ "/'\"\\", "$'/\\x27\"\\x5c'" },
		{ "/\\x1b", "\"/\\x1b\"" },
		{ "$'/a'", "\"$'/a'\"" },
		{ "/$a", "/$a" },
	};
	char want[128];

	(void)state;
	fill(1);
	*programs[0].origin.function = '\0';
	*programs[0].origin.sha256 = '\0';
	view.chain = chain;
	view.chain.format = FORMAT_3;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		programs[0].origin.object = rows[i].path;
		print_view();
		sprintf(want,
			"chain mode native format 3 stats off entries 1\n"
			"object %s name e0 prio 50 proceed-on pass \nend\n",
			rows[i].word);
		assert_text(want);
	}
}

static unsigned int below(unsigned int n)
{
	return lrand48() / 7 % n;
}

static void random_text(char *text, unsigned int max)
{
	static const char chars[] = "abc/ #'\"\\\t-.=\x80\n$";
	unsigned int n = below(max);

	*text++ = '/';
	for (unsigned int i = 0; i < n; i++)
		*text++ = chars[below(sizeof(chars) - 1)];
	*text = '\0';
}

static void random_view(unsigned int n)
{
	static char objects[CHAIN_MAX][16], pinmaps[CHAIN_MAX][16];
	static const enum chain_format formats[] = {
		FORMAT_2,
		FORMAT_3,
		FORMAT_EXTENDED,
	};
	bool extended = n > XDP_DISPATCHER_SLOTS || below(2);
	struct entry *e = view.chain.entries;

	fill(n);
	view.chain = chain;
	view.mode = below(2) ? XDP_MODE_NATIVE : XDP_MODE_GENERIC;
	for (unsigned int i = 0; i < n; i++) {
		random_text(objects[i], 12);
		random_text(pinmaps[i], 8);
		programs[i].origin.object = objects[i];
		programs[i].origin.pinmaps = below(3) ? NULL : pinmaps[i];
		e[i].prio = i ? e[i - 1].prio + below(3) : below(9);
		e[i].proceed_on = below(32);
		e[i].disabled = extended && below(4) == 0;
		for (unsigned int v = 0; v < N_VERDICTS; v++)
			if (extended && i + 1 < n && below(5) == 0)
				rules_set(&e[i], VERDICT_BIT(v), FATE_GOTO,
					  e[i + 1 + below(n - i - 1)].uid);
	}
	view.chain.format = formats[extended ? 2 : below(2)];
	view.chain.keep_extended = extended && below(2);
}

static void random_views(void **state)
{
	printf("# seed %d\n", SEED);
	srand48(SEED);
	for (int round = 0; round < 400; round++) {
		struct report ignored = REPORT_INIT;

		view_setup(state);
		random_view(1 + below(round % 20 ? 12 : CHAIN_MAX));
		/* without a need for it the format is written only if wanted */
		if (view.chain.format == FORMAT_EXTENDED)
			format_settle(&view.chain, FORMAT_UNSET, FORMAT_3, &ignored);
		report_free(&ignored);
		assert_read_back();
	}
}

/* Any bytes: an answer, and a line that exists. */
static void random_bytes(void **state)
{
	static const char *const pieces[] = {
		"object", " ",	  "\n",		"\\\n", "\"",	   "'",	   "#",	      "name",
		"n",	  "/o",	  "\\",		"on",	"drop",	   "goto", "prio",    "3",
		"\t",	  "\r\n", "chain",	"$'",	"\\x0a",   "id",   "x y",     "disable",
		"mode",	  "skb",  "proceed-on", "all",	"entries", "1",	   "\nend\n",
	};
	char text[1024];

	(void)state;
	srand48(SEED);
	for (int round = 0; round < 5000; round++) {
		unsigned int n = below(40), lines = 1, line;

		*text = '\0';
		while (n--) {
			strcat(text, pieces[below(ARRAY_SIZE(pieces))]);
			strcat(text, below(2) ? " " : "");
		}
		if (below(8))
			strcat(text, "\n");
		for (const char *p = text; *p; p++)
			lines += *p == '\n';
		if (read_text(text) && sscanf(report.error + strlen(path), ":%u: ", &line) == 1)
			assert_between(line, 1, lines);
		release();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(plain_lines),
		TEST(quotes),
		TEST(escapes),
		TEST(comments),
		TEST(continuations),
		TEST(lines_in_errors),
		TEST(counted_entries),
		TEST(no_entry),
		TEST(many_words),
		TEST(unreadable_files),
		TEST(longest_text),
		TEST(long_file),
		TEST(many_entries),
		TEST(relative_paths),
		TEST(paths_from_here),
		TEST(standard_input),
		VIEW_TEST(printed_text),
		VIEW_TEST(printed_heads),
		VIEW_TEST(cut_files),
		VIEW_TEST(hostile_paths),
		VIEW_TEST(hostile_origins),
		VIEW_TEST(printed_escapes),
		VIEW_TEST(random_views),
		TEST(random_bytes),
	};

	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
