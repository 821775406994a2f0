// SPDX-License-Identifier: GPL-2.0-or-later
/* ip -batch FILE, with our commands and commands of the system's ip in one file. */
#include "batch.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "batch_line.h"
#include "message.h"
#include "model/text.h"
#include "passthru.h"

/*
 * struct reader - a buffered reader of the file
 * @data: the buffer; the bytes from @start to @end are not consumed yet
 * @line: number of physical lines consumed so far
 * @child: the child to watch while waiting for input, or NULL
 */
struct reader {
	int fd;
	char *data;
	size_t start, end, size;
	unsigned int line;
	struct passthru *child;
};

/*
 * struct batch - the state of a batch
 * @file: name of the file for messages
 * @line: the current command
 * @child: the running system's ip, or NULL
 * @child_failed: the child failed and lost the rest of its lines
 * @status: exit status so far
 */
struct batch {
	const struct options *opts;
	const char *file;
	struct reader reader;
	struct batch_line line;
	struct passthru *child;
	char **child_argv;
	bool child_failed;
	batch_run_fn run;
	void *arg;
	int status;
};

/* The result of reading or executing a line. */
enum step {
	STEP_ON,
	STEP_END,	  /* end of file, or the batch is over */
	STEP_CHILD_ENDED, /* the child ended while we waited for input */
	STEP_ERROR,	  /* errno is set */
};

static enum step reader_fill(struct reader *r)
{
	ssize_t len;

	if (r->start) {
		memmove(r->data, r->data + r->start, r->end - r->start);
		r->end -= r->start;
		r->start = 0;
	}
	if (!batch_grow(&r->data, &r->size, r->end + 4096))
		return STEP_ERROR;
	if (r->child && !passthru_wait_input(r->child, r->fd))
		return STEP_CHILD_ENDED;
	do {
		len = read(r->fd, r->data + r->end, r->size - r->end);
	} while (len < 0 && errno == EINTR);
	if (len < 0)
		return STEP_ERROR;
	r->end += len;
	return len ? STEP_ON : STEP_END;
}

/* Find the physical line that begins @offset bytes after r->start.  @len includes
 * its newline if it has one.  Consumes nothing. */
static enum step reader_peek(struct reader *r, size_t offset, size_t *len)
{
	size_t searched = offset;

	for (;;) {
		size_t have = r->end - r->start;
		char *newline = NULL;
		enum step step;

		if (have > searched)
			newline = memchr(r->data + r->start + searched, '\n', have - searched);
		if (newline) {
			*len = newline + 1 - (r->data + r->start + offset);
			return STEP_ON;
		}
		searched = have;
		step = reader_fill(r);
		if (step == STEP_END && have > offset) {
			*len = have - offset;
			return STEP_ON;
		}
		if (step != STEP_ON)
			return step;
	}
}

/* Read the next command.  Its raw bytes stay at reader.data + reader.start until
 * line_consume(). */
static enum step line_read(struct reader *r, struct batch_line *line)
{
	bool continued;
	size_t len;

	batch_line_start(line);
	line->first = r->line + 1;
	line->last = r->line;
	do {
		enum step step = reader_peek(r, line->raw_len, &len);

		if (step == STEP_END && line->raw_len) {
			line->problem = LINE_UNCONTINUED;
			break;
		}
		if (step != STEP_ON)
			return step;
		if (!batch_line_append(line, r->data + r->start + line->raw_len, len, &continued))
			return STEP_ERROR;
		line->raw_len += len;
		line->last++;
	} while (continued);

	batch_line_split(line);
	return STEP_ON;
}

static void line_consume(struct reader *r, const struct batch_line *line)
{
	r->start += line->raw_len;
	r->line = line->last;
}

static bool line_is_empty(const struct batch_line *line)
{
	return line->argc == 0 && line->problem == LINE_FINE;
}

/* Name the line that failed, and decide whether to go on. */
static enum step line_failed(struct batch *b)
{
	fprintf(stderr, "Command failed %s:%u\n", b->file, b->line.last);
	b->status = 1;
	return b->opts->force ? STEP_ON : STEP_END;
}

static enum step refuse_line(struct batch *b)
{
	static const char *const texts[] = {
		[LINE_UNTERMINATED] = "Unterminated quoted string",
		[LINE_TOO_MANY] = "Too many arguments to command",
		[LINE_UNCONTINUED] = "Missing continuation line",
	};

	fprintf(stderr, "%s\n", texts[b->line.problem]);
	return line_failed(b);
}

/*
 * Let the child finish its lines.  Its status is 0, or 1 if lines failed.  Any other
 * status means that it exited in the middle of a line, as the system's ip does even with
 * -force.
 */
static enum step end_child(struct batch *b)
{
	int status;

	if (!b->child)
		return STEP_ON;
	status = passthru_finish(b->child);
	b->child = b->reader.child = NULL;
	if (status)
		b->status = status;
	return status == 0 || (status == 1 && b->opts->force) ? STEP_ON : STEP_END;
}

/* Handle a child that ended although it should have read more lines. */
static enum step child_ended(struct batch *b)
{
	b->child_failed = true;
	return end_child(b);
}

static enum step run_line_of_ours(struct batch *b)
{
	struct batch_line *line = &b->line;
	int words = options_own_prefix(line->argc, line->argv);
	int status;

