"""Layers that become one node in an exported graph: ONNX Runtime's own, of the domain com.microsoft, which CUDA has fast kernels for.

Each is a function with a symbol: PyTorch computes the former and exports the latter. What no kernel can do is exported as it is.
All shapes but the batch's are constants: what follows a Shape runs on the processor, but with prefer_nhwc=1 ONNX Runtime asks the CUDA
provider twice where nodes belong, and the second time it no longer sees the Shape before them (GetCpuPreferredNodes gets new nodes only).
They go to the device then, the shapes have to be copied, and a graph with copies cannot be captured.
"""

import contextlib
import math

import torch
import torch.nn.functional as F

import kernels

TO_NHWC, TO_NCHW = [0, 2, 3, 1], [0, 3, 1, 2]
ONNX_FLOAT, ONNX_FLOAT16 = 1, 10  # TensorProto.DataType

STANDARD, PORTABLE, CUDA = range(3)  # standard operators only; also those that ONNX Runtime has on every device; all

_level = PORTABLE


@contextlib.contextmanager
def export_for(level):
    """How far the exports within it are fused."""
    global _level
    before, _level = _level, level
    try:
        yield
    finally:
        _level = before


def exporting(level):
    return torch.onnx.is_in_onnx_export() and _level >= level


def _constant(g, value):
    return g.op("Constant", value_t=torch.as_tensor(value))


def attend(q, k, v, heads):
    """Attention on [batch, tokens, width]."""
    q, k, v = (x.reshape(*x.shape[:2], heads, x.shape[2] // heads).transpose(1, 2) for x in (q, k, v))
    if hasattr(F, "scaled_dot_product_attention"):
        out = F.scaled_dot_product_attention(q, k, v)
    else:
        out = (q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1])).softmax(-1) @ v
    return out.transpose(1, 2).flatten(2)


def attend_wide(q, k, v, heads):
    """In float32, whatever the inputs are."""
    return attend(q.float(), k.float(), v.float(), heads).to(q.dtype)


class FusedAttention(torch.autograd.Function):
    """Flash attention on CUDA."""

    @staticmethod
    def forward(ctx, q, k, v, heads, wide):
        return (attend_wide if wide else attend)(q, k, v, heads)

    @staticmethod
    def symbolic(g, q, k, v, heads, wide):
        kind = q.type()
        if wide:
            q, k, v = (g.op("Cast", x, to_i=ONNX_FLOAT) for x in (q, k, v))
        out = g.op("com.microsoft::MultiHeadAttention", q, k, v, num_heads_i=heads)
        return (g.op("Cast", out, to_i=ONNX_FLOAT16) if wide else out).setType(kind)


def attention(q, k, v, heads, wide=False):
    wide = wide and q.dtype == torch.float16
    return FusedAttention.apply(q, k, v, heads, wide) if exporting(PORTABLE) else (attend_wide if wide else attend)(q, k, v, heads)


def normalize(x, weight, bias, groups, epsilon, silu):
    x = F.group_norm(x, groups, weight, bias, epsilon)
    return F.silu(x) if silu else x


class FusedGroupNorm(torch.autograd.Function):
    """One node for the normalization and its SiLU. It wants NHWC: the transposes cancel out against those of prefer_nhwc=1."""

    @staticmethod
    def forward(ctx, x, weight, bias, groups, epsilon, silu):
        return normalize(x, weight, bias, groups, epsilon, silu)

    @staticmethod
    def symbolic(g, x, weight, bias, groups, epsilon, silu):
        weight, bias = (g.op("Cast", value, to_i=ONNX_FLOAT) for value in (weight, bias))  # the kernel takes no others
        last = g.op("Transpose", x, perm_i=TO_NHWC)
        normed = g.op("com.microsoft::GroupNorm", last, weight, bias,
                      activation_i=int(silu), channels_last_i=1, epsilon_f=epsilon, groups_i=groups)
        return g.op("Transpose", normed, perm_i=TO_NCHW).setType(x.type())


