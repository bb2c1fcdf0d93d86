"""One network in PyTorch, for timing.

Arguments: network, folder, threads, cpu or cuda. Every answer is a line of JSON. Each line on standard input is a request,
the first one to make the network:
    make HEIGHT WIDTH      makes it with random weights that suit the radiograph in image.raw, and writes checkpoint.pth
    image N HEIGHT WIDTH   takes N copies of the image in image.raw from now on; answers the multiply-adds of one run and
                           the outputs for one image
    run                    answers the seconds of one run
    onnx                   writes network.onnx for the present images; answers why it could not
"""
import json
import sys
import time
import warnings


def answer(**fields):
    print(json.dumps(fields), flush=True)


try:
    import torch
    from networks import NETWORKS, OUTPUTS
except ImportError as missing:
    answer(error=str(missing))
    sys.exit(1)

name, folder, threads, device = sys.argv[1:]
PRODUCTS = ('aten::conv2d', 'aten::addmm', 'aten::mm', 'aten::bmm', 'aten::baddbmm')
warnings.filterwarnings('ignore')  # of tracing for ONNX
torch.set_num_threads(int(threads))
torch.set_grad_enabled(False)
torch.manual_seed(1)
network = NETWORKS[name]().eval()
images = None


def read(height, width):
    with open(folder + '/image.raw', 'rb') as file:
        return torch.frombuffer(bytearray(file.read()), dtype=torch.uint8).view(1, height, width)


def make(radiograph):
    network.prepare(radiograph)
    torch.save(network.checkpoint(), folder + '/checkpoint.pth')
    network.to(device)


def run():
    with torch.inference_mode():
        return [output.cpu() for output in network(images.to(device))]


def multiplications():
    with torch.profiler.profile(record_shapes=True, with_flops=True) as profile:
        run()
    return sum(event.flops for event in profile.events() if event.name in PRODUCTS) // 2


def outputs():
    values = dict(zip(OUTPUTS[network.kind], run()))
    if network.kind == 'classifier':
        return {name: float(value[0]) for name, value in values.items()}
    area = (values['boxes'][:, 2:] > values['boxes'][:, :2]).all(1)  # SpineXR reports no boxes without area
    return {name: value[area].tolist() for name, value in values.items()}


def export():
    path = folder + '/network.onnx'
    network.before_export(images)
    try:
        torch.onnx.export(
            network, (images,), path, opset_version=network.opset, input_names=['image'], output_names=OUTPUTS[network.kind])
    except Exception as problem:
        return str(problem).splitlines()[0]


for line in sys.stdin:
    request, *numbers = line.split()
    numbers = list(map(int, numbers))
    if request == 'make':
        make(read(*numbers))
        answer()
    elif request == 'image':
        images = read(*numbers[1:]).repeat(numbers[0], 1, 1)
        answer(multiplications=multiplications(), outputs=outputs())
    elif request == 'run':
        start = time.perf_counter()
        run()
        answer(seconds=time.perf_counter() - start)
    elif request == 'onnx':
        answer(problem=export())
