# shellcheck shell=bash disable=SC2154,SC2034
# SPDX-License-Identifier: GPL-2.0-or-later
# The cases of testsuite/boot.t, which run in a booted Debian. What is configured
# there lies in testsuite/boot/root: the interface wan0, which is the machine's and
# has the drop-in of the example; ens18, another one; br0, which systemd-networkd
# makes; broken0, whose file has a mistake; gone0, one of whose objects is missing.

tries=150
multi=$(sed -n 's/^SBINDIR = //p' obj/config.txt)/ip-xdp-multi
objects=/usr/lib/xdp-test

# chain DEV: the names of its entries, - if there is none
chain() {
	"$multi" -j show dev "$1" 2> /dev/null | jq -r '.[0].entries // [{name: "-"}] | map(.name) | join(" ")' |
		grep . || echo -
}

# id DEV: of its dispatcher
id() {
	"$multi" -j show dev "$1" | jq -r '.[0].dispatcher.id'
}

# unit DEV: the state of its unit
unit() {
	systemctl show -P ActiveState "xdp-multi@$(systemd-escape -- "$1").service"
}

# about DEV: its unit and its chain
about() {
	echo "$(unit "$1"): $(chain "$1")"
}

# entered UNIT: when it became active, in microseconds
entered() {
	systemctl show -P ActiveEnterTimestampMonotonic "$1"
}

# before A B NAME: A was active before B was.
before() {
	local a b

	a=$(entered "$1") b=$(entered "$2")
	ok "$3 ($a, $b)" test "$a" -gt 0 -a "$b" -gt 0 -a "$a" -le "$b"
}

# said DEV: what our program wrote to the journal about a unit in this boot.
said() {
	journalctl -b -o cat -t ip-xdp-multi -u "xdp-multi@$1.service"
}

# pins IFINDEX: in the bpffs
pins() {
	find /sys/fs/bpf/xdp -mindepth 1 -maxdepth 1 -name "*-$1-*" | wc -l
}

up() {
	[[ $(ip -br link show dev "$1") =~ [\<,]UP[\>,] ]] && echo up || echo down
}

# watch DEV...: from here on each change of them is written down. The kernel tells of an
# interface that is up when it gets or loses its program.
watch() {
	local dev

	for dev; do
		ip link set "$dev" up
	done
	(exec ip -o monitor link) > "$tap_tmp/watched" &
	watcher=$!
	await watches
}

# watches: an interface comes and goes, and is seen once the other process listens.
watches() {
	ip link add seen0 type dummy
	ip link del seen0
	grep -q seen0 "$tap_tmp/watched"
}

# without_program INDEX...: the changes after which one had none, of those since `watch`
without_program() {
	local index

	kill "$watcher"
	wait "$watcher" 2> /dev/null
	for index; do
		grep "^$index: " "$tap_tmp/watched" | grep -v ' xdp[a-z]*/id:'
	done
}

case_boot() {
	is "$(about wan0)" 'active: counter pass' 'wan0 has its chain after the boot'
	is "$(about ens18)" 'active: counter' 'so has ens18, by a directory for several'
	is "$(about br0)" 'active: counter pass' 'and br0, which is made during the boot'
	before xdp-multi@wan0 network-pre.target 'wan0, by a drop-in, before anything configures the network'
	before xdp-multi@wan0 systemd-networkd.service 'and before systemd-networkd'
	before xdp-multi@ens18 network-online.target 'ens18 before the network is online'
	before xdp-multi@br0 network-online.target 'br0 too'
	is "$(up wan0)" up 'the link of wan0 is up'
	is "$(about broken0)" 'failed: -' 'a file with a mistake'
	is "$(said broken0)" 'Error: dev broken0: /etc/xdp-multi/broken0.chain:3: "oops" is garbage here, see xdp-multi.chain(5).' \
		'is told in one line, with interface, file and cause'
	is "$(about gone0)" 'failed: -' 'an object that is not there'
	is "$(said gone0)" "Error: dev gone0: /etc/xdp-multi/gone0.chain:4: cannot read \"$objects/nowhere.o\": No such file or directory." \
		'too'
	is "$(said wan0)$(said ens18)" '' 'where all went well nothing is said'
	ok 'the boot was not held up' test "$(systemctl show -P UserspaceTimestampMonotonic)" -gt 0
	is "$(systemctl list-jobs --no-legend | grep xdp-multi)" '' 'no unit waits'
}

