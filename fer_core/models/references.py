"""Dense and near-dense networks to compare the light ones with.

mini-Xception, ResNet-18 with a 3x3 stride-1 stem and VGG19-BN are what the I-MobileNetV2 paper's "Xception",
"ResNet50" and "VGG" rows really were, by their printed sizes. The plain residual network is our own reference: what a
small dense network reaches with the same training. Each has only one stride plan.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from torch import Tensor, nn

from fer_core.errors import ConfigError
from fer_core.models.blocks import Classifier, conv_bn, dropout_linear, initialise, pool_head
from fer_core.models.registry import NetworkConfig, Variant, register


@dataclass(frozen=True, kw_only=True)
class ResNetConfig(NetworkConfig):
    """Stem at full resolution, then stages of two basic blocks; each but the first `flat_stages` halves the map."""

    output_stride: int = 8
    stem: int = 64
    stages: tuple[int, ...] = (64, 128, 256, 512)
    flat_stages: int = 1  # how many stages, from the first, keep the resolution
    dropout: float = 0.0


@dataclass(frozen=True, kw_only=True)
class VGG19Config(NetworkConfig):
    """VGG19 with batch norm and one linear layer."""

    dropout: float = 0.5


@dataclass(frozen=True, kw_only=True)
class MiniXceptionConfig(NetworkConfig):
    """mini-Xception; its two unpadded stem convolutions make 3x3 of 48 px."""

    output_stride: int = 16


class BasicBlock(nn.Module):
    """relu(x + BN(conv(relu(BN(conv x))))) (He et al. 2016, arXiv:1512.03385), with a 1x1 skip if the shape changes.

    Shape: (N, c_in, H, W) -> (N, c_out, H / stride, W / stride).
    """

    def __init__(self, c_in: int, c_out: int, stride: int):
        super().__init__()
        self.body = nn.Sequential(
            conv_bn(c_in, c_out, 3, stride=stride, act="relu"), conv_bn(c_out, c_out, 3, act="none")
        )
        same = stride == 1 and c_in == c_out
        self.skip = nn.Identity() if same else conv_bn(c_in, c_out, stride=stride, act="none")
        self.act = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        """(N, in, H, W) -> (N, out, H / stride, W / stride)."""
        return self.act(self.skip(x) + self.body(x))


class ResNet(Classifier):
    """3x3 stride-1 stem without pooling, stages of two basic blocks, pooling, one linear layer."""

    def __init__(self, config: ResNetConfig):
        super().__init__()
        _only_stride(config, 2 ** (len(config.stages) - config.flat_stages), "a residual reference network")
        c = config.stem
        blocks: list[nn.Module] = [conv_bn(config.in_channels, c, 3, act="relu")]
        for number, c_out in enumerate(config.stages):
            stride = 1 if number < config.flat_stages else 2
            blocks += [BasicBlock(c, c_out, stride), BasicBlock(c_out, c_out, 1)]
            c = c_out
        self.features = nn.Sequential(*blocks)
        self.head = pool_head()
        self.classifier = dropout_linear(c, config.num_classes, config.dropout)
        initialise(self)


class VGG19(Classifier):
    """VGG19's sixteen 3x3 convolutions (with biases) and batch norm, pooling, one linear layer
    (Simonyan and Zisserman 2015, arXiv:1409.1556, configuration E).
    """

    STAGES = ((64, 2), (128, 2), (256, 4), (512, 4), (512, 4))

    def __init__(self, config: VGG19Config):
        super().__init__()
        _only_stride(config, 32, "VGG19")
        c = config.in_channels
        stages = []
        for c_out, repeats in self.STAGES:
            layers: list[nn.Module] = []
            for _ in range(repeats):
                layers += [nn.Conv2d(c, c_out, 3, padding=1), nn.BatchNorm2d(c_out), nn.ReLU()]
                c = c_out
            stages.append(nn.Sequential(*layers, nn.MaxPool2d(2)))
        self.features = nn.Sequential(*stages)
        self.head = pool_head()
        self.classifier = dropout_linear(c, config.num_classes, config.dropout)
        initialise(self)


class SeparableConv(nn.Sequential):
    """Depthwise 3x3, pointwise 1x1, batch norm; nothing between the two convolutions."""

    def __init__(self, c_in: int, c_out: int):
        super().__init__(
            nn.Conv2d(c_in, c_in, 3, padding=1, groups=c_in, bias=False),
            nn.Conv2d(c_in, c_out, 1, bias=False),
            nn.BatchNorm2d(c_out),
        )


class XceptionBlock(nn.Module):
    """Two separable convolutions and a pooling, beside a strided 1x1 convolution: halves the map."""

    def __init__(self, c_in: int, c_out: int):
        super().__init__()
        self.body = nn.Sequential(
            SeparableConv(c_in, c_out), nn.ReLU(), SeparableConv(c_out, c_out), nn.MaxPool2d(3, 2, padding=1)
        )
        self.skip = conv_bn(c_in, c_out, stride=2, act="none")

    def forward(self, x: Tensor) -> Tensor:
        """(N, in, H, W) -> (N, out, H / stride, W / stride)."""
        return self.skip(x) + self.body(x)


class MiniXception(Classifier):
    """mini-Xception (Arriaga et al. 2017, arXiv:1710.07557): the last convolution gives one map per expression.

    Pooling those maps gives the logits, so the embedding is the logits and `classify` changes nothing.
    """

    def __init__(self, config: MiniXceptionConfig):
        super().__init__()
        _only_stride(config, 16, "mini-Xception")
        stem: list[nn.Module] = []
        c = config.in_channels
        for _ in range(2):
            stem += [nn.Conv2d(c, 8, 3, bias=False), nn.BatchNorm2d(8), nn.ReLU()]
            c = 8
        self.features = nn.Sequential(
            nn.Sequential(*stem), *(XceptionBlock(a, b) for a, b in ((8, 16), (16, 32), (32, 64), (64, 128)))
        )
        self.head = nn.Sequential(nn.Conv2d(128, config.num_classes, 3, padding=1), *pool_head())
        self.classifier = nn.Identity()
        initialise(self)

    @property
    def embedding_size(self) -> int:
        """D of what `embed` returns."""
        return len(self.head.get_parameter("0.bias"))


def _only_stride(config: NetworkConfig, stride: int, who: str) -> None:
    if config.output_stride != stride:
        raise ConfigError(f"output_stride={config.output_stride} is not valid for {who}: its only plan is {stride}")


DENSE = ResNetConfig(stem=32, stages=(64, 96, 160), flat_stages=0, dropout=0.2)

register(
    "mini_xception",
    "Arriaga et al. 2017, arXiv:1710.07557",
    MiniXception,
    {"": Variant("mini-Xception", MiniXceptionConfig())},
)
register(
    "resnet18",
    "He et al. 2016, arXiv:1512.03385, with a 3x3 stride-1 stem",
    ResNet,
    {"": Variant("ResNet-18 (3x3 stem)", ResNetConfig())},
)
register(
    "vgg19_bn",
    "Simonyan and Zisserman 2015, arXiv:1409.1556",
    VGG19,
    {"": Variant("VGG19-BN", VGG19Config())},
)
register(
    "dense_resnet",
    "our own yardstick: He et al. 2016's basic blocks, small",
    ResNet,
    {
        "": Variant("Dense residual network", DENSE),
        "small": Variant("Dense residual network, small", replace(DENSE, stem=16, stages=(24, 40, 64))),
    },
)
