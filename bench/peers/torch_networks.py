"""The networks of bench/networks in PyTorch; images come as [batch, channels, height, width], outputs are logits."""
from torch import nn


def mnist_cnn():
    return nn.Sequential(nn.Conv2d(1, 32, 3), nn.ReLU(), nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Dropout(0.25),
                         nn.Flatten(), nn.Linear(9216, 128), nn.ReLU(), nn.Dropout(0.5), nn.Linear(128, 10))


def lenet5():
    return nn.Sequential(nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.AvgPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(),
                         nn.AvgPool2d(2), nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(),
                         nn.Linear(84, 10))


def example():
    return nn.Sequential(nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(),
                         nn.MaxPool2d(2), nn.Flatten(), nn.Linear(400, 256), nn.ReLU(), nn.Dropout(0.5),
                         nn.Linear(256, 10))


def founding():
    return nn.Sequential(nn.Conv2d(1, 16, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(16, 32, 5, padding=2),
                         nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(1568, 512), nn.ReLU(), nn.Dropout(0.5),
                         nn.Linear(512, 10))


def mlp():
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10))


def tiny_mlp():
    return nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 16), nn.ReLU(), nn.Linear(16, 2))


def normalized_convolution(channels, filters, size, stride=1, groups=1):
    return nn.Sequential(nn.Conv2d(channels, filters, size, stride, size // 2, groups=groups, bias=False),
                         nn.BatchNorm2d(filters))


class ResidualBlock(nn.Module):
    def __init__(self, channels, filters, stride):
        super().__init__()
        self.residual = nn.Sequential(normalized_convolution(channels, filters, 3, stride), nn.ReLU(),
                                      normalized_convolution(filters, filters, 3))
        self.shortcut = normalized_convolution(channels, filters, 1, stride) if stride > 1 else nn.Identity()

    def forward(self, x):
        return nn.functional.relu(self.residual(x) + self.shortcut(x))


def resnet20():
    blocks, channels = [], 16
    for filters in (16, 32, 64):
        for block in range(3):
            blocks.append(ResidualBlock(channels, filters, 2 if filters > 16 and block == 0 else 1))
            channels = filters
    return nn.Sequential(normalized_convolution(3, 16, 3), nn.ReLU(), *blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten(),
                         nn.Linear(64, 10))


class InvertedResidual(nn.Module):
    def __init__(self, channels, filters, stride, expansion):
        super().__init__()
        wide = channels * expansion
        expand = [normalized_convolution(channels, wide, 1), nn.ReLU6()] if expansion > 1 else []
        self.body = nn.Sequential(*expand, normalized_convolution(wide, wide, 3, stride, wide), nn.ReLU6(),
                                  normalized_convolution(wide, filters, 1))
        self.adds = stride == 1 and channels == filters

    def forward(self, x):
        return x + self.body(x) if self.adds else self.body(x)


def mobilenet_v2():
    blocks, channels = [normalized_convolution(3, 32, 3, 2), nn.ReLU6()], 32
    for expansion, filters, count, stride in ((1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1),
                                              (6, 160, 3, 2), (6, 320, 1, 1)):
        for block in range(count):
            blocks.append(InvertedResidual(channels, filters, stride if block == 0 else 1, expansion))
            channels = filters
    return nn.Sequential(*blocks, normalized_convolution(320, 1280, 1), nn.ReLU6(), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
                         nn.Linear(1280, 1000))


INPUT_SHAPES = {"mobilenet_v2": (3, 224, 224), "mnist_cnn": (1, 28, 28)}