	b->child_failed = false;
	if (end_child(b) == STEP_END)
		return STEP_END;
	if (line->problem != LINE_FINE)
		return refuse_line(b);
	status = b->run(line->argc - words, line->argv + words, b->arg);
	fflush(stdout);
	return status ? line_failed(b) : STEP_ON;
}

static enum step run_line_of_system(struct batch *b)
{
	struct batch_line *line = &b->line;

	if (b->child_failed)
		return STEP_ON;
	if (line->problem != LINE_FINE && line->problem != LINE_UNCONTINUED) {
		/* iproute2 would exit and drop the lines that follow it. */
		if (end_child(b) == STEP_END)
			return STEP_END;
		return refuse_line(b);
	}
	if (!b->child) {
		fflush(stdout);
		b->child = passthru_start(b->child_argv, b->file, line->first);
		if (!b->child)
			return line_failed(b);
		b->reader.child = b->child;
	}
	if (passthru_feed(b->child, b->reader.data + b->reader.start, line->raw_len,
			  line->last - line->first + 1))
		return STEP_ON;
	return child_ended(b);
}

static bool is_ours(const struct options *opts, const struct batch_line *line)
{
	return opts->own_name || options_own_prefix(line->argc, line->argv);
}

static enum step run_line(struct batch *b)
{
	if (line_is_empty(&b->line) && !b->child)
		return STEP_ON;
	if (is_ours(b->opts, &b->line) && !line_is_empty(&b->line))
		return run_line_of_ours(b);
	return run_line_of_system(b);
}

static int cannot_read(const struct batch *b)
{
	if (errno == ENOMEM)
		return message_no_memory();
	fprintf(stderr, "Cannot read \"%s\": %s\n", b->file, strerror(errno));
	return 1;
}

static void run_lines(struct batch *b)
{
	enum step step;

	do {
		step = line_read(&b->reader, &b->line);
		if (step == STEP_ON) {
			step = run_line(b);
			line_consume(&b->reader, &b->line);
		} else if (step == STEP_CHILD_ENDED) {
			step = child_ended(b);
		}
	} while (step == STEP_ON);

	if (step == STEP_ERROR)
		b->status = cannot_read(b);
	end_child(b);
}

/*
 * True if the rest of the file has a line of ours.  Keeps the file position.  The system's
 * ip reports an unreadable file, but we must not hand it a line of ours because we ran
 * out of memory.
 */
static bool has_line_of_ours(const struct options *opts, int fd, off_t start,
			     struct batch_line *line)
{
	struct reader r = { .fd = fd };
	bool found = false;
	enum step step;

	while (!found && (step = line_read(&r, line)) == STEP_ON) {
		found = is_ours(opts, line);
		line_consume(&r, line);
	}
	if (!found && step == STEP_ERROR)
		found = errno == ENOMEM;
	free(r.data);
	lseek(fd, start, SEEK_SET);
	return found;
}

/* Only a seekable file can be checked for lines of ours in advance. */
static bool is_for_system(const struct options *opts, int fd, struct batch_line *line)
{
	struct stat st;
	off_t start;

	if (opts->own_name)
		return false;
	if (fd < 0 || fstat(fd, &st) || S_ISDIR(st.st_mode))
		return true;
	start = lseek(fd, 0, SEEK_CUR);
	if (!S_ISREG(st.st_mode) || start < 0)
		return false;
	return !has_line_of_ours(opts, fd, start, line);
}

/* The child needs all three standard descriptors, so put /dev/null in place of those that
 * main() occupied, except @input. */
static void open_standard_fds(int input)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	for (int fd = 0; null >= 0 && fd <= STDERR_FILENO; fd++)
		if (fd != input && fcntl(fd, F_GETFL) & O_PATH)
			dup2(null, fd);
	if (null >= 0)
		close(null);
}

static char **make_child_argv(int argc, char **argv)
{
	static char batch[] = "-batch", input[] = "-";
	char **out = calloc(argc + 3, sizeof(*out));
	int n;

	if (!out)
		return NULL;
	n = options_without_batch(argc, argv, out);
	out[n++] = batch;
	out[n] = input;
	return out;
}

/* Run the file @fd, which has a line of ours. */
static int run_file(struct batch *b, int argc, char **argv, int fd)
{
	open_standard_fds(fd);
	b->child_argv = make_child_argv(argc, argv);
	if (!b->child_argv)
		return message_no_memory();
	b->reader.fd = fd;
	run_lines(b);
	free(b->child_argv);
	return b->status;
}

static int cannot_open(const char *file)
{
	fprintf(stderr, "Cannot open file \"%s\" for reading: %s\n", file, strerror(errno));
	return 1;
}

int batch_run(const struct options *opts, int argc, char **argv, batch_run_fn run, void *arg)
{
	struct batch b = { .opts = opts, .run = run, .arg = arg };
	bool from_stdin = !strcmp(opts->batch_file, "-");
	char shown[4 * PATH_MAX];
	int fd, status;

	b.file = text_escape(opts->batch_file, shown, sizeof(shown));
	fd = from_stdin ? STDIN_FILENO : open(opts->batch_file, O_RDONLY | O_CLOEXEC);
	if (is_for_system(opts, fd, &b.line))
		status = passthru_exec(argv);
	else if (fd < 0)
		status = cannot_open(b.file);
	else
		status = run_file(&b, argc, argv, fd);
	if (fd > STDERR_FILENO)
		close(fd);
	free(b.reader.data);
	free(b.line.text);
	return status;
}
