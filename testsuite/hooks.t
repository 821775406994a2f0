#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The files of the hooks: shellcheck accepts the scripts, and systemd the units.
# vm/hooks.t tests what they do, and `make check-boot` tests them with all their callers.

. testsuite/lib/tap.sh
unset MAKEFLAGS MAKELEVEL MFLAGS

[[ -e obj/hooks/systemd/xdp-multi@.service ]] || bail_out 'build first'
root=$tap_tmp/root
callers='systemd udev ifupdown ifupdown-ng networkd-dispatcher networkmanager'

for file in obj/hooks/*/*; do
	name=${file#obj/hooks/}
	not_ok "$name: no placeholder is left" grep -q '@[A-Za-z-]*@' "$file"
	ok "$name: is known as ours" scripts/is-ours "$file"
	[[ $(head -c 2 "$file") == '#!' ]] || continue
	like "$(head -n 1 "$file")" '^#!/bin/sh$' "$name: is a script of sh"
	if type -P shellcheck > /dev/null; then
		ok "$name: shellcheck is content" shellcheck --norc "$file"
	else
		skip 'no shellcheck' "$name: shellcheck is content"
	fi
done

# In a tree of their own, with the units of this machine.
make -s install DESTDIR="$root" HOOKS="$callers" > /dev/null || bail_out 'make install failed'
units=$root$(sed -n 's/.*systemd=\([^ ]*\).*/\1/p' obj/config.txt)
if ! type -P systemd-analyze > /dev/null || [[ ! -d /usr/lib/systemd/system ]]; then
	skip 'no systemd' 'systemd accepts the units'
	done_testing
fi
mkdir -p "$root/bin" "$root/usr/lib/systemd"
cp -r /usr/lib/systemd/system "$root/usr/lib/systemd"
cp /bin/sleep /bin/rm /bin/systemctl "$root/bin"
rules=$(sed -n 's/.*udev=\([^ ]*\).*/\1/p' obj/config.txt)/81-xdp-multi.rules

for unit in xdp-multi@eth0.service xdp-multi-clean.service xdp-multi-clean.path; do
	run systemd-analyze verify --man=no --root="$root" "$unit"
	expect 0 '' '' "systemd-analyze verify $unit"
done
for unit in xdp-multi@eth0.service xdp-multi-clean.service; do
	run systemd-analyze security --offline=true --root="$root" --threshold=35 --no-pager "$unit"
	[[ $stderr == *'unrecognized option'* ]] && skip 'an older systemd' "$unit is restricted" && continue
	expect 0 '~exposure level for [^:]*: [0-3]\.[0-9] OK' '' "systemd-analyze security $unit"
done
sed -i 's/^ProtectHome=.*/ProtectHom=read-only/' "$units/xdp-multi@.service"
run systemd-analyze verify --man=no --root="$root" xdp-multi@eth0.service
like "$stderr" 'ProtectHom' 'that would find a mistake'
if type -P udevadm > /dev/null && udevadm verify --help > /dev/null 2>&1; then
	ok 'udevadm verify' udevadm verify --no-summary "$root$rules"
else
	skip 'no udevadm verify' 'udevadm verify'
fi
done_testing