case_hotplug() {
	local before

	ip link add hot0 type dummy
	becomes 'active: counter' 'an interface that comes later gets its chain' about hot0
	ip link add veth-a.1 type veth peer name plain0
	becomes 'active: pass' 'one whose name systemd has to escape too' about veth-a.1
	udevadm settle
	is "$(systemctl list-units --all --no-legend 'xdp-multi@plain0*')" '' 'one without configuration has no unit'
	before=$(id hot0)
	ok 'udev looks at it again' udevadm trigger --settle /sys/class/net/hot0
	ok 'the unit is started again' systemctl start xdp-multi@hot0
	is "$(id hot0)" "$before" 'nothing changes'
}

case_rename() {
	local one two

	ip link set hot0 name hot1
	becomes 'active: pass' 'a renamed interface gets the chain of its new name' about hot1
	becomes inactive 'the unit of the old name is over' unit hot0
	is "$(said hot0)" '' 'without a word'
	ip link set hot1 name plain1
	becomes inactive 'renamed to a name without configuration' unit hot1
	udevadm settle
	is "$(chain plain1)" pass 'it keeps its chain'
	ip link set plain1 name hot0
	becomes 'active: counter' 'and back' about hot0

	# Two exchange their names: neither is without a program at any time.
	ip link add hot1 type dummy
	becomes 'active: pass' 'a second one' about hot1
	one=$(< /sys/class/net/hot0/ifindex) two=$(< /sys/class/net/hot1/ifindex)
	watch hot0 hot1
	printf 'link set dev %s name %s\n' hot0 plain1 hot1 hot0 plain1 hot1 > "$tap_tmp/exchange"
	ok 'they exchange their names' ip -batch "$tap_tmp/exchange"
	becomes 'active: counter' 'the one has the chain of its new name' about hot0
	becomes 'active: pass' 'so has the other' about hot1
	is "$(< /sys/class/net/hot0/ifindex) $(< /sys/class/net/hot1/ifindex)" "$two $one" 'they are exchanged'
	is "$(without_program "$one" "$two")" '' 'and there was always a program'
}

# odd NAME: an interface of it appears, its unit is restarted, and it goes.
odd() {
	local before

	ip link add "$1" type dummy
	becomes 'active: pass' "the name $1" about "$1"
	before=$(id "$1")
	ok 'restart' systemctl restart "$(systemd-escape --template=xdp-multi@.service -- "$1")"
	is "$(about "$1") $(id "$1")" "active: pass $before" 'changes nothing'
	ip link del "$1"
	becomes inactive 'and it is over' unit "$1"
}

case_names() {
	local name

	mkdir -p '/etc/xdp-multi/odd*.d'
	echo "object $objects/pass.o" > '/etc/xdp-multi/odd*.d/10-pass.entry'
	for name in odd-1 odd\$HOME odd\*3 'odd;4' 'odd(5)' odd@6; do
		odd "$name"
	done
	# With these systemd has no device units.
	for name in odd\"1 odd\'2 odd\\3; do
		ip link add "$name" type dummy
	done
	udevadm settle
	is "$(systemctl list-jobs --no-legend | grep 'xdp-multi@')" '' 'no unit waits for what systemd cannot name'
	for name in odd\"1 odd\'2 odd\\3; do
		ok "$name by hand" "$multi" apply dev "$name"
		is "$(chain "$name")" pass 'it has its chain'
		ip link del "$name"
	done
	rm -r '/etc/xdp-multi/odd*.d'
	ip link add plain2 type dummy
	ip link property add dev plain2 altname uplink0
	echo "object $objects/pass.o name pass" > /etc/xdp-multi/uplink0.chain
	udevadm trigger --settle /sys/class/net/plain2
	becomes 'active: pass' 'by another name of an interface' about plain2
	rm /etc/xdp-multi/uplink0.chain
	ip link del plain2
}

