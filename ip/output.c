// SPDX-License-Identifier: GPL-2.0-or-later
/* Prints output on stdout as text or as JSON. */
#include "output.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <json-c/json.h>

#include "model/text.h"

/* ---- the JSON document ---- */

/* Takes over @value, which is NULL if memory ran out. */
static void json_add(struct output *out, const char *key, struct json_object *value)
{
	struct json_object *to = out->open[out->depth - 1];
	int err;

	if (!value || out->no_memory)
		err = -ENOMEM;
	else
		err = key ? json_object_object_add(to, key, value)
			  : json_object_array_add(to, value);
	if (!err)
		return;
	json_object_put(value);
	out->no_memory = true;
}

static void json_open(struct output *out, const char *key, struct json_object *value)
{
	json_add(out, key, value);
	out->open[out->depth++] = value;
}

/* JSON has escapes for everything except bytes that are not UTF-8. */
static struct json_object *json_text(const char *text)
{
	char *clean = text_utf8(text);
	struct json_object *value = clean ? json_object_new_string(clean) : NULL;

	free(clean);
	return value;
}

/* Escape U+007F to U+009F: json-c does not, and some terminals interpret them. */
static void write_document(const char *text)
{
	for (; *text; text++) {
		unsigned char c = text[0], next = text[1];

		if (c == 0xc2 && next < 0xa0) {
			printf("\\u00%02x", next);
			text++;
		} else if (c == 0x7f) {
			printf("\\u007f");
		} else {
			putchar(c);
		}
	}
	putchar('\n');
}

/* ---- colours ---- */

/* COLORFGBG ends in the number of the background, as iproute2 reads it. */
static bool background_is_dark(void)
{
	const char *colors = getenv("COLORFGBG");
	const char *last = colors ? strrchr(colors, ';') : NULL;

	return last && last[1] && !last[2] && strchr("01234568", last[1]);
}

static bool wants_color(const struct options *opts)
{
	if (opts->json)
		return false;
	return opts->color == COLOR_ALWAYS || (opts->color == COLOR_AUTO && isatty(STDOUT_FILENO));
}

static void begin_color(const struct output *out, enum text_color color)
{
	static const unsigned int codes[] = {
		[TEXT_IFNAME] = 36,
		[TEXT_DOWN] = 31,
	};

	if (out->color)
		printf(out->dark ? "\x1b[1;%um" : "\x1b[%um", codes[color]);
}

static void end_color(const struct output *out)
{
	if (out->color)
		fputs("\x1b[0m", stdout);
}

/* ---- begin and end ---- */

static void begin(struct output *out, const struct options *opts, struct json_object *root)
{
	*out = (struct output){
		.opts = opts,
		.color = wants_color(opts),
		.dark = background_is_dark(),
	};
	if (!opts->json)
		return;
	out->open[0] = root;
	out->depth = 1;
	out->no_memory = !root;
}

void output_begin(struct output *out, const struct options *opts)
{
	begin(out, opts, opts->json ? json_object_new_array() : NULL);
}

void output_begin_line(struct output *out, const struct options *opts)
{
	begin(out, opts, opts->json ? json_object_new_object() : NULL);
}

int output_end(struct output *out, int err, struct report *r)
{
	int flags = JSON_C_TO_STRING_NOSLASHESCAPE;
	const char *text = NULL;

	if (!out->opts->json)
		return err;
	if (out->opts->pretty)
		flags |= JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED;
	if (!err && !out->no_memory)
		text = json_object_to_json_string_ext(out->open[0], flags);
	if (text)
		write_document(text);
	else if (!err)
		err = report_no_memory(r);
	json_object_put(out->open[0]);
	out->depth = 0;
	return err;
}

bool is_json_context(const struct output *out)
{
	return out->opts->json;
}

/* ---- objects, arrays and values ---- */

void open_json_object(struct output *out, const char *key)
{
	if (out->opts->json)
		json_open(out, key, json_object_new_object());
}

void close_json_object(struct output *out)
{
	if (out->opts->json)
		out->depth--;
}

void open_json_array(struct output *out, const char *key)
{
	if (out->opts->json)
		json_open(out, key, json_object_new_array());
}

void close_json_array(struct output *out)
{
	close_json_object(out);
}

/* The callers pass literal formats, which the compiler checks there. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"

void print_string(struct output *out, enum output_type type, const char *key, const char *fmt,
		  const char *value)
{
	char text[16384];

	if (out->opts->json && type & PRINT_JSON)
		json_add(out, key, json_text(value));
	else if (!out->opts->json && type & PRINT_FP)
		printf(fmt, text_escape(value, text, sizeof(text)));
}

void print_color_string(struct output *out, enum output_type type, enum text_color color,
			const char *key, const char *fmt, const char *value)
{
	begin_color(out, color);
	print_string(out, type, key, fmt, value);
	end_color(out);
}

void print_uint(struct output *out, enum output_type type, const char *key, const char *fmt,
		unsigned int value)
{
	if (out->opts->json && type & PRINT_JSON)
		json_add(out, key, json_object_new_uint64(value));
	else if (!out->opts->json && type & PRINT_FP)
		printf(fmt, value);
}

void print_int(struct output *out, enum output_type type, const char *key, const char *fmt,
	       int value)
{
	if (out->opts->json && type & PRINT_JSON)
		json_add(out, key, json_object_new_int(value));
	else if (!out->opts->json && type & PRINT_FP)
		printf(fmt, value);
}

void print_u64(struct output *out, enum output_type type, const char *key, const char *fmt,
	       uint64_t value)
{
	if (out->opts->json && type & PRINT_JSON)
		json_add(out, key, json_object_new_uint64(value));
	else if (!out->opts->json && type & PRINT_FP)
		printf(fmt, (unsigned long long)value);
}

void print_bool(struct output *out, enum output_type type, const char *key, const char *fmt,
		bool value)
{
	if (out->opts->json && type & PRINT_JSON)
		json_add(out, key, json_object_new_boolean(value));
	else if (!out->opts->json && type & PRINT_FP)
		printf(fmt, value ? "yes" : "no");
}

#pragma GCC diagnostic pop

/* json-c has no object for null. */
void print_null(struct output *out, const char *key)
{
	struct json_object *to;

	if (!is_json_context(out) || out->no_memory)
		return;
	to = out->open[out->depth - 1];
	if (key ? json_object_object_add(to, key, NULL) : json_object_array_add(to, NULL))
		out->no_memory = true;
}

void print_flag(struct output *out, const char *key, const char *text)
{
	print_bool(out, PRINT_JSON, key, "%s", true);
	if (!out->opts->json)
		fputs(text, stdout);
}

void print_color_flag(struct output *out, enum text_color color, const char *key, const char *text)
{
	begin_color(out, color);
	print_flag(out, key, text);
	end_color(out);
}

void print_nl(const struct output *out)
{
	if (!out->opts->json)
		putchar(out->opts->oneline ? '\\' : '\n');
}

void print_record_end(const struct output *out)
{
	if (!out->opts->json)
		putchar('\n');
}
