// SPDX-License-Identifier: GPL-2.0-or-later
/* The names of directories of pins. */
#include <limits.h>
#include <string.h>

#include "kernel/store.h"
#include "kernel/store_internal.h"

static const char *const dir_prefix[] = {
	[STORE_LIBXDP] = "dispatch-",
	[STORE_EXTENDED] = "multi-",
	[STORE_UNDO] = "undo-",
};

struct store_dir store_dir_of(enum chain_format format, int ifindex, __u32 id)
{
	const struct format *f = format_of(format);

	return (struct store_dir){
		.kind = f ? f->store : STORE_LIBXDP,
		.ifindex = ifindex,
		.id = id,
	};
}

/* In decimal; returns the end. */
static char *put_number(char *to, __u32 number)
{
	char digits[10];
	int n = 0;

	do {
		digits[n++] = '0' + number % 10;
		number /= 10;
	} while (number);
	while (n)
		*to++ = digits[--n];
	return to;
}

/* printf() is slow here: a command can make one name for each container. */
void store_dir_name(const struct store_dir *d, char *buf)
{
	char *end = put_number(stpcpy(buf, dir_prefix[d->kind]), d->ifindex);

	*end++ = '-';
	*put_number(end, d->id) = '\0';
}

bool store_same_dir(const struct store_dir *a, const struct store_dir *b)
{
	return !store_compare_dirs(a, b);
}

int store_compare_dirs(const struct store_dir *a, const struct store_dir *b)
{
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	if (a->ifindex != b->ifindex)
		return a->ifindex < b->ifindex ? -1 : 1;
	return (a->id > b->id) - (a->id < b->id);
}

/* A decimal number as we write it, at most @max; returns what follows or NULL */
static const char *parse_number(const char *s, __u32 max, __u32 *number)
{
	__u64 n = 0;

	if (*s < '1' || *s > '9')
		return NULL;
	for (; *s >= '0' && *s <= '9'; s++) {
		n = n * 10 + (*s - '0');
		if (n > max)
			return NULL;
	}
	*number = n;
	return s;
}

static bool parse_dir(const char *name, enum store_kind kind, struct store_dir *d)
{
	size_t len = strlen(dir_prefix[kind]);
	__u32 ifindex, id;

	if (strncmp(name, dir_prefix[kind], len) != 0)
		return false;
	name = parse_number(name + len, INT_MAX, &ifindex);
	if (!name || *name++ != '-')
		return false;
	name = parse_number(name, UINT_MAX, &id);
	if (!name || *name)
		return false;
	*d = (struct store_dir){ .kind = kind, .ifindex = ifindex, .id = id };
	return true;
}

bool store_parse_dir(const char *name, struct store_dir *d)
{
	return parse_dir(name, STORE_LIBXDP, d) || parse_dir(name, STORE_EXTENDED, d);
}

bool store_parse_undo_dir(const char *name, struct store_dir *d)
{
	return parse_dir(name, STORE_UNDO, d);
}