case_unit() {
	local before file=/etc/xdp-multi/hot1.chain

	before=$(id hot1)
	watch hot1
	ok 'restart' systemctl restart xdp-multi@hot1
	is "$(about hot1) $(id hot1)" "active: pass $before" 'changes nothing that is as it should be'
	echo "object $objects/counter.o name counter prio 5" >> "$file"
	ok 'another entry: reload' systemctl reload xdp-multi@hot1
	is "$(about hot1)" 'active: counter pass' 'makes it so'
	before=$(id hot1)
	echo nonsense >> "$file"
	not_ok 'a mistake: reload fails' systemctl reload xdp-multi@hot1
	is "$(about hot1) $(id hot1)" "active: counter pass $before" 'and the chain stays'
	like "$(said hot1)" '^Error: dev hot1: /etc/xdp-multi/hot1\.chain:[0-9]+: [^'$'\n'']*$' 'one line says why'
	not_ok 'so does restart' systemctl restart xdp-multi@hot1
	is "$(about hot1) $(id hot1)" "failed: counter pass $before" 'and the chain stays'
	sed -i '$d' "$file"
	ok 'once it is corrected: start' systemctl start xdp-multi@hot1
	is "$(about hot1) $(id hot1)" "active: counter pass $before" 'nothing has to be changed'
	ok 'another target' systemctl isolate multi-user.target
	is "$(about hot1) $(id hot1)" "active: counter pass $before" 'leaves it'
	is "$(without_program "$(< /sys/class/net/hot1/ifindex)")" '' 'all the time there was a program'
	isnt "$(grep -c ' hot1: .* xdp[a-z]*/id:' "$tap_tmp/watched")" 0 'as far as that was seen'
	ok 'stop' systemctl stop xdp-multi@hot1
	is "$(about hot1)" 'inactive: -' 'removes the chain'
	ok 'start' systemctl start xdp-multi@hot1
	is "$(about hot1)" 'active: counter pass' 'and it is there again'
	ok 'many times in a few seconds' eval 'for i in {1..10}; do systemctl restart xdp-multi@hot1 || break; done'
	is "$(about hot1)" 'active: counter pass' 'it is there still'
}

case_removal() {
	local index by_hand

	index=$(< /sys/class/net/hot1/ifindex)
	isnt "$(pins "$index")" 0 'a chain has pins'
	ip link del hot1
	becomes inactive 'an interface is deleted' unit hot1
	becomes 0 'its pins go' pins "$index"
	is "$(said hot1 | grep -v '/etc/xdp-multi/hot1.chain:')" '' 'without a word'
	ip link add hand0 type dummy
	"$multi" add dev hand0 object "$objects/pass.o" mode generic
	by_hand=$(< /sys/class/net/hand0/ifindex)
	ip link del hand0
	becomes 0 'so do those of a chain that was made by hand' pins "$by_hand"
	ip link add hot1 type dummy
	becomes 'active: counter pass' 'plugged in again' about hot1
	is "$(systemctl --failed --no-legend | grep -c xdp-multi)" 2 'no unit has failed but those two'
	isnt "$(pins "$(< /sys/class/net/wan0/ifindex)")" 0 'and the pins of others are there'
}

# Containers come and go: their interfaces cost little, and leave nothing.
case_many() {
	local i start

	start=${EPOCHREALTIME/./}
	for ((i = 0; i < 200; i++)); do
		echo "link add many$i type dummy"
	done > "$tap_tmp/add"
	sed 's/link add \([^ ]*\) .*/link del \1/' "$tap_tmp/add" > "$tap_tmp/del"
	ok 'many interfaces without configuration' ip -batch "$tap_tmp/add"
	udevadm settle --timeout=300
	diag "udev was done with 200 in $(((${EPOCHREALTIME/./} - start) / 1000)) ms"
	is "$(systemctl list-units --all --no-legend 'xdp-multi@many*')" '' 'have no units'
	"$multi" add dev many0 dev many1 object "$objects/pass.o" mode generic
	ok 'go' ip -batch "$tap_tmp/del"
	becomes '' 'and nothing of them stays' pins_of_nobody
	becomes inactive 'the cleaning is over' systemctl show -P ActiveState xdp-multi-clean.service
	is "$(systemctl show -P Result xdp-multi-clean.service)" success 'it went well'
	becomes down 'the flag is down' flag
}

