// SPDX-License-Identifier: GPL-2.0-or-later
/* Parses single words to values. */
#include "syntax/words.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "model/request.h"
#include "model/format.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

bool words_number(const char *word, unsigned long max, __u32 *value)
{
	unsigned long long n;
	char *end;

	if (!isdigit((unsigned char)*word))
		return false;
	errno = 0;
	n = strtoull(word, &end, 0);
	if (*end || errno || n > max)
		return false;
	*value = n;
	return true;
}

#define ALTNAME_MAX 128 /* size of the kernel's alternative names, with the final 0 */

bool words_ifname(const char *word)
{
	size_t len = strlen(word);

	for (const char *c = word; *c; c++)
		if (*c == '/' || isspace((unsigned char)*c))
			return false;
	return len && len < ALTNAME_MAX;
}

bool words_tag(const char *word, __u8 *bytes)
{
	if (strlen(word) != 2 * BPF_TAG_BYTES)
		return false;
	for (unsigned int i = 0; i < BPF_TAG_BYTES; i++) {
		char pair[3] = { word[2 * i], word[2 * i + 1] };

		if (!isxdigit((unsigned char)pair[0]) || !isxdigit((unsigned char)pair[1]))
			return false;
		bytes[i] = strtoul(pair, NULL, 16);
	}
	return true;
}

/* The bit of the verdict whose name is the first @len characters of @word, else 0. */
static __u32 verdict_bit(const char *word, size_t len)
{
	for (unsigned int v = 0; v < N_VERDICTS; v++)
		if (strlen(verdict_name(v)) == len && !strncmp(word, verdict_name(v), len))
			return VERDICT_BIT(v);
	return 0;
}

bool words_actions(const char *word, __u32 *mask)
{
	*mask = 0;
	if (!strcmp(word, "none"))
		return true;
	if (!strcmp(word, "all")) {
		*mask = VERDICTS_ALL;
		return true;
	}
	for (;;) {
		size_t len = strcspn(word, ",");
		__u32 bit = verdict_bit(word, len);

		if (!bit)
			return false;
		*mask |= bit;
		if (!word[len])
			return true;
		word += len + 1;
	}
}

bool words_mode(const char *word, unsigned int *modes)
{
	static const struct {
		const char *word;
		unsigned int modes;
	} known[] = {
		{ "auto", XDP_MODE_AUTO },	 { "native", XDP_MODE_NATIVE },
		{ "generic", XDP_MODE_GENERIC }, { "xdpdrv", XDP_MODE_NATIVE },
		{ "drv", XDP_MODE_NATIVE },	 { "xdpgeneric", XDP_MODE_GENERIC },
		{ "skb", XDP_MODE_GENERIC },
	};

	for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
		if (strcmp(word, known[i].word))
			continue;
		*modes = known[i].modes;
		return true;
	}
	return false;
}

bool words_format(const char *word, enum chain_format *format)
{
	const struct format *f = format_by_name(word);

	if (f)
		*format = f->version;
	return f;
}
