/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Output on stdout, described once and written as text or as JSON, in the manner of
 * iproute2's json_print.h:
 *
 *	output_begin() -> open_json_object() -> print_string() ... ->
 *	close_json_object() -> output_end()
 *
 * Text is written at once.  JSON is one document, built in memory and written by
 * output_end(), so that a command that fails half-way prints none.
 *
 * No string is trusted: in text it is escaped as text_escape() does, in JSON as json-c
 * does.
 */
#ifndef OUTPUT_H
#define OUTPUT_H

#include <stdbool.h>
#include <stdint.h>

#include "dispatcher/libxdp.h"
#include "model/report.h"
#include "options.h"

struct json_object;

/* The output format for which a print_*() call is meant. */
enum output_type {
	PRINT_FP = 1 << 0,
	PRINT_JSON = 1 << 1,
	PRINT_ANY = PRINT_FP | PRINT_JSON,
};

#define OUTPUT_MAX_DEPTH 8

/*
 * struct output - the state of the output
 * @opts: format and level of detail; borrowed
 * @color: print colours
 * @dark: for a dark background
 * @libxdp: the one that is installed, for notes; asked once
 * @no_memory: the document is not complete
 * @open: the arrays and objects that are open, the outermost first
 */
struct output {
	const struct options *opts;
	bool color;
	bool dark;
	struct libxdp libxdp;
	bool no_memory;
	unsigned int depth;
	struct json_object *open[OUTPUT_MAX_DEPTH];
};

/* output_begin() - start a document, which is an array */
void output_begin(struct output *out, const struct options *opts);

/* output_begin_line() - start a document that is a single object on one line, for commands
 * that print several */
void output_begin_line(struct output *out, const struct options *opts);

/*
 * output_end() - write the document, or drop it
 * @err: the result of the command: after an error there is no document, and open objects
 *	 are closed
 *
 * Returns @err, or -ENOMEM with a sentence when memory ran out for the document.
 */
int output_end(struct output *out, int err, struct report *r);

/* is_json_context() - true for JSON, for output that differs between the formats */
bool is_json_context(const struct output *out);

/* These print nothing in text.  @key is NULL in an array. */
void open_json_object(struct output *out, const char *key);
void close_json_object(struct output *out);
void open_json_array(struct output *out, const char *key);
void close_json_array(struct output *out);

/*
 * print_string(), print_uint(), print_int(), print_bool() - one value
 * @key: in JSON, NULL in an array
 * @fmt: in text, with one conversion for the value: %s, %u, %d, %llu, or for
 *	 print_bool() %s, which is "yes" or "no"; not used with PRINT_JSON
 */
void print_string(struct output *out, enum output_type type, const char *key, const char *fmt,
		  const char *value) __attribute__((format(printf, 4, 0)));
void print_uint(struct output *out, enum output_type type, const char *key, const char *fmt,
		unsigned int value) __attribute__((format(printf, 4, 0)));
void print_int(struct output *out, enum output_type type, const char *key, const char *fmt,
	       int value) __attribute__((format(printf, 4, 0)));
void print_u64(struct output *out, enum output_type type, const char *key, const char *fmt,
	       uint64_t value) __attribute__((format(printf, 4, 0)));
void print_bool(struct output *out, enum output_type type, const char *key, const char *fmt,
		bool value) __attribute__((format(printf, 4, 0)));

/* The meaning of a coloured text.  The colours are those of iproute2. */
enum text_color {
	TEXT_IFNAME,
	TEXT_DOWN,
};

/* print_color_string() - print_string() in a colour */
void print_color_string(struct output *out, enum output_type type, enum text_color color,
			const char *key, const char *fmt, const char *value)
	__attribute__((format(printf, 5, 0)));

/* print_color_flag() - print_flag() in a colour */
void print_color_flag(struct output *out, enum text_color color, const char *key, const char *text);

/* print_null() - print an unknown value, in JSON only; @key is NULL in an array */
void print_null(struct output *out, const char *key);

/* print_flag() - print a flag that is set: true in JSON, @text in text */
void print_flag(struct output *out, const char *key, const char *text);

/* print_nl() - in text, print a line break inside a record */
void print_nl(const struct output *out);

/* print_record_end() - in text, print the end of a record */
void print_record_end(const struct output *out);

#endif
