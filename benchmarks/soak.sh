#!/usr/bin/env bash
# Does memory stay flat? Four RTSP cameras for some minutes, one of which is lost and comes back every now and then:
#   benchmarks/soak.sh [MINUTES, 30 by default]
# Prints the resident memory every ten seconds, and at the end its slope after the first twenty minutes, while the allocator still fills up (of a
# shorter run: in its last third), with the slope's standard error. Needs GStreamer and gst-rtsp-server.
set -euo pipefail
export MALLOC_ARENA_MAX=1 # as ./streaming has it
minutes=${1:-30}
here=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
dotnet build "$here/Streaming.sln" -c Release --nologo -v quiet
bin=$here/artifacts/bin

serve() { # PORT MOUNT…
  coproc SERVER { exec dotnet "$bin/Streaming.RtspServer/release/test-rtsp-server.dll" "$@"; }
  read -r port <&"${SERVER[0]}"
}
serve 0 a:320x240@10 b:320x240@10 c:640x360@10
steady=$port steady_pid=$SERVER_PID
exec {hold_steady}>&"${SERVER[1]}"
serve 0 d:320x240@10 2>/dev/null
shaky=$port shaky_pid=$SERVER_PID
exec {hold_shaky}>&"${SERVER[1]}"

cat >"$work/run.yaml" <<EOF
model: { config: $here/tests/data/golden/tiny.yaml, weights: $here/tests/data/golden/tiny.pkl, threads: 1 }
output: { folder: out }
metrics: { listen: "127.0.0.1:9464" }
defaults: { read_timeout_s: 3 }
sources:
  - { id: a, input: "rtsp://127.0.0.1:$steady/a" }
  - { id: b, input: "rtsp://127.0.0.1:$steady/b" }
  - { id: c, input: "rtsp://127.0.0.1:$steady/c" }
  - { id: d, input: "rtsp://127.0.0.1:$shaky/d" }
EOF
dotnet "$bin/Streaming.Cli/release/streaming.dll" run "$work/run.yaml" 2>"$work/log" &
pid=$!
trap 'kill -CONT "$shaky_pid" 2>/dev/null; kill "$pid" "$steady_pid" "$shaky_pid" 2>/dev/null; rm -rf "$work"' EXIT

echo "seconds  resident KiB  threads  files"
for ((seconds = 10; seconds <= minutes * 60; seconds += 10)); do
  sleep 10
  # Frozen for 20 of 120 seconds: the deadline fires, and it is connected to again.
  case $((seconds % 120)) in 60) kill -STOP "$shaky_pid" ;; 80) kill -CONT "$shaky_pid" ;; esac
  awk -v s="$seconds" -v files="$(ls "/proc/$pid/fd" | wc -l)" \
    '/^VmRSS/ {rss = $2} /^Threads/ {threads = $2} END {printf "%7d  %12d  %7d  %5d\n", s, rss, threads, files}' "/proc/$pid/status" | tee -a "$work/memory"
done

awk -v from=$((minutes >= 30 ? 1200 : minutes * 40)) '$1 > from {n++; x[n] = $1 / 60; y[n] = $2; sx += x[n]; sy += y[n]}
  END {for (i = 1; i <= n; i++) {sxx += (x[i] - sx / n) ^ 2; sxy += (x[i] - sx / n) * (y[i] - sy / n)}
    slope = sxy / sxx
    for (i = 1; i <= n; i++) {e = y[i] - sy / n - slope * (x[i] - sx / n); see += e * e}
    printf "mean %.1f MiB, slope %.1f KiB a minute, standard error %.1f (of independent samples)\n", sy / n / 1024, slope, sqrt(see / (n - 2) / sxx)}' "$work/memory"
grep -c reconnected "$work"/out/d.jsonl | sed 's/^/reconnected /;s/$/ times/'
kill -TERM "$pid"
wait "$pid" || true
tail -n 4 "$work/log"
