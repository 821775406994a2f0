// SPDX-License-Identifier: GPL-2.0-or-later
/* Any text, fit for a terminal and for JSON. */
#include "fuzz.h"

#include <json-c/json.h>

#include "../../ip/output.h"
#include "model/text.h"

/* No byte of it can control a terminal, and it is UTF-8. */
static void check_printable(const char *text)
{
	while (*text) {
		size_t n = text_utf8_len(text);

		CHECK(n);
		CHECK((unsigned char)*text >= ' ' && *text != 0x7f);
		CHECK((unsigned char)*text != 0xc2 || (unsigned char)text[1] >= 0xa0);
		text += n;
	}
}

/* What was escaped in full says the text exactly. */
static void check_same(const char *escaped, const char *text)
{
	unsigned int byte;

	for (; *escaped; text++) {
		if (*escaped != '\\') {
			CHECK(*escaped++ == *text);
			continue;
		}
		CHECK(sscanf(escaped, "\\x%2x", &byte) == 1);
		CHECK(byte == (unsigned char)*text);
		escaped += 4;
	}
	CHECK(!*text);
}

static void check_escape(const char *text, size_t room, bool whole)
{
	char *buf = malloc(room);

	CHECK(buf);
	CHECK(text_escape(text, buf, room) == buf);
	CHECK(strlen(buf) < room);
	check_printable(buf);
	if (whole)
		check_same(buf, text);
	free(buf);
}

static void check_json(const char *text)
{
	const struct options opts = { .json = true };
	struct json_object *back;
	struct output out;
	FILE *terminal = stdout;
	char *printed = NULL;
	size_t size;

	stdout = open_memstream(&printed, &size);
	CHECK(stdout);
	output_begin(&out, &opts);
	print_string(&out, PRINT_ANY, NULL, "%s", text);
	CHECK(!output_end(&out, 0, NULL));
	fclose(stdout);
	stdout = terminal;
	CHECK(printed[size - 1] == '\n');
	printed[size - 1] = '\0';
	check_printable(printed);
	back = json_tokener_parse(printed);
	CHECK(back);
	json_object_put(back);
	free(printed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);

	check_escape(text, 1, false);
	check_escape(text, 8, false);
	check_escape(text, size + 6, false);
	check_escape(text, 4 * size + 6, true);
	check_json(text);
	free(text);
	return 0;
}
