#!/usr/bin/env bash
# One trace across two services that nobody instrumented: builds both with `instc go build`, runs them next to a small
# local collector and a Redis server of their own, sends a few requests, and shows what arrived.
#
#   DEMO_OUT=folder   where logs and the waterfall page go; default build/demo
#   INSTC=program     the instc to use; default build/bin/instc
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$PWD
instc=${INSTC:-$root/build/bin/instc}
out=${DEMO_OUT:-$root/build/demo}
mkdir -p "$out"
out=$(cd "$out" && pwd)

say() { printf '\n== %s\n' "$*"; }
fail() {
  printf '\ndemo: %s\n' "$1" >&2
  for log in "${@:2}"; do
    [ -s "$log" ] && printf -- '-- last lines of %s\n' "$log" >&2 && tail -n 20 "$log" >&2
  done
  exit 1
}

# Everything that is started is stopped again, however this ends.
children=()
scratch=$(mktemp -d)
stop() {
  local status=$?
  trap - EXIT INT TERM
  for ((i = ${#children[@]} - 1; i >= 0; i--)); do kill "${children[i]}" 2>/dev/null || true; done
  for pid in "${children[@]}"; do wait "$pid" 2>/dev/null || true; done
  rm -rf "$scratch"
  exit $status
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Free ports below the range from which the system takes ports for outgoing connections, so that they stay free.
free_ports() {
  python3 -c '
import random, socket, sys
found = {}
while len(found) < int(sys.argv[1]):
    port = random.randrange(20000, 32000)
    try:
        found[port] = socket.create_server(("127.0.0.1", port))
    except OSError:
        pass
print(*found)' "$1"
}

# await NAME PORT LOG: until something listens there.
await() {
  for _ in $(seq 100); do
    if (exec 3<>"/dev/tcp/127.0.0.1/$2") 2>/dev/null; then return; fi
    kill -0 "${children[-1]}" 2>/dev/null || fail "$1 ended before it listened" "$3"
    sleep 0.1
  done
  fail "$1 did not listen on port $2 within 10 seconds" "$3"
}

start_redis() {
  local log=$out/redis.log
  if command -v redis-server >/dev/null; then
    redis-server --port "$1" --bind 127.0.0.1 --save "" --appendonly no --dir "$scratch" >"$log" 2>&1 &
  elif command -v redis-check-rdb >/dev/null; then # the same program; it serves under any other name
    bash -c 'exec -a redis-server redis-check-rdb "$@"' - --port "$1" --bind 127.0.0.1 --save "" --appendonly no \
      --dir "$scratch" >"$log" 2>&1 &
  else
    echo "there is no redis-server on this machine: an in-process stand-in takes its place"
    "$scratch/receiver" redis -listen "127.0.0.1:$1" >"$log" 2>&1 &
  fi
  children+=($!)
  await "the Redis server" "$1" "$log"
}

# service NAME PORT VARIABLE...: starts an instrumented service with nothing but the standard variables of OpenTelemetry.
service() {
  local name=$1 port=$2
  shift 2
  env ADDR="127.0.0.1:$port" OTEL_SERVICE_NAME="$name" OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:$receiver_port" \
    OTEL_BSP_SCHEDULE_DELAY=200 "$@" "$scratch/$name" >"$out/$name.log" 2>&1 &
  children+=($!)
  await "service $name" "$port" "$out/$name.log"
}

request() {
  printf '$ curl %s\n' "$*"
  curl -sS --max-time 20 -w '   -> %{http_code}\n' "$@" || fail "the request failed" "$out/front.log" "$out/stock.log"
}

say "building the two services with 'instc go build' (their source knows nothing of telemetry)"
(cd tests/e2e && go build -o "$scratch/receiver" ./receiver)
(cd examples/shop && "$instc" go build -o "$scratch/" ./front ./stock) ||
  fail "'instc go build' failed; its message is above"

say "starting Redis, the collector and the services"
read -r redis_port receiver_port stock_port front_port < <(free_ports 4)
start_redis "$redis_port"
"$scratch/receiver" serve -listen "127.0.0.1:$receiver_port" >"$out/receiver.log" 2>&1 &
children+=($!)
await "the collector" "$receiver_port" "$out/receiver.log"
service stock "$stock_port" REDIS_ADDR="127.0.0.1:$redis_port"
service front "$front_port" STOCK_URL="http://127.0.0.1:$stock_port"

say "sending requests (the last one asks for more than there is)"
front=http://127.0.0.1:$front_port
request "$front/products"
request "$front/products/1"
request "$front/products/1"
request -d '{"product":"2","quantity":3}' "$front/orders"
request "$front/products/99"
request -d '{"product":"3","quantity":1000}' "$front/orders"

# Seven traces: one for each request, and the stock service fills its database when it starts.
say "what the collector received"
"$scratch/receiver" report -from "http://127.0.0.1:$receiver_port" -traces 7 -crosses front,stock \
  -html "$out/waterfall.html" -title "The shop" | tee "$out/traces.txt" ||
  fail "the traces are not what they should be (see above)" "$out/front.log" "$out/stock.log" "$out/receiver.log"

say "log lines of both services that carry the last trace id"
trace=$(sed -n 's/^trace \([0-9a-f]*\) .*/\1/p' "$out/traces.txt" | tail -n 1)
for name in front stock; do
  grep -h "\"trace_id\":\"$trace\"" "$out/$name.log" ||
    fail "no log line of $name carries the trace id $trace" "$out/$name.log"
done

say "the same as a page: $out/waterfall.html"
