#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# make install and make uninstall never overwrite or remove files of others in their
# directories. As root, this also tests the real /usr, below an overlay, with the system's
# own ip.

if [[ ${1-} != inside ]] && unshare --mount --propagation private true 2> /dev/null; then
	exec unshare --mount --propagation private bash "$0" inside
fi
. testsuite/lib/tap.sh
unset MAKEFLAGS MAKELEVEL MFLAGS

[[ -x ip/ip && -e obj/man/man8/ip-xdp-multi.8 ]] || bail_out 'build first'
system=$(sed -n 's/^SYSTEM_IP = //p' obj/config.mk)
completion=share/bash-completion/completions
root=$tap_tmp/root

other_hooks='ifupdown=/etc/network ifupdown-ng=/usr/libexec/ifupdown-ng'
other_hooks+=' networkd-dispatcher=/etc/networkd-dispatcher networkmanager=/etc/NetworkManager/dispatcher.d'
all_hooks='systemd udev ifupdown ifupdown-ng networkd-dispatcher networkmanager'

# make_in PREFIX TARGET VARIABLES...
make_in() {
	make -s "$2" SBINDIR="$1/sbin" MANDIR="$1/share/man" COMPLETIONDIR="$1/$completion" \
		BASHSTARTDIR=/etc/bash_completion.d ZSHDIR="$1/share/zsh/site-functions" \
		INCLUDEDIR="$1/include" PKGCONFIGDIR="$1/share/pkgconfig" \
		LIBEXECDIR="$1/libexec" CNIDIR="$1/lib/cni" OCIHOOKSDIR= DATADIR="$1/share/xdp-multi" HOOKS= \
		HOOK_DIRS="systemd=$1/lib/systemd/system udev=$1/lib/udev/rules.d $other_hooks" \
		SYSTEM_IP=/usr/bin/ip INSTALL_IP=yes DESTDIR="$root" "${@:3}"
}

# files: all that is not a directory, with its contents or where it leads.
files() {
	(cd "$root" && find . -type l -printf '%P -> %l\n' -o ! -type d -printf '%P ' \
		-exec sh -c 'sha256sum < "$1" | cut -c 1-8' - {} \; | sort)
}

names() {
	files | cut -d ' ' -f 1 | xargs
}

