// SPDX-License-Identifier: GPL-2.0-or-later
/* .BTF.ext of an object file. */
#include "object/btf_ext.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/btf.h>

#include "object/btf_function.h"
#include "object/reach.h"

/* The layout that compilers and libbpf use; each part has a record size and, for
 * each section, a head and its records. */
struct head {
	__u16 magic;
	__u8 version;
	__u8 flags;
	__u32 size;
	struct {
		__u32 offset, size;
	} part[3];
};

struct section_head {
	__u32 name;
	__u32 n;
};

enum part {
	FUNC_INFO,
	LINE_INFO,
	RELOCATIONS,
};

/* The records of each part; the first word is always an instruction offset. */
struct func_record {
	__u32 offset, type;
};

struct line_record {
	__u32 offset, file, line, column;
};

struct core_record {
	__u32 offset, type, access, kind;
};

static const size_t record_size[] = {
	[FUNC_INFO] = sizeof(struct func_record),
	[LINE_INFO] = sizeof(struct line_record),
	[RELOCATIONS] = sizeof(struct core_record),
};

struct buffer {
	char *data;
	size_t size;
	bool failed;
};

/*
 * struct make - a section that is being made
 * @types: per symbol, the type of the function in the source, else 0
 * @lines: functions with a line for their first instruction
 */
struct make {
	const struct btf_ext_source *from;
	struct btf *btf;
	__u32 *types;
	bool *lines;
	struct buffer parts[3];
};

static void put(struct buffer *b, const void *data, size_t size)
{
	char *grown = b->failed ? NULL : realloc(b->data, b->size + size);

	if (!grown) {
		b->failed = true;
		return;
	}
	b->data = grown;
	memcpy(b->data + b->size, data, size);
	b->size += size;
}

/* ---- what the source has ---- */

/* Copy a string of the source; an invalid one becomes empty. */
static __u32 move_string(const struct make *m, __u32 offset)
{
	const char *text = btf__name_by_offset(m->from->old, offset);
	int at = text ? btf__add_str(m->btf, text) : 0;

	return at < 0 ? 0 : at;
}

static void note_function(struct make *m, unsigned int section, const struct func_record *f)
{
	const __u32 *item = elf_find(m->from->to->elf, section, f->offset);
	const struct btf_type *t = btf__type_by_id(m->btf, f->type);

	if (item && m->from->to->elf->symbols[*item].st_value == f->offset && t && btf_is_func(t))
		m->types[*item] = f->type;
}

static void keep_line(struct make *m, unsigned int section, struct line_record *l,
		      struct buffer *to)
{
	const __u32 *item = elf_find(m->from->to->elf, section, l->offset);

	if (item && m->from->to->elf->symbols[*item].st_value == l->offset)
		m->lines[*item] = true;
	l->file = move_string(m, l->file);
	l->line = move_string(m, l->line);
	put(to, l, sizeof(*l));
}

static void keep_relocation(struct make *m, struct core_record *c, struct buffer *to)
{
	c->access = move_string(m, c->access);
	put(to, c, sizeof(*c));
}

static void take_record(struct make *m, enum part part, unsigned int section, const char *data,
			struct buffer *to)
{
	union {
		__u32 offset;
		struct func_record func;
		struct line_record line;
		struct core_record core;
	} record;

	memcpy(&record, data, record_size[part]);
	if (!reach_has_place(m->from->to, section, record.offset))
		return;
	if (part == FUNC_INFO)
		note_function(m, section, &record.func);
	else if (part == LINE_INFO)
		keep_line(m, section, &record.line, to);
	else
		keep_relocation(m, &record.core, to);
}

static const char *name_of_section(const struct make *m, unsigned int section)
{
	return section == m->from->section ? m->from->section_name
					   : m->from->to->elf->sections[section].name;
}

static void put_section(struct make *m, enum part part, unsigned int section,
			const struct buffer *records)
{
	__u32 size = record_size[part];
	struct section_head head = { .n = records->size / size };
	int name;

	if (!head.n)
		return;
	name = btf__add_str(m->btf, name_of_section(m, section));
	if (name < 0)
		m->parts[part].failed = true;
	head.name = name;
	if (!m->parts[part].size)
		put(&m->parts[part], &size, sizeof(size));
	put(&m->parts[part], &head, sizeof(head));
	put(&m->parts[part], records->data, records->size);
}

static void take_section(struct make *m, enum part part, const struct section_head *head,
			 const char *data, __u32 step)
{
	const char *name = btf__name_by_offset(m->from->old, head->name);
	unsigned int section = name ? elf_section_named(m->from->to->elf, name) : 0;
	struct buffer records = { 0 };

	for (__u32 i = 0; section && i < head->n; i++)
		take_record(m, part, section, data + (size_t)i * step, &records);
	if (records.failed)
		m->parts[part].failed = true;
	else
		put_section(m, part, section, &records);
	free(records.data);
}

