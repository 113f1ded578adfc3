#!/usr/bin/env bash
# Does memory stay flat while the full network runs? 1280x720 resized to 1333x750, JSON lines with run lengths:
#   benchmarks/memory.sh [FRAMES, 500 by default] [BATCH, 1 by default] [OPTION of run…]
# Prints the resident memory every 50 frames, and the peak at the end.
set -euo pipefail
export MALLOC_ARENA_MAX=1 # as ./streaming has it
frames=${1:-500} batch=${2:-1}
shift $(($# < 2 ? $# : 2))
here=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
dotnet build "$here/cli" -c Release --nologo -v quiet
"$here/artifacts/bin/Streaming.Cli/release/streaming" run "synthetic:1280x720*$frames" --weights synthetic:golden-1 --batch-size "$batch" --output "$work/out" "$@" 2>"$work/log" &
pid=$!
trap 'kill "$pid" 2>/dev/null; rm -rf "$work"' EXIT
echo "frames  resident MiB"
next=10
while kill -0 "$pid" 2>/dev/null; do
  sleep 1
  done=$(grep -c '"type":"frame"' "$work"/out/*.jsonl 2>/dev/null || true)
  if [ "${done:-0}" -ge "$next" ]; then
    awk -v done="$done" '/^VmRSS/ {printf "%6d  %12.1f\n", done, $2 / 1024}' "/proc/$pid/status" 2>/dev/null || true
    next=$(((done / 50 + 1) * 50))
  fi
  awk '/^VmHWM/ {printf "%.1f", $2 / 1024}' "/proc/$pid/status" >"$work/peak.new" 2>/dev/null && [ -s "$work/peak.new" ] && mv "$work/peak.new" "$work/peak" || true
done
echo "peak $(cat "$work/peak") MiB"
tail -n 1 "$work/log"
