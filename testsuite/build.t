#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# configure and make work in other environments, in copies of the sources.

. testsuite/lib/tap.sh
unset MAKEFLAGS MAKELEVEL MFLAGS CC CFLAGS CPPFLAGS LDFLAGS AR CLANG PKG_CONFIG CROSS_COMPILE
here=$PWD

# copy DIR: the sources, without what was built
copy() {
	mkdir -p "$1"
	tar -c --exclude=./obj --exclude=./.git --exclude=./ip/ip . | tar -x -C "$1"
}

# A tree whose scripts/deps only says that it was called.
one=$tap_tmp/one two=$tap_tmp/another/two
copy "$one"
cd "$one" || bail_out 'no copy'
printf '#!/bin/sh\necho "deps $*"\n' > scripts/deps

### Without a configuration

for target in all ip/ip install obj/bpf/pass.o bench; do
	run make "$target"
	expect 2 '' '~Not configured\. Run \./configure; if a package is missing, run "make deps" first' \
		"make $target: says what to do"
done
ok 'nothing was configured or built' test ! -e obj
run make deps
expect 0 '~deps build test' '' 'make deps installs'
for target in check demo shell; do
	make -n "$target" > "$tap_tmp/out" 2>&1
	is "$(head -n 2 "$tap_tmp/out" | cut -d ' ' -f 1-2 | xargs)" "deps build configured $(< VERSION):" \
		"make $target installs and configures"
	rm -rf obj
done
run make help
expect 0 '~make check' '' 'make help needs nothing'

### configure

# config VARIABLE: as make reads it
config() {
	make -s -f - show <<< "include obj/config.mk
show:
	@echo '\$($1)'"
}

run ./configure --bogus
expect 1 '' '~unknown argument --bogus' 'an unknown argument'
run ./configure CFLAGS='-O1 -DUSER=1' LDFLAGS=-Wl,-O1 CPPFLAGS=-DPRE --prefix=/opt/x --enable-werror
expect 0 '~configured' '' 'configure with flags'
is "$(config CFLAGS) $(config LDFLAGS) $(config CPPFLAGS)" '-O1 -DUSER=1 -Wl,-O1 -DPRE' 'flags are kept as they are'
is "$(config SBINDIR)" /opt/x/sbin 'directories follow the prefix'
object=obj/lib/model/path.o bytes=obj/lib/kernel/refcount.o
make "$object" "$bytes" > "$tap_tmp/out" || bail_out 'cannot compile'
./configure CFLAGS='-O1 -DUSER=1' LDFLAGS=-Wl,-O1 CPPFLAGS=-DPRE --prefix=/opt/x --enable-werror > "$tap_tmp/out"
ok 'the same configuration again: nothing is compiled again' make -q "$object" "$bytes"
./configure CFLAGS=-O0 > "$tap_tmp/out"
run make -q "$object"
is "$status" 1 'another one: everything is'
touch -d '1 minute' configure
run make "$object"
expect 2 '' "~configure has changed\. Run \./configure 'CFLAGS=-O0' again" 'a changed configure: make says so'
touch -d '1 minute ago' configure

### make's command line

run make -nB V=1 CPPFLAGS=-DPRE CFLAGS=-O0 CC='cc -DCC' CLANG='clang -DBPF' "$object" obj/bpf/refcount.o
like "$stdout" '[[:space:]]cc -DCC .*-Ilib .*-DPRE -O0 ' 'CC, CPPFLAGS and CFLAGS are used, after our own'
like "$stdout" 'clang -DBPF -target bpfe[lb]' 'and CLANG'
run make -nB V=1 CFLAGS=-O0 LDFLAGS=-Wl,-z,now AR=my-ar ip/ip
like "$stdout" 'cc.* -O0 .*-Wl,-z,now .*-o ip/ip' 'LDFLAGS'
like "$stdout" 'my-ar rcs' 'AR'
for words in 'PREFIX=/usr' 'PREFIX=/usr SBINDIR=/sbin'; do
	# shellcheck disable=SC2086
	run make -nB V=1 $words DESTDIR=/d install
	sbin=/usr/sbin
	[[ $words != *SBINDIR* ]] || sbin=/sbin
	like "$stdout" "DESTDIR='/d' SBINDIR='$sbin' MANDIR='/usr/share/man'" "make $words: directories follow"
	like "$stdout" 'systemd=/usr/lib/systemd/system .*networkd-dispatcher=/usr/lib/' 'those of hooks, too'
done

### What is optional

./configure --without-pcap --without-cni --without-oci > "$tap_tmp/out" || bail_out 'cannot configure'
run make -n all
is "$(grep -E 'obj/(cni|oci|ip/capture)' <<< "$stdout")" '' 'without the plugin, the hook and libpcap: not built'
ok 'what takes the place of libpcap is compiled' make -s CFLAGS=-Werror obj/ip/no_pcap.o
run make -n install
like "$stdout" "WITH_CNI='' WITH_OCI=''" 'nor installed'
run ./configure --without-oci --with-oci-hooks
expect 1 '' '~--with-oci-hooks needs the hook' 'and not asked for'

### The same from another directory

./configure > "$tap_tmp/out"
copy "$two"
(cd "$two" && ./configure > "$tap_tmp/out") || bail_out 'cannot configure'
files=(obj/lib/model/path.o "$bytes" obj/bpf/refcount.o obj/bpf/firewall.o)
for dir in "$one" "$two"; do
	make -C "$dir" "${files[@]}" > "$tap_tmp/out" 2>&1 || bail_out "$(< "$tap_tmp/out")"
done
for file in "${files[@]}"; do
	ok "$file is the same, byte by byte" cmp "$one/$file" "$two/$file"
done
cd "$here" || exit
done_testing
