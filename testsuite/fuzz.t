#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Run each fuzz target a fixed number of times from a fixed seed: first the seed inputs,
# then mutations of them. `make fuzz` runs longer.

. testsuite/lib/tap.sh

[[ -x obj/fuzz/conf ]] ||
	skip_all 'clang has no libFuzzer or no sanitizers (Debian: libclang-rt-N-dev)'

# Is the mistake found that any target would be expected to find?
cat > "$tap_tmp/wrong.c" <<'END'
int LLVMFuzzerTestOneInput(const unsigned char *data, unsigned long size);
int LLVMFuzzerTestOneInput(const unsigned char *data, unsigned long size)
{
	return size > 3 && data[0] == 'x' && data[size] == 'y' ? 0 : 0;
}
END
clang=$(sed -n 's/^CLANG = //p' obj/config.mk)
ok 'a target that reads one byte too many is built' \
	"$clang" -fsanitize=fuzzer,address -o "$tap_tmp/wrong" "$tap_tmp/wrong.c"
run "$tap_tmp/wrong" -seed=1 -runs=100000 "-artifact_prefix=$tap_tmp/"
isnt "$status" 0 'and found out'
like "$stderr" 'heap-buffer-overflow' 'by the sanitizer'

for file in testsuite/fuzz/*.c; do
	target=$(basename "$file" .c)
	[[ $target != seeds ]] || continue
	run testsuite/fuzz/run --runs 20000 "$target"
	is "$status" 0 "$target: nothing is wrong" || diag "$(tail -n 40 <<< "$stderr")"
	like "$stderr" 'number_of_executed_units: 20[0-9]{3}' "$target: after 20000 inputs"
done

done_testing
