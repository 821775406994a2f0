// SPDX-License-Identifier: GPL-2.0-or-later
/* Cuts a command of a batch file into words. */
#include "batch_line.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

bool batch_grow(char **data, size_t *size, size_t wanted)
{
	size_t new_size = *size ? *size : 4096;
	char *bigger;

	if (wanted <= *size)
		return true;
	if (wanted > BATCH_MAX_LINE) {
		errno = EFBIG;
		return false;
	}
	while (new_size < wanted)
		new_size *= 2;
	bigger = realloc(*data, new_size);
	if (!bigger)
		return false;
	*data = bigger;
	*size = new_size;
	return true;
}

void batch_line_start(struct batch_line *line)
{
	line->raw_len = line->text_len = 0;
	line->problem = LINE_FINE;
}

bool batch_line_append(struct batch_line *line, const char *raw, size_t len, bool *continued)
{
	const char *comment, *end;

	len = strnlen(raw, len);
	comment = memchr(raw, '#', len);
	if (comment)
		len = comment - raw;
	if (!batch_grow(&line->text, &line->text_size, line->text_len + len + 1))
		return false;
	memcpy(line->text + line->text_len, raw, len);
	line->text_len += len;
	end = line->text + line->text_len;
	*continued = line->text_len >= 2 && end[-1] == '\n' && end[-2] == '\\';
	if (*continued)
		line->text_len -= 2;
	line->text[line->text_len] = '\0';
	return true;
}

/* A quote counts only where a word begins. */
static enum line_problem split(struct batch_line *line)
{
	static const char blank[] = " \t\r\n";
	char *p = line->text;

	line->argc = 0;
	for (p += strspn(p, blank); *p; p += strspn(p, blank)) {
		char *end;

		if (line->argc == BATCH_MAX_ARGS - 1)
			return LINE_TOO_MANY;
		if (*p == '\'' || *p == '"') {
			end = strchr(p + 1, *p);
			p++;
		} else {
			end = p + strcspn(p, blank);
		}
		if (!end)
			return LINE_UNTERMINATED;
		line->argv[line->argc++] = p;
		p = *end ? end + 1 : end;
		*end = '\0';
	}
	return LINE_FINE;
}

void batch_line_split(struct batch_line *line)
{
	enum line_problem problem = split(line);

	if (line->problem == LINE_FINE)
		line->problem = problem;
	line->argv[line->argc] = NULL;
}