# The files of the example, with another object.
case_nspawn() {
	local index

	mkdir -p /etc/systemd/nspawn '/etc/xdp-multi/ve-*.d'
	cp examples/nspawn/box.nspawn /etc/systemd/nspawn
	sed "s|/usr/local/lib/bpf|$objects|" examples/nspawn/10-counter.entry > '/etc/xdp-multi/ve-*.d/10-counter.entry'
	ok 'systemd-nspawn starts' systemd-run --quiet --unit=box systemd-nspawn --quiet --keep-unit \
		--register=no --machine=box --directory=/ --volatile=yes /bin/sleep 1000
	becomes 'active: counter' "systemd-nspawn: the host's end of a container's interface gets its chain" about ve-box
	index=$(< /sys/class/net/ve-box/ifindex)
	isnt "$(pins "$index")" 0 'which has pins'
	ok 'the container ends' systemctl stop box
	becomes inactive 'its unit too' unit ve-box
	becomes 0 'and its pins go' pins "$index"
	is "$(said ve-box)" '' 'without a word'
}

# flag: is it up that something has to be cleaned?
flag() {
	[[ -e /run/xdp-multi-clean ]] && echo up || echo down
}

# pins_of_nobody: directories of interfaces that there are not
pins_of_nobody() {
	local dir index

	for dir in /sys/fs/bpf/xdp/*-*-*; do
		index=${dir##*/*([a-z])-}
		index=${index%%-*}
		grep -qx "$index" /sys/class/net/*/ifindex || echo "$dir"
	done
}
shopt -s extglob

# readme HEADING: the blocks of a section, each followed by an empty line
readme() {
	awk -v heading="## $1" '/^## / { on = $0 == heading; next }
		on && sub(/^    /, "") { print; block = 1; next }
		on && block { print ""; block = 0 }' README.md
}

# manual PAGE [TITLE]: the blocks of its examples, or the one below that line
manual() {
	awk -v title="$2" '/^\.SH/ { on = /EXAMPLES/ } !on { next }
		title == "" || index($0, title) == 1 { wanted = 1 }
		/^\.fi/ { if (block) print ""; block = 0; if (title != "") wanted = 0 }
		block == 1 { indented = /^    /; block = 2 }
		block { if (indented) sub(/^    /, ""); print }
		/^\.nf/ { block = wanted }' "obj/man/man${1##*.}/$1" |
		sed -e 's/\\-/-/g; s/\\(aq/'"'"'/g; s/\\e$/\\/'
}

# commands, answers: of a block
commands() {
	awk '/^# / || more { sub(/^# /, ""); print; more = /\\$/ }'
}
answers() {
	awk '/^# / || more { more = /\\$/; next } { print }'
}

# pattern: a regular expression for answers with other ids, digests and formats
# shellcheck disable=SC2016
pattern() {
	sed -E 's/[][\.*^$(){}?+|]/\\&/g; s/(\\\.){3}/.*/g; s/sha256 [0-9a-f]+/sha256 [0-9a-f]+/g
		s/(id|format|dispatcher|slot) [0-9]+/\1 [0-9a-z]+/g; s/^[0-9]+: ([a-z])/[0-9]+: \1/'
}

# typed BLOCK NAME: a block of documentation works as it is typed, and prints what it says.
typed() {
	local status=0 script out want

	want=$(answers <<< "$1" | pattern)
	# A person is slower than the journal.
	script='journalctl() { command journalctl --sync; command journalctl "$@"; }
'$(commands <<< "$1" | grep -v '^systemctl status')
	out=$(cd "$objects" && bash -c "$script" 2> "$tap_tmp/typed") || status=$?
	like "$(sed 's/ *$//' <<< "$out")" "^$want\$" "$2" || diag "exit status $status, stderr: $(< "$tap_tmp/typed")"
	is "$(grep '^Error' "$tap_tmp/typed")" '' 'without an error' || diag "$(< "$tap_tmp/typed")"
}