# ours PREFIX [WITH-IP]: the names of what an installation has
ours() {
	local all=("$1/$completion/ip-xdp-multi" "$1"/share/man/man8/ip{-link,}-xdp-multi.8
		"$1"/share/man/man5/xdp-multi{.chain,.conf,-json}.5 "$1/share/man/man7/xdp-multi.7" "$1"/share/man/man8/xdp-multi-{cni,hooks,oci}.8
		"$1/lib/cni/xdp-multi" "$1/libexec/xdp-multi/xdp-multi-oci"
		"$1"/include/xdp-multi/xdp_{multi,dispatcher}.h "$1/share/pkgconfig/ip-xdp-multi.pc"
		"$1/sbin/ip-xdp-multi" "$1/share/zsh/site-functions/_ip-xdp-multi")

	mapfile -t -O "${#all[@]}" all < <(cd hooks && printf "$1/share/xdp-multi/hooks/%s\n" */*.in |
		sed 's/\.in$//')
	[[ -z ${2-} ]] || all+=("$1/$completion/ip" "$1/sbin/ip" etc/bash_completion.d/ip-xdp-multi)
	printf '%s\n' "${all[@]}" | sort | xargs
}

# foreign FILE: a file of somebody else
foreign() {
	mkdir -p "$(dirname "$root/$1")"
	echo "of $1" > "$root/$1"
	chmod 755 "$root/$1"
}

start() {
	rm -rf "$root"
	mkdir "$root"
}

start
run make_in /usr/local install
expect 0 '*' '' 'make install below /usr/local'
is "$(names)" "$(ours usr/local ip)" 'installs the program, man pages and completion, and ip too'
is "$(readlink "$root/usr/local/sbin/ip")" ip-xdp-multi 'ip is a symlink'
is "$("$root/usr/local/sbin/ip-xdp-multi" -V)" "ip-xdp-multi utility, $(< VERSION)" 'the program runs'
before=$(files)
run make_in /usr/local install
is "$status $(files)" "0 $before" 'again: the same'
run make_in /usr/local install INSTALL_IP=
is "$status $(names)" "0 $(ours usr/local)" 'without the name ip, that is taken back'
run make_in /usr/local install
is "$status $(names)" "0 $(ours usr/local ip)" 'and with it, given again'
cp --remove-destination ip/ip "$root/usr/local/sbin/ip"
run make_in /usr/local install
is "$status $(files)" "0 $before" 'a copy of ours under that name is replaced'
run make_in /usr/local uninstall INSTALL_IP=
is "$status $(names)" '0 ' 'make uninstall removes all of it, however it was configured'

# Somebody who has no more than what is installed compiles an example.
start
make_in /usr/local install > /dev/null
set_by_configure() {
	sed -n "s/^$1 = //p" obj/config.mk
}
flags() {
	PKG_CONFIG_PATH=$root/usr/local/share/pkgconfig "$(set_by_configure PKG_CONFIG)" \
		--define-variable=includedir="$root/usr/local/include" "$@" ip-xdp-multi
}
is "$(flags --modversion)" "$(< VERSION)" 'pkg-config knows the version'
read -ra bpf_flags <<< "$(set_by_configure BPF_CFLAGS)"
mkdir "$tap_tmp/author"
cp bpf/blocklist.bpf.c "$tap_tmp/author"
# shellcheck disable=SC2046
ok 'an example compiles with the installed header' "$(set_by_configure CLANG)" -target bpf -O2 -g \
	-Wall -Werror "${bpf_flags[@]}" $(flags --cflags) -c -o "$tap_tmp/author/blocklist.o" \
	"$tap_tmp/author/blocklist.bpf.c"
like "$(bpftool btf dump file "$tap_tmp/author/blocklist.o")" "nr_elems=10.*VAR '_blocklist'.*'.xdp_run_config'" \
	'that has the defaults in its BTF'
echo '#include <xdp_dispatcher.h>' > "$tap_tmp/author/layout.c"
# shellcheck disable=SC2046
ok 'the other header compiles alone' "$(set_by_configure CC)" -Wall -Werror $(flags --cflags) \
	-c -o "$tap_tmp/author/layout.o" "$tap_tmp/author/layout.c"
make_in /usr/local uninstall > /dev/null

# What acts by itself is installed where that was asked for.
start
# shellcheck disable=SC2046
has_oci=$(printf '%s\n' etc/containers/oci/hooks.d/50-xdp-multi.json $(ours usr/local ip) | sort | xargs)
run make_in /usr/local install OCIHOOKSDIR=/etc/containers/oci/hooks.d
is "$status $(names)" "0 $has_oci" 'with the hook for container engines'
is "$(jq -r '.version + " " + (.stages | join(" "))' "$root/etc/containers/oci/hooks.d/50-xdp-multi.json")" \
	'1.0.0 createRuntime poststop' 'that is JSON'
run make_in /usr/local uninstall OCIHOOKSDIR=/etc/containers/oci/hooks.d
is "$status $(names)" '0 ' 'make uninstall removes that too'

# Hooks that act.
acting=$(sort <<END | xargs
etc/network/if-pre-up.d/xdp-multi
etc/network/if-up.d/xdp-multi
etc/networkd-dispatcher/carrier.d/xdp-multi
etc/networkd-dispatcher/configuring.d/xdp-multi
etc/networkd-dispatcher/degraded.d/xdp-multi
etc/networkd-dispatcher/routable.d/xdp-multi
etc/NetworkManager/dispatcher.d/pre-up.d/xdp-multi
usr/libexec/ifupdown-ng/xdp-multi
usr/local/libexec/xdp-multi/xdp-multi-stop
usr/local/libexec/xdp-multi/xdp-multi-wanted
usr/local/lib/systemd/system/paths.target.wants/xdp-multi-clean.path
usr/local/lib/systemd/system/xdp-multi-clean.path
usr/local/lib/systemd/system/xdp-multi-clean.service
usr/local/lib/systemd/system/xdp-multi@.service
usr/local/lib/udev/rules.d/81-xdp-multi.rules
END
)
start
foreign etc/network/if-pre-up.d/xdp-multi
run make_in /usr/local install
expect 0 '*' '' "somebody else's file in the place of a hook that is not wanted"
before=$(files)
run make_in /usr/local install HOOKS="$all_hooks"
expect 2 '' "~$root/etc/network/if-pre-up.d/xdp-multi is not ours; nothing was installed" 'and of one that is'
is "$(files)" "$before" 'nothing is installed'
rm -r "${root:?}/etc"
run make_in /usr/local install HOOKS="$all_hooks"
is "$status $(names)" "0 $(echo "$(ours usr/local ip) $acting" | xargs -n 1 | sort | xargs)" 'all hooks'
for file in "$root"/etc/network/*/xdp-multi "$root"/etc/networkd-dispatcher/*/xdp-multi; do
	ok "$file can be run" test -x "$file" -a ! -L "$file"
done
run make_in /usr/local install HOOKS=ifupdown
is "$(names | xargs -n 1 | grep -v usr/local | xargs)" 'etc/bash_completion.d/ip-xdp-multi etc/network/if-pre-up.d/xdp-multi etc/network/if-up.d/xdp-multi' \
	'one of them, and the others are taken back'
run make_in /usr/local uninstall
is "$status $(names)" '0 ' 'make uninstall removes them, however it was configured'

# Where the system's ip is.
only='~Installed as ip-xdp-multi only, not as ip: /usr/sbin is where the system.s ip belongs\.$'
for how in 'nothing yet' 'files' 'a link to /bin' 'one directory' 'ours from an older version'; do
	start
	case $how in
	files) foreign usr/sbin/ip ;;
	'a link to /bin')
		foreign usr/bin/ip
		mkdir "$root/usr/sbin"
		ln -s usr/bin "$root/bin"
		ln -s /bin/ip "$root/usr/sbin/ip"
		;;
	'one directory')
		foreign usr/bin/ip
		ln -s bin "$root/usr/sbin"
		;;
	esac
	foreign "usr/$completion/ip"
	before=$(files)
	if [[ $how == ours* ]]; then
		mkdir -p "$root/usr/sbin"
		ln -s ip-xdp-multi "$root/usr/sbin/ip"
	fi
	run make_in /usr install
	expect 0 "$only" '' "below /usr, in which is $how: it is said that ip is not installed"
	is "$(files | grep -v xdp-multi)" "$before" 'and what was there stays'
	is "$(names | xargs -n 1 | grep -c xdp-multi)" "$(ours usr | wc -w)" 'the rest is installed'
	run make_in /usr install
	run make_in /usr uninstall
	is "$status $(files)" "0 $before" 'and removed, and nothing else'
done
start
mkdir -p "$root/usr/local" "$root/usr/sbin"
ln -s ../sbin "$root/usr/local/sbin"
run make_in /usr/local install
expect 0 '~only, not as ip' '' '/usr/local/sbin that is /usr/sbin'
run make_in /usr/local/.. install
expect 0 '~only, not as ip' '' 'and /usr by another name'

# The name ip is somebody else's.
start
mkdir -p "$root/usr/local/sbin" "$root/usr/local/$completion"
ip=$root/usr/local/sbin/ip
for how in "cp $system" 'cp testsuite/completion.t' 'ln -s /opt/ip-xdp-multi/sbin/ip-xdp-multi' \
	'ln -s busybox' 'ln -s /nowhere' 'mkdir'; do
	$how "$ip"
	: > "$root/usr/local/$completion/ip"
	before=$(files)
	run make_in /usr/local install
	expect 0 "~Installed as ip-xdp-multi only, not as ip: $ip is not ours\.$" '' "$how ip: it is kept"
	run make_in /usr/local uninstall
	is "$status $(files)" "0 $before" 'also by uninstall'
	rm -r "$ip"
done

# It becomes that of somebody else later.
start
make_in /usr/local install > /dev/null
rm "$ip"
cp "$system" "$ip"
run make_in /usr/local install
is "$status $(sha256sum < "$ip")" "0 $(sha256sum < "$system")" 'an upgrade leaves the ip that came meanwhile'
run make_in /usr/local uninstall
is "$status $(names)" '0 usr/local/sbin/ip' 'and so does uninstall'
rm "$ip"

# The other names, too.
for file in sbin/ip-xdp-multi include/xdp-multi/xdp_multi.h share/pkgconfig/ip-xdp-multi.pc share/man/man8/ip-xdp-multi.8 "$completion/ip-xdp-multi" \
	share/zsh/site-functions/_ip-xdp-multi; do
	start
	foreign "usr/local/$file"
	before=$(files)
	run make_in /usr/local install
	expect 2 '' "~$file is not ours; nothing was installed" "somebody else's $file"
	is "$(files)" "$before" 'nothing is installed'
	run make_in /usr/local uninstall
	is "$status $(files)" "0 $before" 'nor removed'
done

# configure, in a tree of its own.
mkdir "$tap_tmp/tree"
cp -r configure VERSION scripts "$tap_tmp/tree"
configured() {
	(cd "$tap_tmp/tree" && ./configure "$@")
}
ln -s "$PWD/ip/ip" "$tap_tmp/ip"
run configured --with-system-ip="$tap_tmp/ip"
expect 1 '' "~$tap_tmp/ip is this program itself" 'configure takes no ip of ours for that of the system'

# ---- the real /usr, under an overlay ----

# changed: what the overlay has of its own
changed() {
	(cd "$layer/upper" && find . ! -type d -printf '%P\n' | sort | xargs)
}

layer=$tap_tmp/layer
why=
if [[ ${1-} != inside ]]; then
	why='you are not root, or no namespace can be made'
elif [[ ! $system =~ ^/usr/s?bin/ip$ || ! -L /bin ]]; then
	why="/usr has not the system's ip"
elif ! mkdir "$layer" || ! mount -t tmpfs none "$layer" || ! mkdir "$layer"/{upper,work} ||
	! mount -t overlay -o "lowerdir=/usr,upperdir=$layer/upper,workdir=$layer/work" none /usr; then
	why='no overlay can be mounted'
fi
if [[ -n $why ]]; then
	umount "$layer" 2> /dev/null
	skip "$why" 'in the real /usr'
	done_testing
fi

root='' ip=/usr/local/sbin/ip
PATH=/usr/local/sbin:/usr/sbin:/usr/bin
version=$("$system" -V)
run make_in /usr install
expect 0 "$only" '' 'make install below the real /usr'
is "$(changed)" "$(ours . | sed 's|\./||g')" 'writes files of ours alone'
is "$(ip -V)" "$version" 'ip is that of the system'
is "$(ip-xdp-multi -V)" "ip-xdp-multi utility, $(< VERSION)" 'and ip-xdp-multi is there'
run make_in /usr uninstall
is "$status $(changed)" '0 ' 'make uninstall leaves /usr as it was'

make_in /usr/local install > /dev/null
hash -r
is "$(type -P ip) $(ip -V)" "$ip $version" 'below /usr/local: ip -V is handed over'
mv "$system" /usr/kept
rm -f /usr/{s,}bin/ip
run ip -V
expect 1 '' "Cannot run the system's ip \"$system\": No such file or directory, and no iproute2 is in the system's directories" \
	'the system has no ip'
run ip link xdp multi help
expect 0 '' '~^Usage' 'ours does without'
cp ip/ip "$system"
[[ -e /usr/sbin/ip ]] || ln -s "$ip" /usr/sbin/ip
run timeout 120 ip -V
expect 1 '' '~^Cannot run the system.s ip ".*": it is this program itself' 'there are only ours: no loop'
rm "$system"
ln -s "$(type -P busybox)" "$system"
is "$(timeout 120 ip link show lo)" "$(busybox ip link show lo)" 'where there is only busybox, it is run'
ln -sf ../kept /usr/sbin/ip
is "$(timeout 120 ip -V)" "$version" 'an iproute2 in another place is found'

# configure finds the file of iproute2, and none of ours.
mv /usr/kept /usr/bin/kept
ln -sf "$ip" /usr/sbin/ip
ln -sf kept /usr/bin/ip
run configured --prefix=/usr
expect 0 '~other commands go to /usr/bin/kept'$'\n' '' 'configure finds the file of iproute2, and none of ours'
umount -l /usr "$layer"
done_testing
