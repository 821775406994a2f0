// SPDX-License-Identifier: GPL-2.0-or-later
/* Chain files: what is printed of a chain is read back as the same chain. */
#include "fuzz.h"

#include <errno.h>

#include "../../ip/chainfile_print.h"
#include "model/text.h"
#include "syntax/chainfile.h"

static struct program programs[2][CHAIN_MAX];
static struct chain first, second;

/* As if the program of each line had been loaded. */
static bool load(const struct request *rq, struct program *p, struct new_program *loaded)
{
	for (unsigned int i = 0; i < rq->n_entries; i++) {
		const struct program_source *s = &rq->entries[i].source;
		struct origin *o = &p[i].origin;

		p[i] = (struct program){ .fd = -1, .id = s->id ? s->id : 1 + i };
		p[i].plain = rq->entries[i].linkage == WISH_TAIL;
		memcpy(p[i].tag, s->tag, sizeof(s->tag));
		if (s->function && strlen(s->function) >= sizeof(o->function))
			return false;
		o->object = s->object;
		strcpy(o->function, s->function ? s->function : "");
		o->pinmaps = s->pinmaps;
		strcpy(o->sha256, s->sha256 ? s->sha256 : "");
		loaded[i] = (struct new_program){
			.program = &p[i],
			.name = "unnamed",
			.prio = ENTRY_DEFAULT_PRIO,
			.proceed_on = ENTRY_DEFAULT_PROCEED_ON,
		};
	}
	return true;
}

static void check_chain(const struct chain *c)
{
	for (unsigned int i = 0; i < c->n; i++) {
		CHECK(entry_name_valid(c->entries[i].name));
		CHECK(!i || c->entries[i - 1].prio <= c->entries[i].prio);
		for (unsigned int v = 0; v < N_VERDICTS; v++)
			CHECK(!c->entries[i].go_to[v] ||
			      chain_slot(c, c->entries[i].go_to[v]) > (int)i);
	}
}

/* Any text: an error that names a line which there is, or a request. */
static int read_text(char *text, struct chainfile *f, struct request *rq)
{
	struct report r = REPORT_INIT;
	unsigned int lines = 1, line;
	int err;

	for (const char *p = text; *p; p++)
		lines += *p == '\n';
	*rq = (struct request){ .verb = VERB_RESTORE, .file = "f" };
	err = chainfile_parse(f, text, "f", rq, &r);
	CHECK(!err == !*r.error);
	CHECK(!err == (r.status == STATUS_DONE));
	CHECK(rq->n_entries <= CHAIN_MAX || err);
	if (err && sscanf(r.error, "f:%u: ", &line) == 1)
		CHECK(line >= 1 && line <= lines);
	report_free(&r);
	return err;
}

static int make_chain(const struct request *rq, struct program *p, struct chain *c)
{
	static struct new_program loaded[CHAIN_MAX];
	struct report r = REPORT_INIT;
	int err = load(rq, p, loaded) ? 0 : -EINVAL;

	memset(c, 0, sizeof(*c));
	if (!err)
		err = request_edit(rq, loaded, c, &r);
	if (!err)
		err = format_settle(c, rq->format, FORMAT_3, &r);
	report_free(&r);
	return err;
}

/* No byte of what is printed can control a terminal. */
static void check_printed(const char *text)
{
	for (; *text; text += text_utf8_len(text)) {
		CHECK(text_utf8_len(text));
		CHECK((unsigned char)*text >= ' ' || *text == '\n');
		CHECK(*text != 0x7f);
		CHECK((unsigned char)*text != 0xc2 || (unsigned char)text[1] >= 0xa0);
	}
}

static char *print(const struct view *v)
{
	FILE *terminal = stdout;
	char *text = NULL;
	size_t size;

	stdout = open_memstream(&text, &size);
	CHECK(stdout);
	chainfile_print(v, &(struct chainfile_style){ .fresh = FORMAT_UNSET });
	fclose(stdout);
	stdout = terminal;
	return text;
}

static bool same_source(const struct program *a, const struct program *b)
{
	const struct origin *oa = &a->origin, *ob = &b->origin;

	if (!oa->object)
		return a->id == b->id && !memcmp(a->tag, b->tag, sizeof(a->tag));
	return same_text(oa->object, ob->object) && !strcmp(oa->function, ob->function) &&
	       same_text(oa->pinmaps, ob->pinmaps) && !strcmp(oa->sha256, ob->sha256);
}

static void check_read_back(struct view *v)
{
	struct chainfile f;
	struct request rq;
	char *text = print(v);

	check_printed(text);
	CHECK(!read_text(text, &f, &rq));
	CHECK(!make_chain(&rq, programs[1], &second));
	CHECK(second.n == v->chain.n);
	for (unsigned int i = 0; i < second.n; i++) {
		CHECK(same_source(v->chain.entries[i].program, second.entries[i].program));
		/* The ids are the kernel's, not the file's. */
		programs[1][i].id = v->chain.entries[i].program->id;
	}
	CHECK(chain_equal(&v->chain, &second));
	request_free(&rq);
	chainfile_free(&f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct view v;
	struct chainfile f;
	struct request rq;

	if (!read_text(fuzz_text(data, size), &f, &rq) && !make_chain(&rq, programs[0], &first)) {
		check_chain(&first);
		v.mode = rq.modes & XDP_MODE_NATIVE    ? XDP_MODE_NATIVE
			 : rq.modes & XDP_MODE_GENERIC ? XDP_MODE_GENERIC
						       : XDP_MODE_NONE;
		v.chain = first;
		check_read_back(&v);
	}
	request_free(&rq);
	chainfile_free(&f);
	return 0;
}
