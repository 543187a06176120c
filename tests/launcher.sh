#!/usr/bin/env bash
# Tries ./leasehold as a newcomer and a tool would: through links, with wrong flags, twice at once, with a signal.
# Needs a built server, curl and two free ports. Says what failed; exits 0 when nothing did.
set -uo pipefail
# Job control: without it the shell starts background jobs deaf to SIGINT.
set -m

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
client=${CLIENT_PORT:-24790}
peer=${PEER_PORT:-24800}
url=http://127.0.0.1:$client
work=$(mktemp -d)
server=
failures=0

finish() {
  [[ -n $server ]] && kill -9 "$server" 2>/dev/null
  rm -rf "$work"
}
trap finish EXIT

check() { # what, command...
  local what=$1
  shift
  if "$@"; then echo "ok    $what"; else echo "FAIL  $what"; failures=$((failures + 1)); fi
}

exits_with() { # code, text expected on either stream, command...
  local code=$1 text=$2 out
  shift 2
  out=$("$@" 2>&1)
  local got=$?
  [[ $got == "$code" && $out == *"$text"* ]] || { echo "      exit code $got, said: $out"; return 1; }
}

flags=(--listen-client-urls="$url" --advertise-client-urls="$url" --listen-peer-urls=http://127.0.0.1:$peer
  --initial-advertise-peer-urls=http://127.0.0.1:$peer)

start() { # program and arguments; in $work
  (cd "$work" && exec "$@" "${flags[@]}") >"$work/out" 2>"$work/err" &
  server=$!
  for _ in $(seq 600); do
    curl -sf -m 2 "$url/health" >/dev/null 2>&1 && return 0
    kill -0 "$server" 2>/dev/null || break
    sleep 0.05
  done
  cat "$work/out" "$work/err"
  return 1
}

stops_with() { # signal, code
  kill "-$1" "$server"
  wait "$server"
  local got=$?
  server=
  [[ $got == "$2" ]] || { echo "      exit code $got"; return 1; }
}

put_and_get() {
  curl -sf "$url/v3/kv/put" -d '{"key":"aGk=","value":"eW91"}' >/dev/null || return 1
  [[ $(curl -sf "$url/v3/kv/range" -d '{"key":"aGk="}') == *'"value":"eW91"'* ]]
}

still_there() { [[ $(curl -sf "$url/v3/kv/range" -d '{"key":"aGk="}') == *'"value":"eW91"'* ]]; }

mkdir -p "$work/bin" "$work/elsewhere"
ln -s "$root/leasehold" "$work/bin/first"
ln -s "$work/bin/first" "$work/elsewhere/etcd"

check "version, etcd's first line" exits_with 0 "etcd Version: 3." "$root/leasehold" version
check "help names the flags" exits_with 0 "--listen-client-urls" "$root/leasehold" help
check "an unknown command is refused" exits_with 2 "unknown command" "$root/leasehold" nonsense
check "etcd --version through two links" exits_with 0 "etcd Version: 3." "$work/elsewhere/etcd" --version
check "an unknown flag is exit code 2" exits_with 2 "unknown flag --nope" "$work/elsewhere/etcd" --nope
check "a bad value is exit code 1" exits_with 1 "--election-timeout" "$root/leasehold" --election-timeout=1
check "flag and variable conflict" exits_with 1 "conflicting environment variable" \
  env ETCD_NAME=x "$root/leasehold" --name=y

check "starts through a link named etcd" start "$work/elsewhere/etcd" --name=m1
check "puts its data where it was started" test -d "$work/m1.etcd"
check "put and get" put_and_get
check "says where it listens" grep -q "\"address\":\"${url#http://}\"" "$work/err"
check "tells tools that it is ready" grep -q '"msg":"ready to serve client requests"' "$work/err"
check "a taken port is one line and exit code 1" exits_with 1 "address already in use" \
  "$root/leasehold" server --data-dir="$work/other" "${flags[@]}"
check "a locked directory is one line and exit code 1" exits_with 1 "in use by another process" \
  "$root/leasehold" server --data-dir="$work/m1.etcd" --listen-client-urls=http://127.0.0.1:0 \
  --advertise-client-urls=http://127.0.0.1:1
check "SIGTERM ends it as SIGTERM does" stops_with TERM 143

check "starts again" start "$root/leasehold" server --name=m1
check "the data is still there" still_there
check "SIGINT ends it as SIGINT does" stops_with INT 130
if [[ $(id -u) != 0 ]]; then
  mkdir -m 500 "$work/readonly"
  check "a directory not writable is exit code 1" exits_with 1 "cannot be written" \
    "$root/leasehold" server --data-dir="$work/readonly/x" "${flags[@]}"
fi

echo
((failures == 0)) && echo "all well" || echo "$failures failed"
exit $((failures > 0))