# all_typed NAME N: the N blocks of it on stdin
all_typed() {
	local block='' line n=0

	while IFS= read -r line; do
		[[ -z $line ]] || { block+=$line$'\n'; continue; }
		n=$((n + 1))
		typed "${block%$'\n'}" "$1, block $n"
		block=
	done
	is "$n" "$2" "$1 has so many blocks"
}

# What README says to type, and the examples of the man pages.
case_readme() {
	ip link add v0 type veth peer name p0
	"$multi" add dev v0 object "$objects/pass.o"
	all_typed README 4 < <(readme 'At boot')
	is "$(about v0)" 'active: filter' 'the chain is as it was'
	ip link del v0
	rm -r /usr/local/lib/bpf /usr/lib/xdp-multi/v0.d /etc/xdp-multi/v0.d
}

case_manual_hooks() {
	mkdir -p /usr/lib/bpf
	cp "$objects/filter.o" "$objects/counter.o" /usr/lib/bpf
	ip link add eth0 type veth peer name eth1
	typed "$(manual xdp-multi-hooks.8 'Attach a firewall to eth0')" 'a firewall now and at each boot'
	becomes 'active: filter' 'is there' about eth0
	typed "$(manual xdp-multi-hooks.8 'Attach a counter to the host')" 'a counter for containers'
	ip link add veth1 type veth peer name plain3
	becomes 'active: counter' 'is there when one appears' about veth1
	typed "$(manual xdp-multi-hooks.8 'Apply a change of the configuration to one')" 'reload'
	sed -i 's/filter\.o/nowhere.o/' /etc/xdp-multi/eth0.chain
	not_ok 'an object is lost' systemctl reload xdp-multi@eth0
	typed "$(manual xdp-multi-hooks.8 'Find out why' | grep -v '^# systemctl')" 'the journal tells why'
	rm -r /etc/xdp-multi/eth0.chain '/etc/xdp-multi/veth*.d'
	systemctl stop xdp-multi@eth0
	ip link del veth1
}

# example TITLE FILE [PAGE]: the text of an example of xdp-multi.conf(5), or of another page,
# becomes that file.
example() {
	mkdir -p "$(dirname "$2")"
	manual "${3-xdp-multi.conf.5}" "$1" | sed '/^$/d' > "$2"
	ok "$2 has text" test -s "$2"
}

