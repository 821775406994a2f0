# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Traces v0 in the background, and sends packets to trace. Source traffic.sh before.
#
#	trace NAME [@OPTIONS...] [WORDS...]	begins; sets $tracer
#	send [-N] FRAME...			from the peer to v0
#	ended [SIGNAL]				ends the trace; sets $status
#	lines NAME				prints its output

extended='Warning: The chain is written in the extended format, which libxdp does not read: it is traced.'
[[ $LINKAGE == ext ]] || extended=''

# is_traced: v0, now.
is_traced() {
	[[ $(command ip link xdp multi show dev v0) == *' traced '* ]]
}

# shellcheck disable=SC2317
# is_new: the dispatcher is not $id any more, and nothing of that is left. Linux leaks a
# tail-call map that is opened by its id just after its last user has gone, so
# nobody looks closer meanwhile.
is_new() {
	local dirs

	[[ $(xdp_id v0) != "$id" ]] || return
	dirs=(/sys/fs/bpf/xdp/*-*)
	[[ ${#dirs[@]} -eq 1 ]]
}

# trace NAME WORDS...: begin to trace v0, in the background; @OPTIONS before that.
trace() {
	local name=$1 options=()

	shift
	while [[ ${1-} == @* ]]; do
		options+=("${1#@}")
		shift
	done
	id=$(xdp_id v0)
	command ip "${options[@]}" link xdp multi trace dev v0 "$@" \
		> "$tap_tmp/$name" 2> "$tap_tmp/$name.err" &
	tracer=$!
	await is_new
}

# ended [SIGNAL]: the trace ends; status is its exit status.
ended() {
	[[ -z ${1-} ]] || kill "-$1" "$tracer"
	status=0
	wait "$tracer" || status=$?
}

# lines NAME: of text, without the times.
lines() {
	sed -E 's/^[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6} //' "$tap_tmp/$1"
}

# tells NAME LINES ASSERTION: it was ended by a signal, and told this.
tells() {
	is "$(lines "$1")" "$2" "$3"
	is "$status $(grep -v "^$extended\$" "$tap_tmp/$1.err")" '0 ' "$3: no complaint"
}

send() {
	local times=()

	if [[ $1 == -* ]]; then
		times=("$1")
		shift
	fi
	in_peer 0 obj/helpers/send "${times[@]}" p0 "$@"
}
