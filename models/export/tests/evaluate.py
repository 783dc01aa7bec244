"""Computes an ONNX graph with PyTorch, one node after the other: slow, but there wherever the exports are tested."""

import math

import torch
import torch.nn.functional as F
from onnx import helper, numpy_helper

TYPES = {1: torch.float32, 6: torch.int32, 7: torch.int64, 9: torch.bool, 10: torch.float16}


def evaluate(model, *inputs):
    """The first output."""
    return outputs(model, *inputs)[0]


def outputs(model, *inputs):
    graph = model.graph
    values = {tensor.name: torch.from_numpy(numpy_helper.to_array(tensor).copy()) for tensor in graph.initializer}
    values |= {value.name: given for value, given in zip(graph.input, inputs)}
    for node in graph.node:
        attributes = {attribute.name: helper.get_attribute_value(attribute) for attribute in node.attribute}
        results = OPERATORS[node.op_type]([values.get(name) for name in node.input], attributes)
        values.update(zip(node.output, results if isinstance(results, (list, tuple)) else [results]))
    return [values[output.name] for output in graph.output]


def constant(x, a):
    value = next(iter(a.values()))
    return torch.from_numpy(numpy_helper.to_array(value).copy()) if hasattr(value, "dims") else torch.tensor(value)


def reshape(x, a):
    return x[0].reshape([x[0].shape[i] if size == 0 else size for i, size in enumerate(x[1].tolist())])


def unsqueeze(x, a):
    out = x[0]
    for axis in sorted(x[1].tolist()):
        out = out.unsqueeze(axis)
    return out


def cut(x, a):
    out, starts, ends = x[0], x[1].tolist(), x[2].tolist()
    for axis, start, end in zip(x[3].tolist() if len(x) > 3 else range(len(starts)), starts, ends):
        out = out.narrow(axis, *_span(out.shape[axis], start, end))
    return out


def _span(size, start, end):
    start, end = (min(max(value + size if value < 0 else value, 0), size) for value in (start, end))
    return start, end - start


def divide(x, a):
    return x[0] / x[1] if x[0].is_floating_point() else torch.div(x[0], x[1], rounding_mode="floor")


def gemm(x, a):
    return a.get("alpha", 1) * x[0] @ (x[1].t() if a.get("transB") else x[1]) + a.get("beta", 1) * x[2]


def convolve(x, a):
    return F.conv2d(x[0], x[1], x[2] if len(x) > 2 else None, stride=a["strides"], padding=a["pads"][:2])


def split(x, a):
    sizes = x[1].tolist() if len(x) > 1 else x[0].shape[a.get("axis", 0)] // a["num_outputs"]
    return x[0].split(sizes, a.get("axis", 0))


def multi_head(x, a):
    q, k, v = (one.reshape(*one.shape[:2], a["num_heads"], -1).transpose(1, 2) for one in x)
    scores = q @ k.transpose(-1, -2) * a.get("scale", 1 / math.sqrt(q.shape[-1]))
    return (scores.softmax(-1) @ v).transpose(1, 2).flatten(2)


def normalize_groups(x, a):
    """Of opset 21, with a scale for each channel."""
    return F.group_norm(x[0], a["num_groups"], x[1], x[2], a.get("epsilon", 1e-5))


def add_and_normalize(x, a):
    total = x[0] + x[1]
    return F.layer_norm(total, x[2].shape, x[2], x[3], a["epsilon"]), None, None, total


OPERATORS = {
    "SkipLayerNormalization": add_and_normalize,
    "Add": lambda x, a: x[0] + x[1], "Sub": lambda x, a: x[0] - x[1], "Mul": lambda x, a: x[0] * x[1], "Div": divide,
    "MatMul": lambda x, a: x[0] @ x[1], "Gemm": gemm, "Conv": convolve, "Constant": constant, "Identity": lambda x, a: x[0],
    "Reshape": reshape, "Transpose": lambda x, a: x[0].permute(*a["perm"]), "Unsqueeze": unsqueeze, "Split": split, "Slice": cut,
    "Concat": lambda x, a: torch.cat(x, a["axis"]), "Gather": lambda x, a: x[0].index_select(a.get("axis", 0), x[1].reshape(-1)).reshape(
        *x[0].shape[:a.get("axis", 0)], *x[1].shape, *x[0].shape[a.get("axis", 0) + 1:]),
    "Shape": lambda x, a: torch.tensor(x[0].shape), "Cast": lambda x, a: x[0].to(TYPES[a["to"]]),
    "Expand": lambda x, a: x[0] * torch.ones(*x[1]),
    "ConstantOfShape": lambda x, a: torch.full(x[0].tolist(), numpy_helper.to_array(a["value"]).item()),
    "Cos": lambda x, a: x[0].cos(), "Sin": lambda x, a: x[0].sin(), "Sigmoid": lambda x, a: x[0].sigmoid(),
    "Sqrt": lambda x, a: x[0].sqrt(),
    "Erf": lambda x, a: x[0].erf(), "Gelu": lambda x, a: F.gelu(x[0]), "Softmax": lambda x, a: x[0].softmax(a.get("axis", -1)),
    "InstanceNormalization": lambda x, a: F.instance_norm(x[0], weight=x[1], bias=x[2], eps=a["epsilon"]),
    "GroupNormalization": normalize_groups, "LayerNormalization": lambda x, a: F.layer_norm(x[0], x[1].shape, x[1], x[2], a["epsilon"]),
    "Resize": lambda x, a: F.interpolate(x[0], scale_factor=2.0, mode="nearest"), "MultiHeadAttention": multi_head,
    "Pow": lambda x, a: x[0] ** x[1], "ReduceMean": lambda x, a: x[0].mean(a["axes"], keepdim=bool(a.get("keepdims", 1))),
}
