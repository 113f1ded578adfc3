#!/usr/bin/env bash
# Trains the demo model from nothing, as docs/demo-model.md tells: draws the data, learns small pictures first, then larger ones, evaluates.
#   samples/train-demo.sh [FOLDER, ./demo-training by default]
# Each step that is done is not done again: call it once more after an interruption.
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
work=${1:-demo-training}
streaming=$here/streaming
[ -f "$work/train/annotations.json" ] || "$streaming" generate "$work/train" --images 8000 --seed 1
[ -f "$work/val/annotations.json" ] || "$streaming" generate "$work/val" --images 300 --seed 2

train() { # FOLDER OPTION…
  local output=$1
  shift
  [ -f "$output/model_final.safetensors" ] && return
  "$streaming" train --config "$here/samples/demo.yaml" --set SOLVER.AMP.ENABLED=True --data "$work/train" --val "$work/val" --output "$output" "$@" $([ -f "$output/last_checkpoint" ] && echo --resume)
}
train "$work/first" --weights "" --set "INPUT.MIN_SIZE_TRAIN=(256,)" --set INPUT.MIN_SIZE_TEST=256 \
  --set SOLVER.BASE_LR=0.02 --set SOLVER.WARMUP_ITERS=200 --set SOLVER.MAX_ITER=5000
train "$work/second" --weights "$work/first/model_final.safetensors"
"$streaming" evaluate "$work/val/annotations.json" --images "$work/val/images" --config "$here/samples/demo.yaml" --weights "$work/second/model_final.safetensors"
