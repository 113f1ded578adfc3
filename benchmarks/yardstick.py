"""The yardstick: torchvision's Mask R-CNN R50-FPN on the CPU, a 1280x720 picture resized to 1333x750, 100 detections of random weights.

Debian 12 has torchvision 0.14: apt-get install python3-torchvision libopenblas0-pthread, then /usr/bin/python3 benchmarks/yardstick.py
(without OpenBLAS its linear layers take ten seconds).
"""
import os
import time

import torch
import torchvision

torch.set_num_threads(os.cpu_count())
torch.manual_seed(0)
network = torchvision.models.detection.maskrcnn_resnet50_fpn(weights=None, weights_backbone=None, box_score_thresh=0.0).eval()
picture = torch.rand(3, 720, 1280)
with torch.no_grad():
    for _ in range(6):
        start = time.time()
        found = network([picture])[0]
        print(f"torchvision {torchvision.__version__}, torch {torch.__version__}: {time.time() - start:.2f} s, {len(found['boxes'])} detections", flush=True)
