// SPDX-License-Identifier: GPL-2.0-or-later
/* The lines of a batch: the words are those that iproute2 sees. */
#include "fuzz.h"

#include "../../ip/batch_line.h"

/* A file as iproute2 reads it, with its own steps: getline, strchr, strstr. */
struct model {
	FILE *in;
	char *text;
	bool uncontinued;
	enum line_problem problem;
	int argc;
	char *argv[BATCH_MAX_ARGS];
};

static bool model_line(FILE *in, char **line)
{
	size_t size = 0;
	char *comment;

	*line = NULL;
	if (getline(line, &size, in) < 0) {
		free(*line);
		*line = NULL;
		return false;
	}
	comment = strchr(*line, '#');
	if (comment)
		*comment = '\0';
	return true;
}

static bool model_read(struct model *m)
{
	char *more, *joined, *end;

	m->uncontinued = false;
	if (!model_line(m->in, &m->text))
		return false;
	while ((end = strstr(m->text, "\\\n"))) {
		*end = '\0';
		if (!model_line(m->in, &more)) {
			m->uncontinued = true;
			break;
		}
		joined = malloc(strlen(m->text) + strlen(more) + 1);
		CHECK(joined);
		strcat(strcpy(joined, m->text), more);
		free(m->text);
		free(more);
		m->text = joined;
	}
	return true;
}

static enum line_problem model_split(struct model *m)
{
	char *p = m->text;

	m->argc = 0;
	while (*p) {
		p += strspn(p, " \t\r\n");
		if (!*p)
			break;
		if (m->argc >= BATCH_MAX_ARGS - 1)
			return LINE_TOO_MANY;
		if (*p == '\'' || *p == '"') {
			char quote = *p++;

			m->argv[m->argc] = p;
			p = strchr(p, quote);
			if (!p)
				return LINE_UNTERMINATED;
			m->argc++;
		} else {
			m->argv[m->argc++] = p;
			p += strcspn(p, " \t\r\n");
			if (!*p)
				break;
		}
		*p++ = '\0';
	}
	return LINE_FINE;
}

/* The physical lines of one command, as batch.c takes them from its buffer. */
static bool read_line(const char **p, const char *end, struct batch_line *line)
{
	bool continued;

	if (*p == end)
		return false;
	batch_line_start(line);
	do {
		const char *newline = memchr(*p, '\n', end - *p);
		size_t len = newline ? newline + 1 - *p : end - *p;

		if (!len) {
			line->problem = LINE_UNCONTINUED;
			break;
		}
		CHECK(batch_line_append(line, *p, len, &continued));
		*p += len;
	} while (continued);
	batch_line_split(line);
	return true;
}

static void compare(const struct batch_line *line, const struct model *m)
{
	CHECK(line->problem == (m->uncontinued ? LINE_UNCONTINUED : m->problem));
	if (m->problem != LINE_FINE)
		return;
	CHECK(line->argc == m->argc);
	CHECK(!line->argv[line->argc]);
	for (int i = 0; i < m->argc; i++)
		CHECK(!strcmp(line->argv[i], m->argv[i]));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *bytes = malloc(size + !size);
	static struct batch_line line;
	static struct model m;
	const char *p = bytes;

	CHECK(bytes);
	if (!size) {
		free(bytes);
		return 0;
	}
	memcpy(bytes, data, size);
	m.in = fmemopen(bytes, size, "r");
	CHECK(m.in);
	while (read_line(&p, bytes + size, &line)) {
		CHECK(model_read(&m));
		m.problem = model_split(&m);
		compare(&line, &m);
		free(m.text);
	}
	CHECK(!model_read(&m));
	fclose(m.in);
	free(line.text);
	line = (struct batch_line){ 0 };
	free(bytes);
	return 0;
}
