"""One of torchvision's networks with random weights, for timing.

Arguments: network, batch, height, width, threads, cpu or cuda. Builds the network, runs it once and prints how many
multiply-adds that took; then, for each line on standard input, runs it again and prints the seconds.
"""
import sys
import time

import torch
import torchvision

network, batch, height, width, threads, device = sys.argv[1:]
torch.set_num_threads(int(threads))
torch.manual_seed(1)
if network.startswith("densenet"):
    model = getattr(torchvision.models, network)(num_classes=1)
elif network == "retinanet-r50-fpn":
    model = torchvision.models.detection.retinanet_resnet50_fpn(weights=None, weights_backbone=None, num_classes=7)
elif network == "faster-rcnn-r50-fpn":
    model = torchvision.models.detection.fasterrcnn_resnet50_fpn(weights=None, weights_backbone=None, num_classes=8)
else:
    sys.exit("torchvision has no " + network)
model.eval().to(device)
images = torch.rand(int(batch), 3, int(height), int(width), device=device)
if not network.startswith("densenet"):
    images = list(images)
total = 0


def count(module, inputs, output):
    global total
    total += output.numel() * module.weight[0].numel()


def run():
    with torch.inference_mode():
        model(images)
    if device == "cuda":
        torch.cuda.synchronize()


layers = [m for m in model.modules() if isinstance(m, (torch.nn.Conv2d, torch.nn.Linear))]
hooks = [layer.register_forward_hook(count) for layer in layers]
run()
for hook in hooks:
    hook.remove()
print(total, flush=True)
for line in sys.stdin:
    start = time.perf_counter()
    run()
    print(time.perf_counter() - start, flush=True)
