// SPDX-License-Identifier: GPL-2.0-or-later
/* Object files, as far as they are read before anything is loaded. */
#include "fuzz.h"

#include <unistd.h>

#include <bpf/libbpf.h>

#include "object/object.h"

static char path[] = "/tmp/fuzz-object-XXXXXX";
static int fd = -1;

static void remove_file(void)
{
	unlink(path);
}

static void write_file(const uint8_t *data, size_t size)
{
	if (fd < 0) {
		fd = mkstemp(path);
		CHECK(fd >= 0);
		atexit(remove_file);
	}
	CHECK(!ftruncate(fd, 0));
	CHECK(pwrite(fd, data, size, 0) == (ssize_t)size);
}

static int check_open(const struct program_source *src)
{
	struct report r = REPORT_INIT;
	struct object o;
	int err = object_open(src, NULL, &o, &r);

	CHECK(!err == !*r.error);
	CHECK(!err == (r.status == STATUS_DONE));
	if (!err) {
		CHECK(o.proceed_on <= VERDICTS_ALL);
		CHECK(!strcmp(o.program.origin.object, path));
		CHECK(strlen(o.program.origin.sha256) == 64);
		CHECK(o.prog);
		CHECK(o.program.fd < 0);
	}
	object_close(&o);
	report_free(&r);
	return err;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct program_source src = { .object = path };

	write_file(data, size);
	if (check_open(&src)) {
		src.section = "xdp";
		check_open(&src);
	}
	return 0;
}
