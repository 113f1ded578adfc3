"""The yardstick: torchvision's Mask R-CNN R50-FPN, a 1280x720 picture resized to 1333x750, 100 detections of random weights.

    yardstick.py [cpu | cuda] [BATCH] [fp32 | fp16 | bf16]

On the CPU, Debian 12 has torchvision 0.14: apt-get install python3-torchvision libopenblas0-pthread, then /usr/bin/python3 benchmarks/yardstick.py
(without OpenBLAS its linear layers take ten seconds).
"""
import os
import sys
import time

import torch
import torchvision

device, batch, precision = (sys.argv[1:] + ["cpu", "1", "fp32"][len(sys.argv) - 1 :])[:3]
types = {"fp32": None, "fp16": torch.float16, "bf16": torch.bfloat16}
torch.set_num_threads(os.cpu_count())
torch.manual_seed(0)
network = torchvision.models.detection.maskrcnn_resnet50_fpn(weights=None, weights_backbone=None, box_score_thresh=0.0).eval().to(device)
pictures = [torch.rand(3, 720, 1280, device=device) for _ in range(int(batch))]


def wait():
    if device == "cuda":
        torch.cuda.synchronize()


with torch.no_grad(), torch.autocast(device, dtype=types[precision] or torch.bfloat16, enabled=types[precision] is not None):
    for _ in range(6 if device == "cpu" else 30):
        wait()
        start = time.time()
        found = network(pictures)
        wait()
        seconds = time.time() - start
        print(
            f"torchvision {torchvision.__version__}, torch {torch.__version__}, {device}, {precision}, batch {batch}: "
            f"{seconds:.3f} s, {len(pictures) / seconds:.2f} images/s, {len(found[0]['boxes'])} detections",
            flush=True,
        )
