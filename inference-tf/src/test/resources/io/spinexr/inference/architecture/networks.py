"""Every network in PyTorch, from grey levels to outputs, with weights that keep signals finite and detections few."""
import torch
import torch.nn.functional as F
import torchvision
from torch import nn
from torchvision.models.detection import FasterRCNN, RetinaNet
from torchvision.models.detection.backbone_utils import resnet_fpn_backbone
from torchvision.ops.feature_pyramid_network import LastLevelP6P7

from efficientdet import B0, B1, B2, EfficientDet
from sparse_rcnn import SparseRcnn

IMAGENET = ((123.675, 116.28, 103.53), (58.395, 57.12, 57.375))
DETECTRON2 = ((103.53, 116.28, 123.675), (1.0, 1.0, 1.0))
OUTPUTS = {'classifier': ['logit', 'probability'], 'detector': ['boxes', 'scores', 'labels']}


class Served(nn.Module):
    """
    A network that does what its SavedModel does: uint8 [batch, height, width] in, a detector's batch being one;
    logit and probability [batch], or boxes [n, 4], scores [n] and labels [n] out.
    """

    kind = 'detector'
    # torchvision does not say how ROIAlign is aligned when it exports to ONNX: opset 16 means aligned, earlier ones not.
    opset = 15

    def __init__(self, network, normalization=None):
        super().__init__()
        self.network = network
        if normalization:
            self.register_buffer('mean', torch.tensor(normalization[0]).view(1, 3, 1, 1))
            self.register_buffer('deviation', torch.tensor(normalization[1]).view(1, 3, 1, 1))

    def normalized(self, image):
        return (image.float()[:, None] - self.mean) / self.deviation

    def size(self, height, width):
        """What the height and width of an image become before it is given to the network."""
        return height, width

    def prepare(self, radiograph):
        """Gives the weights their final values: those with which signals keep their size on this image."""
        size = self.size(*radiograph.shape[1:])
        image = F.interpolate(radiograph[None].float(), size, mode='area')[0].byte()
        for name, module in self.named_modules():
            if isinstance(module, nn.BatchNorm2d):
                module.train()
                module.momentum = 1.0  # the running statistics become those of the image
                if name.endswith(('bn3', 'conv3.norm')):
                    module.weight.fill_(0.3)  # or rounding errors would grow from one residual block to the next
        self(image)
        self.eval()
        self.adjust(image)

    def adjust(self, image):
        """Changes weights that are no batch normalisation's."""

    def spread(self, image, deviations):
        """Scales layers so that their outputs have these standard deviations."""
        for name, deviation in deviations.items():
            layer, outputs = self.network.get_submodule(name), []
            hook = layer.register_forward_hook(lambda module, inputs, output: outputs.append(output.flatten()))
            self(image)
            hook.remove()
            layer.weight.mul_(deviation / torch.cat(outputs).std())

    def checkpoint(self):
        return self.network.state_dict()

    def before_export(self, image):
        """Changes what ONNX would express in another way."""


class DenseNet(Served):
    kind = 'classifier'

    def __init__(self, name):
        super().__init__(getattr(torchvision.models, name)(num_classes=1), IMAGENET)

    def forward(self, image):
        logit = self.network(self.normalized(image))[:, 0]
        return logit, logit.sigmoid()

    def size(self, height, width):
        return 224, 224


class Torchvision(Served):
    """A detector of torchvision, which normalises and resizes by itself."""

    def __init__(self, network, first, deviations, background=None):
        super().__init__(network)
        self.first, self.deviations, self.background = first, deviations, background

    def forward(self, image):
        result = self.network([(image.float() / 255).expand(3, -1, -1)])[0]
        return result['boxes'], result['scores'], result['labels'] - self.first

    def before_export(self, image):
        # Resizing to a size is exported as it is, resizing by a factor with another rounding.
        height, width = self.network.transform.resize(image.float(), None)[0].shape[1:]
        self.network.transform.fixed_size = (width, height)

    def adjust(self, image):
        self.spread(image, self.deviations)
        if self.background:
            self.network.get_submodule(self.background).bias[0] = 4.0


def faster_rcnn(depth):
    backbone = resnet_fpn_backbone(f'resnet{depth}', weights=None, norm_layer=nn.BatchNorm2d, trainable_layers=5)
    scores = 'roi_heads.box_predictor.cls_score'
    deviations = {'rpn.head.cls_logits': 2.0, 'rpn.head.bbox_pred': 0.2, scores: 1.0, 'roi_heads.box_predictor.bbox_pred': 0.5}
    return Torchvision(FasterRCNN(backbone, num_classes=8), 1, deviations, scores)


def retinanet(depth):
    backbone = resnet_fpn_backbone(
        f'resnet{depth}', weights=None, norm_layer=nn.BatchNorm2d, trainable_layers=5, returned_layers=[2, 3, 4],
        extra_blocks=LastLevelP6P7(256, 256))
    deviations = {'head.classification_head.cls_logits': 0.5, 'head.regression_head.bbox_reg': 0.2}
    return Torchvision(RetinaNet(backbone, num_classes=7), 0, deviations)


class Sparse(Served):
    opset = 16

    def __init__(self, depth):
        super().__init__(SparseRcnn(depth), DETECTRON2)
        boxes = self.network.init_proposal_boxes.weight
        boxes.uniform_()
        boxes[:, 2:].mul_(0.3).add_(0.1)

    def forward(self, image):
        return self.network(self.normalized(image))

    def size(self, height, width):
        scale = min(800 / min(height, width), 1333 / max(height, width))
        return int(height * scale + 0.5), int(width * scale + 0.5)


class Efficient(Served):
    def __init__(self, backbone, channels, cells, side):
        super().__init__(EfficientDet(backbone, channels, cells, False, 1), IMAGENET)
        self.side = side

    def padded(self, image):
        height, width = image.shape[1:]
        return F.pad(self.normalized(image), (0, self.side - width, 0, self.side - height))

    def forward(self, image):
        return self.network.detections(self.padded(image), *image.shape[1:])

    def adjust(self, image):
        _, _, logits, differences = self.network.layers(self.padded(image))
        # Scores that round to 1 would make the order of the best boxes a matter of chance.
        for name, outputs, largest in (('class_net', logits, 8.0), ('box_net', differences, 2.0)):
            weight = self.network.weights[name + '.predict.conv_pw.weight']
            weight.mul_(largest / torch.cat([output.flatten() for output in outputs]).abs().max())

    def size(self, height, width):
        scale = self.side / max(height, width)
        return int(height * scale + 1e-6), int(width * scale + 1e-6)

    def checkpoint(self):
        return self.network.weights

    def _apply(self, function):
        self.network.weights = {key: function(value) for key, value in self.network.weights.items()}
        return super()._apply(function)


NETWORKS = {
    'densenet121': lambda: DenseNet('densenet121'),
    'densenet169': lambda: DenseNet('densenet169'),
    'densenet201': lambda: DenseNet('densenet201'),
    'sparse-rcnn-r50': lambda: Sparse(50),
    'sparse-rcnn-r101': lambda: Sparse(101),
    'faster-rcnn-r50-fpn': lambda: faster_rcnn(50),
    'faster-rcnn-r101-fpn': lambda: faster_rcnn(101),
    'retinanet-r50-fpn': lambda: retinanet(50),
    'retinanet-r101-fpn': lambda: retinanet(101),
    'efficientdet-d0': lambda: Efficient(B0, 64, 3, 512),
    'efficientdet-d1': lambda: Efficient(B1, 88, 4, 640),
    'efficientdet-d2': lambda: Efficient(B2, 112, 5, 768),
}