/* Stop at inconsistent data: the rest is made anew or left out. */
static void take_part(struct make *m, enum part part, const char *data, size_t size)
{
	struct section_head head;
	__u32 step;

	if (size < sizeof(step))
		return;
	memcpy(&step, data, sizeof(step));
	data += sizeof(step);
	size -= sizeof(step);
	if (step < record_size[part])
		return;
	while (size >= sizeof(head)) {
		memcpy(&head, data, sizeof(head));
		data += sizeof(head);
		size -= sizeof(head);
		if (head.n > size / step)
			return;
		take_section(m, part, &head, data, step);
		data += (size_t)head.n * step;
		size -= (size_t)head.n * step;
	}
}

static void take_source(struct make *m)
{
	const struct btf_ext_source *from = m->from;
	struct head head = { 0 };

	if (!from->data || from->size < offsetof(struct head, part[RELOCATIONS]))
		return;
	memcpy(&head, from->data, from->size < sizeof(head) ? from->size : sizeof(head));
	if (head.magic != BTF_MAGIC || head.version != BTF_VERSION || head.flags ||
	    head.size < offsetof(struct head, part[RELOCATIONS]) || head.size > from->size)
		return;
	for (int i = FUNC_INFO; i <= RELOCATIONS; i++) {
		size_t rest = from->size - head.size;

		if (i == RELOCATIONS && head.size < sizeof(head))
			break;
		if (head.part[i].offset <= rest && head.part[i].size <= rest - head.part[i].offset)
			take_part(m, i, from->data + head.size + head.part[i].offset,
				  head.part[i].size);
	}
}

/* ---- the types of functions ---- */

static int function_type(struct make *m, __u32 symbol)
{
	const struct elf_file *e = m->from->to->elf;
	const char *name = elf_symbol_name(e, symbol);
	int id = m->types[symbol];

	if (!id)
		id = btf__find_by_name_kind(m->btf, name, BTF_KIND_FUNC);
	if (id <= 0)
		id = btf_function_add(m->btf, name);
	if (id < 0)
		return -ENOMEM;
	if (symbol == m->from->chosen)
		return btf_function_fix_prototype(m->btf, id) ? -ENOMEM : id;
	btf_function_fix_linkage(m->btf, id, &e->symbols[symbol]);
	return id;
}

static bool is_reached(const struct make *m, __u32 symbol)
{
	return m->from->to->symbols[symbol] && elf_is_function(m->from->to->elf, symbol);
}

/* libbpf requires the functions in the order of their offsets. */
static int make_func_info(struct make *m)
{
	const struct elf_file *e = m->from->to->elf;
	struct buffer records = { 0 };
	unsigned int section = 0;
	int err = 0;

	for (unsigned int i = 0; !err && i < e->n_items; i++) {
		const Elf64_Sym *s = &e->symbols[e->items[i]];
		struct func_record record = { .offset = s->st_value };
		int type;

		if (!is_reached(m, e->items[i]))
			continue;
		if (s->st_shndx != section) {
			put_section(m, FUNC_INFO, section, &records);
			records.size = 0;
			section = s->st_shndx;
		}
		type = function_type(m, e->items[i]);
		err = type < 0 ? type : 0;
		record.type = type;
		put(&records, &record, sizeof(record));
	}
	put_section(m, FUNC_INFO, section, &records);
	free(records.data);
	return records.failed ? -ENOMEM : err;
}

/* The kernel requires a line for the start of every function, or no lines at all. */
static void check_lines(struct make *m)
{
	const struct elf_file *e = m->from->to->elf;

	for (unsigned int i = 0; i < e->n_items; i++)
		if (is_reached(m, e->items[i]) && !m->lines[e->items[i]])
			m->parts[LINE_INFO].size = 0;
}

/* ---- the whole ---- */

static char *join(struct make *m, size_t *size)
{
	struct head head = { .magic = BTF_MAGIC, .version = BTF_VERSION, .size = sizeof(head) };
	struct buffer all = { 0 };

	for (int i = FUNC_INFO, at = 0; i <= RELOCATIONS; i++) {
		head.part[i].offset = at;
		head.part[i].size = m->parts[i].size;
		at += m->parts[i].size;
	}
	put(&all, &head, sizeof(head));
	for (int i = FUNC_INFO; i <= RELOCATIONS; i++) {
		all.failed |= m->parts[i].failed;
		if (m->parts[i].size)
			put(&all, m->parts[i].data, m->parts[i].size);
	}
	if (all.failed) {
		free(all.data);
		return NULL;
	}
	*size = all.size;
	return all.data;
}

char *btf_ext_make(const struct btf_ext_source *from, struct btf *btf, size_t *size)
{
	unsigned int n = from->to->elf->n_symbols;
	struct make m = {
		.from = from,
		.btf = btf,
		.types = calloc(n, sizeof(*m.types)),
		.lines = calloc(n, sizeof(*m.lines)),
	};
	char *data = NULL;

	if (m.types && m.lines) {
		take_source(&m);
		check_lines(&m);
		if (!make_func_info(&m))
			data = join(&m, size);
	}
	for (int i = FUNC_INFO; i <= RELOCATIONS; i++)
		free(m.parts[i].data);
	free(m.types);
	free(m.lines);
	return data;
}
