// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * seeds DIRECTORY - write the seeds that are no text: what our own code makes of
 * some chains, as the targets conf, dispatcher_btf, label_map and run_config
 * want it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <bpf/btf.h>

#include "model/conf.h"
#include "dispatcher/dispatcher_btf.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

static const char *directory;

static FILE *create(const char *target, const char *name)
{
	char path[4096];
	FILE *out;

	snprintf(path, sizeof(path), "%s/%s", directory, target);
	mkdir(path, 0777);
	snprintf(path, sizeof(path), "%s/%s/%s", directory, target, name);
	out = fopen(path, "w");
	if (!out) {
		perror(path);
		exit(1);
	}
	return out;
}

static void put_length(size_t length, FILE *out)
{
	putc(length & 0xff, out);
	putc(length >> 8, out);
}

/* The length of the types, types, strings: see btf.h. */
static void put_btf(const struct btf *btf, FILE *out)
{
	__u32 size;
	const char *raw = btf__raw_data(btf, &size);
	const struct btf_header *h = (const void *)raw;

	put_length(h->type_len, out);
	fwrite(raw + h->hdr_len + h->type_off, 1, h->type_len, out);
	fwrite(raw + h->hdr_len + h->str_off, 1, h->str_len, out);
}

static struct program programs[] = {
	{ .fd = -1,
	  .id = 1,
	  .frags = true,
	  .origin = { .object = "/o/a b.o",
		      .section = "xdp",
		      .function = "f",
		      .sha256 = "00",
		      .pinmaps = "/sys/fs/bpf/m",
		      .added = 1 } },
	{ .fd = -1, .id = 2, .devbound = true },
	{ .fd = -1, .id = 3, .plain = true, .no_type = true },
};

static void fill(struct chain *c, enum chain_format format, unsigned int n)
{
	memset(c, 0, sizeof(*c));
	c->format = format;
	c->n = n;
	for (unsigned int i = 0; i < n; i++) {
		struct entry *e = &c->entries[i];

		snprintf(e->name, sizeof(e->name), "e%u", i);
		e->uid = i + 1;
		e->prio = i;
		e->proceed_on = i % 32;
		e->program = &programs[i % (format == FORMAT_EXTENDED ? 3 : 2)];
		if (format != FORMAT_EXTENDED)
			continue;
		e->disabled = i == 3;
		e->linkage = e->program->plain ? LINKAGE_TAIL : LINKAGE_EXT;
		if (i + 2 < n)
			rules_set(e, VERDICT_BIT(VERDICT_DROP), FATE_GOTO, n);
	}
}

static void write_chain(const char *name, enum chain_format format, unsigned int n)
{
	static __u32 buf[CONF_MAX_SIZE / sizeof(__u32)];
	static struct chain c;
	struct dispatcher_types types;
	struct btf *btf;
	size_t size;
	FILE *out;

	fill(&c, format, n);
	size = format_encode(&c, buf);
	out = create("conf", name);
	putc(format, out);
	fwrite(buf, 1, size, out);
	fclose(out);

	out = create("dispatcher_btf", name);
	btf = dispatcher_btf_make(&c, &types);
	putc(n, out);
	put_btf(btf, out);
	btf__free(btf);
	fclose(out);
}

/* Format 1, which is only read: a head, two arrays of ten words. */
static void write_format_1(void)
{
	FILE *out = create("conf", "1");

	putc(FORMAT_1, out);
	fwrite("\x02\0\0", 1, 4, out);
	for (unsigned int i = 0; i < 20; i++)
		fwrite("\x04\0\0", 1, 4, out);
	fclose(out);
}

static void write_label_map(void)
{
	static const struct {
		const char *name, *value;
	} vars[] = {
		{ "bpf_metadata_multi_name", "fw" },
		{ "bpf_metadata_multi_proceed_on", "5" },
		{ "bpf_metadata_multi_object", "/o/a.o" },
		{ "other", "x" },
	};
	struct btf *btf = btf__new_empty();
	int chars = btf__add_int(btf, "char", 1, BTF_INT_CHAR);
	int ids[ARRAY_SIZE(vars)];
	size_t size = 0;
	FILE *out = create("label_map", "four");

	for (size_t i = 0; i < ARRAY_SIZE(vars); i++) {
		size_t len = strlen(vars[i].value) + 1;
		int array = btf__add_array(btf, chars, chars, len);

		ids[i] = btf__add_var(btf, vars[i].name, BTF_VAR_STATIC, array);
		size += len;
	}
	btf__add_datasec(btf, ".rodata", size);
	put_length(size, out);
	size = 0;
	for (size_t i = 0; i < ARRAY_SIZE(vars); i++) {
		size_t len = strlen(vars[i].value) + 1;

		btf__add_datasec_var_info(btf, ids[i], size, len);
		fwrite(vars[i].value, 1, len, out);
		size += len;
	}
	put_btf(btf, out);
	btf__free(btf);
	fclose(out);
}

/* Of the objects that have such a section the ones behind the directory. */
static void write_run_config(const char *object, int number)
{
	struct btf *btf = btf__parse_elf(object, NULL);
	char name[16];
	FILE *out;

	snprintf(name, sizeof(name), "%d", number);
	if (!btf) {
		fprintf(stderr, "%s has no BTF\n", object);
		exit(1);
	}
	out = create("run_config", name);
	put_btf(btf, out);
	btf__free(btf);
	fclose(out);
}

int main(int argc, char **argv)
{
	if (argc < 2)
		return 1;
	directory = argv[1];
	mkdir(directory, 0777);
	write_format_1();
	write_chain("2", FORMAT_2, 3);
	write_chain("3", FORMAT_3, 10);
	write_chain("extended", FORMAT_EXTENDED, 12);
	write_label_map();
	for (int i = 2; i < argc; i++)
		write_run_config(argv[i], i);
	return 0;
}
