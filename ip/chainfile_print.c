// SPDX-License-Identifier: GPL-2.0-or-later
/* Prints a chain as a chain file. */
#include "chainfile_print.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "model/text.h"
#include "printer.h"

/* True if a byte must not reach a terminal or cannot be quoted. */
static bool needs_escape(const char *word)
{
	if (strchr(word, '"') && strchr(word, '\''))
		return true;
	for (size_t n; *word; word += n) {
		n = text_printable(word);
		if (!n)
			return true;
	}
	return false;
}

static void print_escaped(const char *word)
{
	printf("$'");
	while (*word) {
		size_t n = strchr("'\\", *word) ? 0 : text_printable(word);

		if (n)
			fwrite(word, 1, n, stdout);
		else
			printf("\\x%02x", (unsigned char)*word);
		word += n ? n : 1;
	}
	printf("' ");
}

/* Print a word so that it is read back unchanged. */
static void print_word(const char *key, const char *word)
{
	const char *quote = "";

	printf("%s ", key);
	if (needs_escape(word)) {
		print_escaped(word);
		return;
	}
	if (!*word || strpbrk(word, " #\\'\""))
		quote = strchr(word, '"') ? "'" : "\"";
	printf("%s%s%s ", quote, word, quote);
}

/* Check the digest, because a foreign program can claim anything. */
static bool is_digest(const char *text)
{
	return strlen(text) == 64 && strspn(text, "0123456789abcdef") == 64;
}

static void print_object(const struct origin *o, const struct chainfile_style *style)
{
	char path[PATH_MAX + sizeof(o->sha256) + 4];

	if (!style->objects) {
		print_word("object", o->object);
		return;
	}
	snprintf(path, sizeof(path), "%s/%s.o", style->objects, o->sha256);
	print_word("object", path);
}

static void print_source(const struct program *p, const struct chainfile_style *style)
{
	const struct origin *o = &p->origin;
	char tag[2 * BPF_TAG_BYTES + 1];

	if (!o->object) {
		printf("# The object file is unknown: this line works only while the program is loaded.\n");
		printf("id %u tag %s ", p->id, printer_tag(p->tag, tag));
		return;
	}
	print_object(o, style);
	if (*o->function)
		print_word("program", o->function);
	if (o->pinmaps)
		print_word("pinmaps", o->pinmaps);
	if (is_digest(o->sha256))
		printf("sha256 %s ", o->sha256);
}

static void print_entry(const struct chain *c, unsigned int slot,
			const struct chainfile_style *style)
{
	const struct entry *e = &c->entries[slot];
	char actions[64];

	if (e->program)
		print_source(e->program, style);
	print_word("name", e->name);
	printf("prio %u proceed-on %s ", e->prio,
	       verdicts_text(e->proceed_on, actions, sizeof(actions)));
	for (unsigned int v = 0; v < N_VERDICTS; v++) {
		int to = e->go_to[v] ? chain_slot(c, e->go_to[v]) : -1;

		if (to < 0)
			continue;
		printf("on %s goto ", verdict_name(v));
		print_word("name", c->entries[to].name);
	}
	if (e->linkage == LINKAGE_TAIL)
		printf("linkage tail ");
	printf("%s\n", e->disabled ? "disable" : "");
}

static bool format_follows(const struct chain *c, enum chain_format fresh)
{
	const struct format *f = format_of(c->format);

	/* Do not print a format that we can only read. */
	if (!f->writable)
		return true;
	if (!f->since)
		return !c->keep_extended;
	return c->format == (fresh == FORMAT_2 && chain_devbound(c) ? FORMAT_3 : fresh);
}

void chainfile_print(const struct view *v, const struct chainfile_style *style)
{
	const struct chain *c = &v->chain;

	printf("chain ");
	if (style->with_dev)
		print_word("dev", v->link.ifname);
	if (v->mode != XDP_MODE_NONE)
		printf("mode %s ", xdp_mode_name(v->mode));
	if (!format_follows(c, style->fresh))
		printf("format %s ", format_name(c->format));
	printf("stats %s entries %u\n", c->stats ? "on" : "off", c->n);
	for (unsigned int i = 0; i < c->n; i++)
		print_entry(c, i, style);
	printf("end\n");
}