case_manual_conf() {
	mkdir -p /usr/local/lib/bpf
	cp "$objects/filter2.o" /usr/local/lib/bpf
	cp "$objects/pass.o" /usr/lib/bpf/dump.o
	# What the other cases have there has entries of the same names, and mistakes.
	mv /etc/xdp-multi /var/lib/away
	mkdir /etc/xdp-multi
	example 'A package that puts' /usr/lib/xdp-multi/default.d/20-filter.entry
	example 'Another package has' /usr/lib/xdp-multi/default.d/10-counter.entry
	typed "$(manual xdp-multi.conf.5 'Both are attached')" 'two packages'
	typed "$(manual xdp-multi.conf.5 'The administrator masks')" 'a mask, and another program'
	is "$(chain eth0) $(chain eth1)" 'counter filter counter filter' 'all have what is configured'
	typed "$(manual xdp-multi.conf.5 'Keep the current chain')" 'a chain is kept for the next boot'
	typed "$(manual xdp-multi.conf.5 'If the chain has an entry')" 'its entries are masked'
	ln -s /dev/null /etc/xdp-multi/eth1.d/10-counter.entry
	ok 'apply' "$multi" apply dev eth1
	is "$(chain eth1)" 'counter filter' 'has the same chain'
	run "$multi" check dev eth1 config
	expect 0 '' '' 'then nothing differs'
	rm -r /usr/lib/xdp-multi/default.d /etc/xdp-multi
	mv /var/lib/away /etc/xdp-multi
	run "$multi" apply all
	is "$(chain wan0) $(chain ens18)" 'counter pass counter' 'with the other configuration they have their chains again'
	example 'It sends only what the filter drops' /etc/xdp-multi/uplink.chain
	ip link property add dev eth1 altname uplink
	ok 'a chain for another name' "$multi" apply dev eth1
	is "$(chain eth1)" 'filter dump' 'is found'
	example 'the filter always runs first' /etc/xdp-multi/policy
	"$multi" add dev eth0 object /usr/lib/bpf/counter.o prio 5
	ok 'by the policy' "$multi" add dev eth0 object /usr/lib/bpf/filter.o
	is "$(chain eth0)" 'filter counter' 'the filter is first'
	mkdir -p /home/me
	cp "$objects/pass.o" /home/me
	not_ok 'and none is from a home directory' "$multi" add dev eth0 object /home/me/pass.o
	mkdir -p /mnt/image/etc/xdp-multi /mnt/image/usr/lib/bpf
	cp /usr/lib/bpf/*.o /mnt/image/usr/lib/bpf
	cp /etc/xdp-multi/uplink.chain /mnt/image/etc/xdp-multi
	read -ra words <<< "$(manual xdp-multi.conf.5 'Check the configuration of an image' | sed 's/^# ip link xdp multi//')"
	ok 'an image is checked' "$multi" "${words[@]}"
	rm /etc/xdp-multi/{policy,uplink.chain}
	ip link del eth0
}

case_manual_cni() {
	local before title

	printf 'object %s name counter prio 10\n' "$objects/counter.o" > /etc/containers.chain
	typed "$(manual xdp-multi-cni.8 'If there are many containers')" 'a chain for containers to share'
	is "$(chain template)" counter 'is there'
	typed "$(manual xdp-multi-cni.8 'VERSION needs nothing')" 'the plugin says its versions'
	ok 'the list is JSON' jq . <<< "$(manual xdp-multi-cni.8 'With the list')"
	ok 'so is the other' jq . <<< "$(manual xdp-multi-cni.8 'The list has')"
	ip link del template

	# Its three blocks are one session.
	before=$(find /sys/fs/bpf/xdp | wc -l)
	mkdir -p /usr/local/lib/bpf
	cp "$objects/counter.o" /usr/local/lib/bpf
	example 'stands for what a runtime' /tmp/try.json xdp-multi-cni.8
	typed "$(for title in 'A network namespace' 'CHECK prints nothing' 'DEL removes the chain'; do
		manual xdp-multi-cni.8 "$title"
	done | sed '/^$/d')" 'a container is added, checked and deleted by hand'
	is "$(find /sys/fs/bpf/xdp | wc -l)" "$before" 'and leaves nothing'
}

# by_hook DEV [COMMAND...]: a dummy device whose unit is not started, so that it is the
# hook alone that acts; made by the command if there is one.
by_hook() {
	local dev=$1

	shift
	systemctl mask --quiet --runtime "xdp-multi@$dev.service"
	[[ $# -gt 0 ]] || set -- ip link add "$dev" type dummy
	"$@"
}

# bad_file DEV: its configuration has a mistake
bad_file() {
	echo "object $objects/pass.o name pass nonsense" > "/etc/xdp-multi/$1.chain"
}

# interfaces STANZA...: /etc/network/interfaces
interfaces() {
	printf '%s\n' 'auto lo' 'iface lo inet loopback' "$@" > /etc/network/interfaces
}

# The same with each of them. They print what they like, but nothing of ours.
ifup_cases() {
	local name=$1 good=$2 bad=$3 before

	run ifup "$good"
	is "$status" 0 "$name: ifup"
	is "$(chain "$good") $(up "$good")" 'counter up' 'the interface is up and has its chain'
	isnt "$(grep -c Error <<< "$stdout$stderr")" 1 'without a word'
	before=$(id "$good")
	run ifdown "$good"
	is "$status $(chain "$good") $(up "$good")" '0 counter down' "$name: ifdown leaves the chain"
	run ifup "$good"
	is "$status $(id "$good")" "0 $before" "$name: ifup once more changes nothing"
	run ifup "$bad"
	diag "exit status $status"
	like "$stdout$stderr" "Error: dev $bad: /etc/xdp-multi/$bad.chain:1: \"nonsense\" is garbage here" \
		"$name: a bad file is told"
}

case_ifupdown() {
	bad_file if1
	interfaces 'iface if0 inet static' ' address 10.3.0.1/24' 'iface if0 inet6 manual' \
		'iface if1 inet static' ' address 10.3.1.1/24'
	by_hook if0
	by_hook if1
	ifup_cases ifupdown if0 if1
	isnt "$status" 0 'ifup fails'
	is "$(up if1)" down 'and the link stays down'
	run ifup -a
	is "$status" 0 'ifup -a'
	sed -i '/^iface if1/a\ xdp-multi no' /etc/network/interfaces
	run ifup if1
	is "$status $(up if1) $(chain if1)" '0 up -' 'unless the stanza says xdp-multi no'
}

# Their files cannot be installed beside ifupdown's, but are put where they are used.
case_ifupdown2() {
	cp -r /opt/ifupdown2/usr/share/ifupdown2 /usr/share
	cp -r /opt/ifupdown2/etc/network/ifupdown2 /etc/network
	mkdir -p /opt/bin2
	ln -s /usr/share/ifupdown2/__main__.py /opt/bin2/ifup
	ln -s /usr/share/ifupdown2/__main__.py /opt/bin2/ifdown
	interfaces 'iface if2 inet static' ' address 10.3.2.1/24' 'iface if12 inet static' ' address 10.3.12.1/24'
	bad_file if12
	by_hook if2
	by_hook if12
	hash -r
	PATH=/opt/bin2:$PATH ifup_cases ifupdown2 if2 if12
	is "$status $(up if12) $(chain if12)" '1 down -' 'ifup fails, and the link stays down'
}

case_ifupdown_ng() {
	cp -rn /opt/ifupdown-ng/usr/libexec/ifupdown-ng /usr/libexec
	cp -n /opt/ifupdown-ng/etc/network/ifupdown-ng.conf /etc/network
	# The scripts of ifupdown are not to help.
	mkdir -p /opt/scripts
	mv /etc/network/if-pre-up.d/xdp-multi /etc/network/if-up.d/xdp-multi /opt/scripts 2> /dev/null
	interfaces 'iface if3' ' address 10.3.3.1/24' ' use xdp-multi' 'iface if13' \
		' address 10.3.13.1/24' ' use xdp-multi'
	bad_file if13
	by_hook if3
	by_hook if13
	hash -r
	PATH=/opt/ifupdown-ng/sbin:$PATH ifup_cases ifupdown-ng if3 if13
	is "$status $(chain if13)" '0 -' 'but ifup does not mind'
	bad_file if14
	by_hook if14
	interfaces 'iface if14' " pre-up $multi apply dev if14"
	PATH=/opt/ifupdown-ng/sbin:$PATH run ifup if14
	is "$status $(up if14)" '1 down' 'unless the stanza has the command itself'
}

case_dispatcher() {
	ok 'networkd-dispatcher starts' systemctl start networkd-dispatcher
	by_hook nd0
	becomes counter 'networkd-dispatcher: an interface that systemd-networkd configures gets its chain' chain nd0
	is "$(unit nd0)" inactive 'by the hook alone'
	is "$(journalctl -b -u networkd-dispatcher -o cat | grep -c 'Error: dev nd0')" 0 'without a word'
}

case_networkmanager() {
	printf '%s\n' '[keyfile]' 'unmanaged-devices=*,except:interface-name:nm*' > /etc/NetworkManager/conf.d/test.conf
	ok 'NetworkManager starts' systemctl start NetworkManager
	systemctl mask --quiet --runtime xdp-multi@nm0.service
	run nmcli connection add type dummy con-name nm0 ifname nm0 ip4 10.4.0.1/24
	is "$status" 0 'NetworkManager: a connection'
	run nmcli --wait 120 connection up nm0
	is "$status" 0 'is activated'
	is "$(chain nm0)" counter 'and has its chain by then'
	is "$(unit nm0)" inactive 'by the hook alone'
	is "$(journalctl -b -u NetworkManager-dispatcher -o cat | grep -c Error)" 0 'without a word'
}

case_after_reboot() {
	local before

	before=$(journalctl -b -1 -o cat -u 'xdp-multi@*')
	isnt "$before" '' 'there is a journal of the boot before'
	is "$(grep -c -e 'Stopping.*wan0' -e 'Stopped.*wan0' <<< "$before")" 0 'its end did not take the chain off'
	is "$(chain hot0)" - 'what was made then is gone'
}
