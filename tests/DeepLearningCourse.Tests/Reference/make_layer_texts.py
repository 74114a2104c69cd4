"""Records what PyTorch prints for each of TorchSharp's layers, and for networks of them.

Run with a Python that has torch:  python3 make_layer_texts.py
It writes layer_texts.json beside itself: the C# expression, and the text of the same layer in PyTorch.

It was run with PyTorch 1.13. Where PyTorch 2 prints otherwise, the cases follow PyTorch 2:
- Upsample writes its mode in quotes.
- Softplus has floats for its defaults: beta=1.0, threshold=20.0.
- ModuleList writes equal neighbours once, so no case has any; a test of its own covers them.
Where C# has a double, Python is given a float: PyTorch prints an int as it was given, and C# cannot tell 2 from 2.0.
"""
import json
import math
import pathlib
from collections import OrderedDict

import torch
from torch import nn

HERE = pathlib.Path(__file__).parent


def upsample_arguments(layer):
    target = f"size={layer.size}" if layer.scale_factor is None else f"scale_factor={layer.scale_factor}"
    return f"{target}, mode={layer.mode!r}"


nn.Upsample.extra_repr = upsample_arguments

LAYERS = [
    ('nn.Linear(10, 32)', nn.Linear(10, 32)),
    ('nn.Linear(10, 32, hasBias: false)', nn.Linear(10, 32, bias=False)),
    ('nn.Bilinear(2, 3, 4)', nn.Bilinear(2, 3, 4)),
    ('nn.Bilinear(2, 3, 4, hasBias: false)', nn.Bilinear(2, 3, 4, bias=False)),
    ('nn.Identity()', nn.Identity()),
    ('nn.Embedding(10, 3)', nn.Embedding(10, 3)),
    ('nn.Embedding(7, 1)', nn.Embedding(7, 1)),
    ('nn.Conv1d(3, 8, 5)', nn.Conv1d(3, 8, 5)),
    ('nn.Conv1d(4, 8, 5, stride: 2, padding: 3, dilation: 4, padding_mode: PaddingModes.Reflect, groups: 2, bias: false)', nn.Conv1d(4, 8, 5, stride=2, padding=3, dilation=4, padding_mode='reflect', groups=2, bias=False)),
    ('nn.Conv1d(3, 8, 5, Padding.Same)', nn.Conv1d(3, 8, 5, padding='same')),
    ('nn.Conv1d(3, 8, 5, Padding.Valid, dilation: 2)', nn.Conv1d(3, 8, 5, padding='valid', dilation=2)),
    ('nn.ConvTranspose1d(3, 8, 5)', nn.ConvTranspose1d(3, 8, 5)),
    ('nn.ConvTranspose1d(4, 8, 5, stride: 3, padding: 2, output_padding: 1, dilation: 4, groups: 2, bias: false)', nn.ConvTranspose1d(4, 8, 5, stride=3, padding=2, output_padding=1, dilation=4, groups=2, bias=False)),
    ('nn.Conv2d(3, 8, 5)', nn.Conv2d(3, 8, 5)),
    ('nn.Conv2d(4, 8, 5, stride: 2, padding: 3, dilation: 4, padding_mode: PaddingModes.Reflect, groups: 2, bias: false)', nn.Conv2d(4, 8, 5, stride=2, padding=3, dilation=4, padding_mode='reflect', groups=2, bias=False)),
    ('nn.Conv2d(3, 8, 5, Padding.Same)', nn.Conv2d(3, 8, 5, padding='same')),
    ('nn.Conv2d(3, 8, 5, Padding.Valid, dilation: 2)', nn.Conv2d(3, 8, 5, padding='valid', dilation=2)),
    ('nn.ConvTranspose2d(3, 8, 5)', nn.ConvTranspose2d(3, 8, 5)),
    ('nn.ConvTranspose2d(4, 8, 5, stride: 3, padding: 2, output_padding: 1, dilation: 4, groups: 2, bias: false)', nn.ConvTranspose2d(4, 8, 5, stride=3, padding=2, output_padding=1, dilation=4, groups=2, bias=False)),
    ('nn.Conv3d(3, 8, 5)', nn.Conv3d(3, 8, 5)),
    ('nn.Conv3d(4, 8, 5, stride: 2, padding: 3, dilation: 4, padding_mode: PaddingModes.Reflect, groups: 2, bias: false)', nn.Conv3d(4, 8, 5, stride=2, padding=3, dilation=4, padding_mode='reflect', groups=2, bias=False)),
    ('nn.Conv3d(3, 8, 5, Padding.Same)', nn.Conv3d(3, 8, 5, padding='same')),
    ('nn.Conv3d(3, 8, 5, Padding.Valid, dilation: 2)', nn.Conv3d(3, 8, 5, padding='valid', dilation=2)),
    ('nn.ConvTranspose3d(3, 8, 5)', nn.ConvTranspose3d(3, 8, 5)),
    ('nn.ConvTranspose3d(4, 8, 5, stride: 3, padding: 2, output_padding: 1, dilation: 4, groups: 2, bias: false)', nn.ConvTranspose3d(4, 8, 5, stride=3, padding=2, output_padding=1, dilation=4, groups=2, bias=False)),
    ('nn.Conv2d(1, 8, (3, 5), stride: (1, 2), padding: (0, 1), dilation: (2, 1), padding_mode: PaddingModes.Circular)', nn.Conv2d(1, 8, (3, 5), stride=(1, 2), padding=(0, 1), dilation=(2, 1), padding_mode='circular')),
    ('nn.Conv1d(1, 8, 3, padding: 1, padding_mode: PaddingModes.Replicate)', nn.Conv1d(1, 8, 3, padding=1, padding_mode='replicate')),
    ('nn.ConvTranspose2d(1, 8, (3, 5), stride: (2, 3), output_padding: (1, 2))', nn.ConvTranspose2d(1, 8, (3, 5), stride=(2, 3), output_padding=(1, 2))),
    ('nn.ReflectionPad1d(2)', nn.ReflectionPad1d(2)),
    ('nn.ReflectionPad1d((1, 2))', nn.ReflectionPad1d((1, 2))),
    ('nn.ReflectionPad2d(2)', nn.ReflectionPad2d(2)),
    ('nn.ReflectionPad2d((1, 2, 3, 4))', nn.ReflectionPad2d((1, 2, 3, 4))),
    ('nn.ReflectionPad3d(2)', nn.ReflectionPad3d(2)),
    ('nn.ReflectionPad3d((1, 2, 3, 4, 5, 6))', nn.ReflectionPad3d((1, 2, 3, 4, 5, 6))),
    ('nn.ReplicationPad1d(2)', nn.ReplicationPad1d(2)),
    ('nn.ReplicationPad1d((1, 2))', nn.ReplicationPad1d((1, 2))),
    ('nn.ReplicationPad2d(2)', nn.ReplicationPad2d(2)),
    ('nn.ReplicationPad2d((1, 2, 3, 4))', nn.ReplicationPad2d((1, 2, 3, 4))),
    ('nn.ReplicationPad3d(2)', nn.ReplicationPad3d(2)),
    ('nn.ReplicationPad3d((1, 2, 3, 4, 5, 6))', nn.ReplicationPad3d((1, 2, 3, 4, 5, 6))),
    ('nn.ZeroPad2d(2)', nn.ZeroPad2d(2)),
    ('nn.ZeroPad2d((1, 2, 3, 4))', nn.ZeroPad2d((1, 2, 3, 4))),
    ('nn.ConstantPad1d(2, 3.5)', nn.ConstantPad1d(2, 3.5)),
    ('nn.ConstantPad1d((1, 2), -1)', nn.ConstantPad1d((1, 2), -1.0)),
    ('nn.ConstantPad2d(2, 3.5)', nn.ConstantPad2d(2, 3.5)),
    ('nn.ConstantPad2d((1, 2, 3, 4), -1)', nn.ConstantPad2d((1, 2, 3, 4), -1.0)),
    ('nn.ConstantPad3d(2, 3.5)', nn.ConstantPad3d(2, 3.5)),
    ('nn.ConstantPad3d((1, 2, 3, 4, 5, 6), -1)', nn.ConstantPad3d((1, 2, 3, 4, 5, 6), -1.0)),
    ('nn.MaxPool1d(2)', nn.MaxPool1d(2)),
    ('nn.MaxPool1d(3, 2, 1, 4, ceil_mode: true)', nn.MaxPool1d(3, 2, 1, 4, ceil_mode=True)),
    ('nn.MaxPool2d(2)', nn.MaxPool2d(2)),
    ('nn.MaxPool2d(3, 2, 1, 4, ceil_mode: true)', nn.MaxPool2d(3, 2, 1, 4, ceil_mode=True)),
    ('nn.MaxPool2d((3, 4), (2, 1), (1, 0), (1, 2))', nn.MaxPool2d((3, 4), (2, 1), (1, 0), (1, 2))),
    ('nn.MaxPool2d((3, 4))', nn.MaxPool2d((3, 4))),
    ('nn.MaxPool3d(2)', nn.MaxPool3d(2)),
    ('nn.MaxPool3d(3, 2, 1, 4, ceil_mode: true)', nn.MaxPool3d(3, 2, 1, 4, ceil_mode=True)),
    ('nn.MaxPool3d((3, 4, 5), (2, 1, 1), (1, 0, 0), (1, 2, 3))', nn.MaxPool3d((3, 4, 5), (2, 1, 1), (1, 0, 0), (1, 2, 3))),
    ('nn.MaxPool3d((3, 4, 5))', nn.MaxPool3d((3, 4, 5))),
    ('nn.MaxUnpool1d(2)', nn.MaxUnpool1d(2)),
    ('nn.MaxUnpool1d(3, 2, 1)', nn.MaxUnpool1d(3, 2, 1)),
    ('nn.AvgPool1d(2)', nn.AvgPool1d(2)),
    ('nn.AvgPool1d(3, 2, 1, ceil_mode: true, count_include_pad: false)', nn.AvgPool1d(3, 2, 1, ceil_mode=True, count_include_pad=False)),
    ('nn.MaxUnpool2d(2)', nn.MaxUnpool2d(2)),
    ('nn.MaxUnpool2d(3, 2, 1)', nn.MaxUnpool2d(3, 2, 1)),
    ('nn.AvgPool2d(2)', nn.AvgPool2d(2)),
    ('nn.AvgPool2d(3, 2, 1, ceil_mode: true, count_include_pad: false)', nn.AvgPool2d(3, 2, 1, ceil_mode=True, count_include_pad=False)),
    ('nn.MaxUnpool3d(2)', nn.MaxUnpool3d(2)),
    ('nn.MaxUnpool3d(3, 2, 1)', nn.MaxUnpool3d(3, 2, 1)),
    ('nn.AvgPool3d(2)', nn.AvgPool3d(2)),
    ('nn.AvgPool3d(3, 2, 1, ceil_mode: true, count_include_pad: false)', nn.AvgPool3d(3, 2, 1, ceil_mode=True, count_include_pad=False)),
    ('nn.MaxUnpool2d((2, 3), (1, 2), (0, 1))', nn.MaxUnpool2d((2, 3), (1, 2), (0, 1))),
    ('nn.AvgPool2d((2, 3), (1, 2), (0, 1), divisor_override: 4)', nn.AvgPool2d((2, 3), (1, 2), (0, 1), divisor_override=4)),
    ('nn.LPPool1d(2, 3)', nn.LPPool1d(2.0, 3)),
    ('nn.LPPool1d(1.5, 3, 2, ceil_mode: true)', nn.LPPool1d(1.5, 3, 2, ceil_mode=True)),
    ('nn.LPPool2d(2, 3)', nn.LPPool2d(2.0, 3)),
    ('nn.LPPool2d(1.5, [3, 4], [2, 1], ceil_mode: true)', nn.LPPool2d(1.5, (3, 4), (2, 1), ceil_mode=True)),
    ('nn.FractionalMaxPool2d(2, output_size: 5)', nn.FractionalMaxPool2d(2, output_size=5)),
    ('nn.FractionalMaxPool2d(3, output_ratio: 0.5)', nn.FractionalMaxPool2d(3, output_ratio=0.5)),
    ('nn.FractionalMaxPool3d(2, output_size: 5)', nn.FractionalMaxPool3d(2, output_size=5)),
    ('nn.FractionalMaxPool3d(3, output_ratio: 0.5)', nn.FractionalMaxPool3d(3, output_ratio=0.5)),
    ('nn.AdaptiveAvgPool1d(1)', nn.AdaptiveAvgPool1d(1)),
    ('nn.AdaptiveAvgPool1d(5)', nn.AdaptiveAvgPool1d(5)),
    ('nn.AdaptiveMaxPool1d(1)', nn.AdaptiveMaxPool1d(1)),
    ('nn.AdaptiveMaxPool1d(5)', nn.AdaptiveMaxPool1d(5)),
    ('nn.AdaptiveAvgPool2d(1)', nn.AdaptiveAvgPool2d(1)),
    ('nn.AdaptiveAvgPool2d((5, 7))', nn.AdaptiveAvgPool2d((5, 7))),
    ('nn.AdaptiveAvgPool3d(1)', nn.AdaptiveAvgPool3d(1)),
    ('nn.AdaptiveAvgPool3d((5, 7, 9))', nn.AdaptiveAvgPool3d((5, 7, 9))),
    ('nn.AdaptiveMaxPool2d([1, 1])', nn.AdaptiveMaxPool2d(1)),
    ('nn.AdaptiveMaxPool2d([5, 7])', nn.AdaptiveMaxPool2d((5, 7))),
    ('nn.BatchNorm1d(8)', nn.BatchNorm1d(8)),
    ('nn.BatchNorm1d(8, 1e-3, 0.25, affine: false, track_running_stats: false)', nn.BatchNorm1d(8, 1e-3, 0.25, affine=False, track_running_stats=False)),
    ('nn.InstanceNorm1d(8)', nn.InstanceNorm1d(8)),
    ('nn.InstanceNorm1d(8, 1e-3, 0.25, affine: true, track_running_stats: true)', nn.InstanceNorm1d(8, 1e-3, 0.25, affine=True, track_running_stats=True)),
    ('nn.BatchNorm2d(8)', nn.BatchNorm2d(8)),
    ('nn.BatchNorm2d(8, 1e-3, 0.25, affine: false, track_running_stats: false)', nn.BatchNorm2d(8, 1e-3, 0.25, affine=False, track_running_stats=False)),
    ('nn.InstanceNorm2d(8)', nn.InstanceNorm2d(8)),
    ('nn.InstanceNorm2d(8, 1e-3, 0.25, affine: true, track_running_stats: true)', nn.InstanceNorm2d(8, 1e-3, 0.25, affine=True, track_running_stats=True)),
    ('nn.BatchNorm3d(8)', nn.BatchNorm3d(8)),
    ('nn.BatchNorm3d(8, 1e-3, 0.25, affine: false, track_running_stats: false)', nn.BatchNorm3d(8, 1e-3, 0.25, affine=False, track_running_stats=False)),
    ('nn.InstanceNorm3d(8)', nn.InstanceNorm3d(8)),
    ('nn.InstanceNorm3d(8, 1e-3, 0.25, affine: true, track_running_stats: true)', nn.InstanceNorm3d(8, 1e-3, 0.25, affine=True, track_running_stats=True)),
    ('nn.LayerNorm(4)', nn.LayerNorm(4)),
    ('nn.LayerNorm([3, 4], 1e-6, elementwise_affine: false)', nn.LayerNorm((3, 4), 1e-6, elementwise_affine=False)),
    ('nn.GroupNorm(2, 6)', nn.GroupNorm(2, 6)),
    ('nn.GroupNorm(3, 9, 0.0001)', nn.GroupNorm(3, 9, 0.0001)),
    ('nn.LocalResponseNorm(2)', nn.LocalResponseNorm(2)),
    ('nn.LocalResponseNorm(3, 0.5, 0.25, 2)', nn.LocalResponseNorm(3, 0.5, 0.25, 2.0)),
    ('nn.RNN(10, 20)', nn.RNN(10, 20)),
    ('nn.RNN(10, 20, numLayers: 2, bias: false, batchFirst: true, bidirectional: true)', nn.RNN(10, 20, num_layers=2, bias=False, batch_first=True, bidirectional=True)),
    ('nn.RNNCell(10, 20)', nn.RNNCell(10, 20)),
    ('nn.RNNCell(10, 20, bias: false)', nn.RNNCell(10, 20, bias=False)),
    ('nn.LSTM(10, 20)', nn.LSTM(10, 20)),
    ('nn.LSTM(10, 20, numLayers: 2, bias: false, batchFirst: true, bidirectional: true)', nn.LSTM(10, 20, num_layers=2, bias=False, batch_first=True, bidirectional=True)),
    ('nn.LSTMCell(10, 20)', nn.LSTMCell(10, 20)),
    ('nn.LSTMCell(10, 20, bias: false)', nn.LSTMCell(10, 20, bias=False)),
    ('nn.GRU(10, 20)', nn.GRU(10, 20)),
    ('nn.GRU(10, 20, numLayers: 2, bias: false, batchFirst: true, bidirectional: true)', nn.GRU(10, 20, num_layers=2, bias=False, batch_first=True, bidirectional=True)),
    ('nn.GRUCell(10, 20)', nn.GRUCell(10, 20)),
    ('nn.GRUCell(10, 20, bias: false)', nn.GRUCell(10, 20, bias=False)),
    ('nn.RNN(10, 20, numLayers: 3, nonLinearity: nn.NonLinearities.ReLU)', nn.RNN(10, 20, num_layers=3, nonlinearity='relu')),
    ('nn.MultiheadAttention(8, 2)', nn.MultiheadAttention(8, 2)),
    ('nn.MultiheadAttention(8, 4, 0.5, bias: false, add_bias_kv: true, add_zero_attn: true, kdim: 5, vdim: 6)', nn.MultiheadAttention(8, 4, 0.5, bias=False, add_bias_kv=True, add_zero_attn=True, kdim=5, vdim=6)),
    ('nn.Dropout()', nn.Dropout()),
    ('nn.Dropout(0.25, inplace: true)', nn.Dropout(0.25, inplace=True)),
    ('nn.Dropout1d()', nn.Dropout1d()),
    ('nn.Dropout1d(0.25, inplace: true)', nn.Dropout1d(0.25, inplace=True)),
    ('nn.Dropout2d()', nn.Dropout2d()),
    ('nn.Dropout2d(0.25, inplace: true)', nn.Dropout2d(0.25, inplace=True)),
    ('nn.Dropout3d()', nn.Dropout3d()),
    ('nn.Dropout3d(0.25, inplace: true)', nn.Dropout3d(0.25, inplace=True)),
    ('nn.AlphaDropout()', nn.AlphaDropout()),
    ('nn.AlphaDropout(0.25, inplace: true)', nn.AlphaDropout(0.25, inplace=True)),
    ('nn.FeatureAlphaDropout()', nn.FeatureAlphaDropout()),
    ('nn.FeatureAlphaDropout(0.25, inplace: true)', nn.FeatureAlphaDropout(0.25, inplace=True)),
    ('nn.ReLU()', nn.ReLU()),
    ('nn.ReLU(inplace: true)', nn.ReLU(inplace=True)),
    ('nn.ReLU6()', nn.ReLU6()),
    ('nn.ReLU6(inplace: true)', nn.ReLU6(inplace=True)),
    ('nn.SELU()', nn.SELU()),
    ('nn.SELU(inplace: true)', nn.SELU(inplace=True)),
    ('nn.SiLU()', nn.SiLU()),
    ('nn.SiLU(inplace: true)', nn.SiLU(inplace=True)),
    ('nn.Mish()', nn.Mish()),
    ('nn.Mish(inplace: true)', nn.Mish(inplace=True)),
    ('nn.Hardsigmoid()', nn.Hardsigmoid()),
    ('nn.Hardsigmoid(inplace: true)', nn.Hardsigmoid(inplace=True)),
    ('nn.Hardswish()', nn.Hardswish()),
    ('nn.Hardswish(inplace: true)', nn.Hardswish(inplace=True)),
    ('nn.Sigmoid()', nn.Sigmoid()),
    ('nn.Sigmoid(inplace: true)', nn.Sigmoid()),
    ('nn.Tanh()', nn.Tanh()),
    ('nn.Tanh(inplace: true)', nn.Tanh()),
    ('nn.Tanhshrink()', nn.Tanhshrink()),
    ('nn.Tanhshrink(inplace: true)', nn.Tanhshrink()),
    ('nn.Softsign()', nn.Softsign()),
    ('nn.Softsign(inplace: true)', nn.Softsign()),
    ('nn.LogSigmoid()', nn.LogSigmoid()),
    ('nn.Softmax2d()', nn.Softmax2d()),
    ('nn.LeakyReLU()', nn.LeakyReLU()),
    ('nn.LeakyReLU(0.2, inplace: true)', nn.LeakyReLU(0.2, inplace=True)),
    ('nn.RReLU()', nn.RReLU()),
    ('nn.RReLU(0.25, 0.5, inplace: true)', nn.RReLU(0.25, 0.5, inplace=True)),
    ('nn.PReLU(1)', nn.PReLU()),
    ('nn.PReLU(8, 0.5)', nn.PReLU(8, 0.5)),
    ('nn.ELU()', nn.ELU()),
    ('nn.ELU(0.5, inplace: true)', nn.ELU(0.5, inplace=True)),
    ('nn.CELU()', nn.CELU()),
    ('nn.CELU(0.5, inplace: true)', nn.CELU(0.5, inplace=True)),
    ('nn.GELU()', nn.GELU()),
    ('nn.GELU(GELU.Approximate.tanh)', nn.GELU('tanh')),
    ('nn.GLU()', nn.GLU()),
    ('nn.GLU(1)', nn.GLU(1)),
    ('nn.Hardtanh()', nn.Hardtanh()),
    ('nn.Hardtanh(-2, 3.5, inplace: true)', nn.Hardtanh(-2.0, 3.5, inplace=True)),
    ('nn.Hardshrink()', nn.Hardshrink()),
    ('nn.Hardshrink(1)', nn.Hardshrink(1.0)),
    ('nn.Softshrink()', nn.Softshrink()),
    ('nn.Softshrink(1)', nn.Softshrink(1.0)),
    ('nn.Softplus()', nn.Softplus(1.0, 20.0)),
    ('nn.Softplus(2, 1e16)', nn.Softplus(2.0, 1e16)),
    ('nn.Softplus(1e15, 0.00001)', nn.Softplus(1e15, 0.00001)),
    ('nn.Softplus(-12345678901234568, 1.5e300)', nn.Softplus(-12345678901234568.0, 1.5e300)),
    ('nn.Threshold(0.1, 20)', nn.Threshold(0.1, 20.0)),
    ('nn.Threshold(double.NegativeInfinity, double.NaN, inplace: true)', nn.Threshold(-math.inf, math.nan, inplace=True)),
    ('nn.Softmax(1)', nn.Softmax(1)),
    ('nn.Softmax(-1)', nn.Softmax(-1)),
    ('nn.Softmin(1)', nn.Softmin(1)),
    ('nn.Softmin(-1)', nn.Softmin(-1)),
    ('nn.LogSoftmax(1)', nn.LogSoftmax(1)),
    ('nn.LogSoftmax(-1)', nn.LogSoftmax(-1)),
    ('nn.Flatten()', nn.Flatten()),
    ('nn.Flatten(0, 2)', nn.Flatten(0, 2)),
    ('nn.Unflatten(1, [2, 5])', nn.Unflatten(1, (2, 5))),
    ('nn.Unflatten(-1, [6])', nn.Unflatten(-1, (6,))),
    ('nn.Fold(4, 2)', nn.Fold(4, 2)),
    ('nn.Fold((4, 5), (2, 3), (1, 2), (0, 1), (2, 1))', nn.Fold((4, 5), (2, 3), (1, 2), (0, 1), (2, 1))),
    ('nn.Unfold(2)', nn.Unfold(2)),
    ('nn.Unfold((2, 3), (1, 2), (0, 1), (2, 1))', nn.Unfold((2, 3), (1, 2), (0, 1), (2, 1))),
    ('nn.PixelShuffle(2)', nn.PixelShuffle(2)),
    ('nn.PixelShuffle(3)', nn.PixelShuffle(3)),
    ('nn.PixelUnshuffle(2)', nn.PixelUnshuffle(2)),
    ('nn.PixelUnshuffle(3)', nn.PixelUnshuffle(3)),
    ('nn.ChannelShuffle(2)', nn.ChannelShuffle(2)),
    ('nn.ChannelShuffle(3)', nn.ChannelShuffle(3)),
    ('nn.Upsample(size: [4, 4])', nn.Upsample(size=4)),
    ('nn.Upsample(size: [4, 5], mode: UpsampleMode.Bilinear, align_corners: true)', nn.Upsample(size=(4, 5), mode='bilinear', align_corners=True)),
    ('nn.Upsample(scale_factor: [2, 2])', nn.Upsample(scale_factor=2)),
    ('nn.Upsample(scale_factor: [1.5, 2], mode: UpsampleMode.Bicubic, recompute_scale_factor: true)', nn.Upsample(scale_factor=(1.5, 2), mode='bicubic', recompute_scale_factor=True)),
    ('nn.CosineSimilarity()', nn.CosineSimilarity()),
    ('nn.CosineSimilarity(0, 0.5)', nn.CosineSimilarity(0, 0.5)),
    ('nn.PairwiseDistance()', nn.PairwiseDistance()),
    ('nn.PairwiseDistance(1, 0.5, keepdim: true)', nn.PairwiseDistance(1.0, 0.5, keepdim=True)),
    ('nn.Sequential()', nn.Sequential()),
    ('nn.Sequential(nn.Linear(2, 3), nn.ReLU())', nn.Sequential(nn.Linear(2, 3), nn.ReLU())),
    ('nn.Sequential(("in", nn.Linear(2, 3)), ("body", nn.Sequential(nn.ReLU())))', nn.Sequential(OrderedDict([('in', nn.Linear(2, 3)), ('body', nn.Sequential(nn.ReLU()))]))),
    ('nn.ModuleList()', nn.ModuleList()),
    ('nn.ModuleList(nn.Linear(2, 3), nn.ReLU())', nn.ModuleList([nn.Linear(2, 3), nn.ReLU()])),
    ('nn.ModuleDict()', nn.ModuleDict()),
    ('nn.ModuleDict(("left", nn.Linear(2, 3)), ("right", nn.ReLU()))', nn.ModuleDict({'left': nn.Linear(2, 3), 'right': nn.ReLU()})),
    ('nn.ParameterList()', nn.ParameterList()),
    ('nn.ParameterList(nn.Parameter(zeros(3)))', nn.ParameterList([nn.Parameter(torch.zeros(3))])),
    ('nn.ParameterList(nn.Parameter(zeros(3)), nn.Parameter(zeros(2, 3, float64)))', nn.ParameterList([nn.Parameter(torch.zeros(3)), nn.Parameter(torch.zeros(2, 3, dtype=torch.float64))])),
    ('nn.ParameterDict()', nn.ParameterDict()),
    ('nn.ParameterDict(("w", nn.Parameter(zeros(3))), ("b", nn.Parameter(zeros(2, 3, float16))))', nn.ParameterDict([('w', nn.Parameter(torch.zeros(3))), ('b', nn.Parameter(torch.zeros(2, 3, dtype=torch.float16)))])),
    ('nn.L1Loss()', nn.L1Loss()),
    ('nn.L1Loss(nn.Reduction.Sum)', nn.L1Loss(reduction='sum')),
    ('nn.MSELoss()', nn.MSELoss()),
    ('nn.MSELoss(nn.Reduction.Sum)', nn.MSELoss(reduction='sum')),
    ('nn.SoftMarginLoss()', nn.SoftMarginLoss()),
    ('nn.SoftMarginLoss(nn.Reduction.Sum)', nn.SoftMarginLoss(reduction='sum')),
    ('nn.MultiLabelMarginLoss()', nn.MultiLabelMarginLoss()),
    ('nn.MultiLabelMarginLoss(nn.Reduction.Sum)', nn.MultiLabelMarginLoss(reduction='sum')),
    ('nn.BCELoss()', nn.BCELoss()),
    ('nn.BCELoss(zeros(2), nn.Reduction.Sum)', nn.BCELoss(torch.zeros(2), reduction='sum')),
    ('nn.NLLLoss()', nn.NLLLoss()),
    ('nn.NLLLoss(zeros(2), nn.Reduction.Sum)', nn.NLLLoss(torch.zeros(2), reduction='sum')),
    ('nn.MultiLabelSoftMarginLoss()', nn.MultiLabelSoftMarginLoss()),
    ('nn.MultiLabelSoftMarginLoss(zeros(2), nn.Reduction.Sum)', nn.MultiLabelSoftMarginLoss(torch.zeros(2), reduction='sum')),
    ('nn.BCEWithLogitsLoss()', nn.BCEWithLogitsLoss()),
    ('nn.BCEWithLogitsLoss(zeros(2), nn.Reduction.Sum, zeros(2))', nn.BCEWithLogitsLoss(torch.zeros(2), pos_weight=torch.zeros(2), reduction='sum')),
    ('nn.CrossEntropyLoss()', nn.CrossEntropyLoss()),
    ('nn.CrossEntropyLoss(zeros(2), 1, nn.Reduction.Sum)', nn.CrossEntropyLoss(torch.zeros(2), ignore_index=1, reduction='sum')),
    ('nn.CosineEmbeddingLoss()', nn.CosineEmbeddingLoss()),
    ('nn.CosineEmbeddingLoss(0.5, nn.Reduction.Sum)', nn.CosineEmbeddingLoss(0.5, reduction='sum')),
    ('nn.HingeEmbeddingLoss()', nn.HingeEmbeddingLoss()),
    ('nn.HingeEmbeddingLoss(0.5, nn.Reduction.Sum)', nn.HingeEmbeddingLoss(0.5, reduction='sum')),
    ('nn.HuberLoss()', nn.HuberLoss()),
    ('nn.HuberLoss(0.5, nn.Reduction.Sum)', nn.HuberLoss(delta=0.5, reduction='sum')),
    ('nn.MarginRankingLoss()', nn.MarginRankingLoss()),
    ('nn.MarginRankingLoss(0.5, nn.Reduction.Sum)', nn.MarginRankingLoss(0.5, reduction='sum')),
    ('nn.CTCLoss()', nn.CTCLoss()),
    ('nn.CTCLoss(1, true, nn.Reduction.Sum)', nn.CTCLoss(1, zero_infinity=True, reduction='sum')),
    ('nn.GaussianNLLLoss()', nn.GaussianNLLLoss()),
    ('nn.GaussianNLLLoss(true, 0.5f, nn.Reduction.Sum)', nn.GaussianNLLLoss(full=True, eps=0.5, reduction='sum')),
    ('nn.KLDivLoss()', nn.KLDivLoss()),
    ('nn.KLDivLoss(false, nn.Reduction.Sum)', nn.KLDivLoss(log_target=False, reduction='sum')),
    ('nn.MultiMarginLoss()', nn.MultiMarginLoss()),
    ('nn.MultiMarginLoss(2, 0.5, zeros(2), nn.Reduction.Sum)', nn.MultiMarginLoss(2, 0.5, torch.zeros(2), reduction='sum')),
    ('nn.PoissonNLLLoss()', nn.PoissonNLLLoss()),
    ('nn.PoissonNLLLoss(false, true, 0.5f, nn.Reduction.Sum)', nn.PoissonNLLLoss(False, True, eps=0.5, reduction='sum')),
    ('nn.SmoothL1Loss()', nn.SmoothL1Loss()),
    ('nn.SmoothL1Loss(nn.Reduction.Sum, 0.5)', nn.SmoothL1Loss(beta=0.5, reduction='sum')),
    ('nn.TripletMarginLoss()', nn.TripletMarginLoss()),
    ('nn.TripletMarginLoss(0.5, 1, 0.5, true, nn.Reduction.Sum)', nn.TripletMarginLoss(0.5, 1, 0.5, True, reduction='sum')),
    ('nn.TripletMarginWithDistanceLoss()', nn.TripletMarginWithDistanceLoss()),
    ('nn.TripletMarginWithDistanceLoss((a, b) => a - b, 0.5, true, nn.Reduction.Sum)', nn.TripletMarginWithDistanceLoss(distance_function=lambda a, b: a - b, margin=0.5, swap=True, reduction='sum')),
]


class LstmClassifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(100, 16)
        self.lstm = nn.LSTM(16, 32, num_layers=2, batch_first=True, bidirectional=True)
        self.dropout = nn.Dropout(0.3)
        self.head = nn.Linear(64, 5)


class ConvolutionBlocks(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 16, 3, padding=1, bias=False), nn.BatchNorm2d(16), nn.ReLU(inplace=True))
        self.blocks = nn.ModuleList([self.block(16, 32), self.block(32, 64)])
        self.paths = nn.ModuleDict({"near": nn.AvgPool2d(2), "far": nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten())})
        self.scales = nn.ParameterList([nn.Parameter(torch.zeros(3)), nn.Parameter(torch.zeros(2, 2))])
        self.head = nn.Linear(64, 10)

    @staticmethod
    def block(inputs, outputs):
        return nn.Sequential(OrderedDict([
            ("conv", nn.Conv2d(inputs, outputs, 3, padding="same")), ("act", nn.GELU()), ("pool", nn.MaxPool2d(2))]))


class EncoderLayer(nn.Module):
    def __init__(self, size, inner):
        super().__init__()
        self.attention = nn.MultiheadAttention(size, 2)
        self.feed_forward = nn.Sequential(nn.Linear(size, inner), nn.GELU(approximate="tanh"), nn.Linear(inner, size))
        self.norm1 = nn.LayerNorm(size)
        self.norm2 = nn.LayerNorm(size)
        self.dropout = nn.Dropout(0.1)


class EncoderClassifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(50, 8)
        self.layers = nn.ModuleList([EncoderLayer(8, 16), EncoderLayer(8, 32)])
        self.head = nn.Linear(8, 3)


texts = {expression: repr(layer) for expression, layer in LAYERS}
texts.update({type(network).__name__: repr(network) for network in (LstmClassifier(), ConvolutionBlocks(), EncoderClassifier())})
(HERE / "layer_texts.json").write_text(json.dumps(texts, indent=1, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")
