#!/usr/bin/env bash
# What bfloat16 gains and what it costs, beside float32 and in turns with it:
#   benchmarks/bf16.sh [ROUNDS, 5 by default]
# The gain: the full network's own rate. The cost: which of the demo model's detections stay, on the sample video and on 400 frames of four other streets.
set -euo pipefail
export MALLOC_ARENA_MAX=1 # as ./streaming has it
here=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
dotnet build "$here/Streaming.sln" -c Release --nologo -v quiet
streaming=$here/artifacts/bin/Streaming.Cli/release/streaming
for round in $(seq "${1:-5}"); do
  for precision in fp32 bf16; do
    "$streaming" bench 'synthetic:1280x720*1' --stage infer --weights synthetic:golden-1 --seconds 10 --precision "$precision" 2>/dev/null |
      grep -oE '[0-9.]+ images/s' | sed "s/^/$precision /"
  done
done | tee "$work/rates"
awk '$1 == "fp32" { full = $2 } $1 == "bf16" { print $2 / full }' "$work/rates" | sort -n | awk '{ r[NR] = $1 } END { print "ratio of a round: " r[1] " to " r[NR] ", the middle one " r[int((NR + 1) / 2)] }'
streets=$(printf 'synthetic://street?seed=%d&size=640x360&frames=100\n' 11 12 13 14)
for precision in fp32 bf16; do
  # shellcheck disable=SC2086 # one argument a street
  "$streaming" run "$here/samples/street.mp4" $streets --config "$here/samples/demo.yaml" --set MODEL.ROI_HEADS.SCORE_THRESH_TEST=0.05 --precision "$precision" --output "$work/$precision" 2>/dev/null
done
dotnet "$here/artifacts/bin/Streaming.Benchmarks/release/Streaming.Benchmarks.dll" agreement "$work/fp32" "$work/bf16"