class FixedGroupNorm(torch.autograd.Function):
    """What PyTorch's exporter makes of it, but for the shapes, which are constants here."""

    @staticmethod
    def forward(ctx, x, weight, bias, groups, epsilon, silu, side):
        return normalize(x, weight, bias, groups, epsilon, silu)

    @staticmethod
    def symbolic(g, x, weight, bias, groups, epsilon, silu, side):
        ones, zeros = (_constant(g, make(groups, dtype=weight.type().dtype())) for make in (torch.ones, torch.zeros))
        grouped = g.op("Reshape", x, _constant(g, [0, groups, -1]))
        normed = g.op("InstanceNormalization", grouped, ones, zeros, epsilon_f=epsilon)
        normed = g.op("Reshape", normed, _constant(g, [0, -1, side, side]))
        weight, bias = (g.op("Reshape", value, _constant(g, [-1, 1, 1])) for value in (weight, bias))
        y = g.op("Add", g.op("Mul", normed, weight), bias)
        return (g.op("Mul", y, g.op("Sigmoid", y)) if silu else y).setType(x.type())


def group_norm(x, norm, side, silu=False):
    arguments = x, norm.weight, norm.bias, norm.num_groups, norm.eps, silu
    if exporting(CUDA) and kernels.norm_fits(norm.num_channels, norm.num_groups):
        return FusedGroupNorm.apply(*arguments)
    return FixedGroupNorm.apply(*arguments, side) if exporting(PORTABLE) else normalize(*arguments)


class FusedAddNorm(torch.autograd.Function):
    """A residual sum and its normalization: (the sum, normalized)."""

    @staticmethod
    def forward(ctx, x, change, weight, bias, epsilon):
        x = x + change
        return x, F.layer_norm(x, weight.shape, weight, bias, epsilon)

    @staticmethod
    def symbolic(g, x, change, weight, bias, epsilon):
        normed, _, _, total = g.op("com.microsoft::SkipLayerNormalization", change, x, weight, bias, epsilon_f=epsilon, outputs=4)
        return total.setType(x.type()), normed.setType(x.type())


def add_norm(x, change, norm):
    if exporting(CUDA):
        return FusedAddNorm.apply(x, change, norm.weight, norm.bias, norm.eps)
    x = x + change
    return x, norm(x)


class FusedSplitGelu(torch.autograd.Function):
    """The bias, the product of the left half and the GELU of the right one."""

    @staticmethod
    def forward(ctx, x, bias):
        value, gate = (x + bias).split(bias.shape[0] // 2, dim=-1)
        return value * F.gelu(gate)

    @staticmethod
    def symbolic(g, x, bias):
        sizes = x.type().sizes()
        out = g.op("com.microsoft::BiasSplitGelu", x, bias)
        return out.setType(x.type().with_sizes([*sizes[:-1], sizes[-1] // 2])) if sizes else out


def split_gelu(x, linear):
    """A gated linear layer, whose outputs are the values and the gates."""
    width = linear.out_features // 2
    if exporting(CUDA) and kernels.gelu_fits(width):
        return FusedSplitGelu.apply(x @ linear.weight.t(), linear.bias)
    value, gate = linear(x).split(width, dim=-1)
    return value * F.gelu(gate)


class FusedReshape(torch.autograd.Function):
    """A reshape that keeps the batch, whose size is not in the graph; PyTorch 1.13 wants a -1 where there is a 0."""

    @staticmethod
    def forward(ctx, x, shape):
        return x.reshape(x.shape[0], *shape)

    @staticmethod
    def symbolic(g, x, shape):
        return g.op("Reshape", x, _constant(g, [0, *shape[:-1], -1]))


def reshape(x, *shape):
    return FusedReshape.apply(x, shape) if exporting(PORTABLE) else x.reshape(x.shape[0], *shape)


def tokens(x, channels, side):
    """[batch, channels, side, side] to [batch, side², channels]."""
    return reshape(x.permute(*TO_NHWC), side * side, channels)


def planes(x, channels, side):
    """The way back."""
    return reshape(x, side, side, channels).permute(*TO_NCHW)


def double(x):
    return F.interpolate(x, scale_factor=2.0, mode="nearest")


class FusedUpsample(torch.autograd.Function):
    """Every pixel twice in both directions. ONNX Runtime has no Resize in NHWC on CUDA; an Expand works in any layout."""

    @staticmethod
    def forward(ctx, x, channels, side):
        return double(x)

    @staticmethod
    def symbolic(g, x, channels, side):
        last = g.op("Transpose", x, perm_i=TO_NHWC)
        apart = g.op("Reshape", last, _constant(g, [0, -1, 1, side, 1, channels]))
        twice = g.op("Expand", apart, _constant(g, [1, 1, 2, 1, 2, 1]))
        return g.op("Transpose", g.op("Reshape", twice, _constant(g, [0, -1, 2 * side, channels])), perm_i=TO_NCHW)


def upsample(x, channels, side):
    return FusedUpsample.apply(x, channels, side) if exporting(PORTABLE) else double(x)
