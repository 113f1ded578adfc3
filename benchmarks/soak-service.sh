#!/usr/bin/env bash
# Does memory stay flat, of the program and of its decoder processes, with eight cameras and one bad one of each kind?
#   benchmarks/soak-service.sh [MINUTES, 60 by default]
# Cameras: RTSP with H.264, H.265 and Motion JPEG, and Motion JPEG over HTTP. Once in two minutes one is frozen for 20 s and a
# decoder of another one is killed. The bad ones: nobody listens, no such stream, redirects in a circle, a byte each half second.
# Prints memory (KiB; of the decoders the proportional share) every ten seconds and its slope after a third of the time, with the
# slope's standard error. Needs GStreamer with x265enc and gst-rtsp-server.
set -euo pipefail
export MALLOC_ARENA_MAX=1 # as ./streaming has it
minutes=${1:-60}
here=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
dotnet build "$here/Streaming.sln" -c Release --nologo -v quiet
bin=$here/artifacts/bin

coproc STEADY { exec dotnet "$bin/Streaming.RtspServer/release/test-rtsp-server.dll" 0 a:320x240@10 b:320x240@10 \
  c:320x240@10/h265 d:320x240@10/mjpeg e:640x360@10 h:320x240@10 http drip redirect; }
read -r port <&"${STEADY[0]}"
read -r http <&"${STEADY[0]}"
read -r drip <&"${STEADY[0]}"
read -r redirect <&"${STEADY[0]}"
steady_pid=$STEADY_PID
exec {hold_steady}>&"${STEADY[1]}"
coproc SHAKY { exec dotnet "$bin/Streaming.RtspServer/release/test-rtsp-server.dll" 0 g:320x240@10; } 2>/dev/null
read -r shaky <&"${SHAKY[0]}"
shaky_pid=$SHAKY_PID
exec {hold_shaky}>&"${SHAKY[1]}"

cat >"$work/run.yaml" <<EOF
model: { config: $here/tests/data/golden/tiny.yaml, weights: $here/tests/data/golden/tiny.pkl, threads: 1 }
output: { folder: out }
metrics: { listen: "127.0.0.1:9464" }
defaults: { read_timeout_s: 3, open_timeout_s: 5 }
sources:
  - { id: a, input: "rtsp://127.0.0.1:$port/a" }
  - { id: b, input: "rtsp://127.0.0.1:$port/b" }
  - { id: c-h265, input: "rtsp://127.0.0.1:$port/c" }
  - { id: d-mjpeg, input: "rtsp://127.0.0.1:$port/d" }
  - { id: e, input: "rtsp://127.0.0.1:$port/e" }
  - { id: f-http, input: "$http" }
  - { id: g-frozen, input: "rtsp://127.0.0.1:$shaky/g" }
  - { id: h-killed, input: "rtsp://127.0.0.1:$port/h" }
  - { id: bad-refused, input: "rtsp://127.0.0.1:1/x" }
  - { id: bad-missing, input: "rtsp://127.0.0.1:$port/missing" }
  - { id: bad-redirect, input: "$redirect" }
  - { id: bad-drip, input: "$drip" }
EOF
"$bin/Streaming.Cli/release/streaming" run "$work/run.yaml" 2>"$work/log" &
pid=$!
trap 'kill -CONT "$shaky_pid" 2>/dev/null; kill "$pid" "$steady_pid" "$shaky_pid" 2>/dev/null; rm -rf "$work"' EXIT

decoders() { ps -o pid= --ppid "$pid" | tr -d ' '; }

echo "seconds    program   decoders  processes  threads  files"
for ((seconds = 10; seconds <= minutes * 60; seconds += 10)); do
  sleep 10
  case $((seconds % 120)) in
    30) kill -KILL "$(decoders | shuf -n 1)" 2>/dev/null || true ;;
    60) kill -STOP "$shaky_pid" ;;
    80) kill -CONT "$shaky_pid" ;;
  esac
  shared=0 count=0
  for decoder in $(decoders); do
    pss=$(awk '/^Pss:/ {print $2}' "/proc/$decoder/smaps_rollup" 2>/dev/null || true)
    shared=$((shared + ${pss:-0})) count=$((count + 1))
  done
  awk -v s="$seconds" -v files="$(ls "/proc/$pid/fd" | wc -l)" -v shared="$shared" -v count="$count" \
    '/^VmRSS/ {rss = $2} /^Threads/ {threads = $2}
    END {printf "%7d  %9d  %9d  %9d  %7d  %5d\n", s, rss, shared, count, threads, files}' "/proc/$pid/status" | tee -a "$work/memory"
done

for column in 2 3; do
  awk -v from=$((minutes * 20)) -v column="$column" '$1 > from {n++; x[n] = $1 / 60; y[n] = $column; sx += x[n]; sy += y[n]}
    END {for (i = 1; i <= n; i++) {sxx += (x[i] - sx / n) ^ 2; sxy += (x[i] - sx / n) * (y[i] - sy / n)}
      slope = sxy / sxx
      for (i = 1; i <= n; i++) {e = y[i] - sy / n - slope * (x[i] - sx / n); see += e * e}
      printf "%s: mean %.1f MiB, slope %.1f KiB a minute, standard error %.1f (of independent samples)\n",
        column == 2 ? "program" : "decoders", sy / n / 1024, slope, sqrt(see / (n - 2) / sxx)}' "$work/memory"
done
grep -c reconnected "$work"/out/*.jsonl | sed "s|$work/out/||; s/.jsonl:/ reconnected /; s/\$/ times/"
kill -TERM "$pid"
wait "$pid" || true
tail -n 20 "$work/log"
