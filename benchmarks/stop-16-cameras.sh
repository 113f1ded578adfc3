#!/usr/bin/env bash
# How long a stop takes with sixteen live cameras: from SIGTERM to the end of the process, five times. Needs GStreamer and gst-rtsp-server.
set -euo pipefail
export MALLOC_ARENA_MAX=1 # as ./streaming has it
here=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
dotnet build "$here/Streaming.sln" -c Release --nologo -v quiet
bin=$here/artifacts/bin
coproc SERVER { exec dotnet "$bin/Streaming.RtspServer/release/test-rtsp-server.dll" 0 $(printf 'cam%d:160x120@5 ' {1..16}); }
server=$SERVER_PID
read -r port <&"${SERVER[0]}"
trap 'kill "$server" 2>/dev/null; rm -rf "$work"' EXIT
for round in {1..5}; do
  dotnet "$bin/Streaming.Cli/release/streaming.dll" run $(printf "rtsp://127.0.0.1:$port/cam%d " {1..16}) \
    --config "$here/tests/data/golden/tiny.yaml" --weights "$here/tests/data/golden/tiny.pkl" -o "$work/$round" 2>"$work/log" &
  pid=$!
  # Until each has written a frame.
  until [ "$(cat "$work/$round"/*.jsonl 2>/dev/null | grep -o '"type":"frame".*"source_id":"[^"]*"' | grep -o '"source_id":"[^"]*"' | sort -u | wc -l)" = 16 ]; do
    kill -0 "$pid"
    sleep 0.2
  done
  from=$(date +%s%N)
  kill -TERM "$pid"
  wait "$pid" || true
  echo "round $round: stopped after $(( ($(date +%s%N) - from) / 1000000 )) ms"
done
