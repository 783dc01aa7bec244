"""Finds in a graph what ONNX Runtime has one kernel for, as PyTorch's exporters and diffusers write it. Each returns (found, fused).

A pattern must match entirely: every constant has the expected value, every size is known and fits, and what is replaced has no other user.
"""

import math

import numpy as np
from onnx import helper

import kernels
from shapes import attribute

CLOSE = 1e-3  # relative: constants like the root of two and the scale of attention, rounded to float16


def near(value, expected):
    return value is not None and math.isclose(value, expected, rel_tol=CLOSE, abs_tol=1e-12)


def binary(graph, node):
    """The computed input of a node and the number that is the other one."""
    for i in (0, 1):
        number = graph.number(node.input[1 - i])
        if number is not None:
            return node.input[i], number
    return None, None


def group_norms(graph):
    found = fused = 0
    for node in list(graph.graph.node):
        if not graph.maker(node.output[0], "InstanceNormalization", "GroupNormalization"):
            continue
        match = _instance(graph, node) if node.op_type == "InstanceNormalization" else _group(graph, node)
        if match is None:
            continue
        found += 1
        source, groups, gamma, beta, last = match
        last, gamma, beta = _affine(graph, last, gamma, beta)
        last, silu = _silu(graph, last)
        if kernels.norm_fits(len(gamma), groups):
            fused += 1
            write = kernels.Writer(f"{last.output[0]}/fused")
            weights = [graph.weight(f"{write.prefix}/{name}", value.astype(np.float32))
                       for name, value in (("gamma", gamma), ("beta", beta))]
            turned = write.add("Transpose", source, perm=[0, 2, 3, 1])
            normed = write.add("GroupNorm", turned, *weights, domain=kernels.DOMAIN, groups=groups, channels_last=1, activation=int(silu),
                               epsilon=attribute(node, "epsilon", 1e-5))
            graph.put(last, [*write.nodes, helper.make_node("Transpose", [normed], list(last.output), perm=[0, 3, 1, 2])])
    graph.commit()
    return found, fused


def _instance(graph, node):
    """A group norm as a normalization of groups between two reshapes."""
    before, after = graph.maker(node.input[0], "Reshape"), graph.taker(node.output[0], "Reshape")
    scale, bias = (graph.array(name) for name in node.input[1:])
    if before is None or after is None or scale is None or bias is None or np.any(scale != 1) or np.any(bias != 0):
        return None
    sizes, grouped = graph.sizes.get(before.input[0]), graph.value(before.input[1])
    if not _planes(sizes) or grouped != [0, len(scale), -1] or graph.sizes.get(after.output[0]) != sizes:
        return None
    return before.input[0], len(scale), np.ones(sizes[1]), np.zeros(sizes[1]), after


def _group(graph, node):
    """The operator of opset 18, with a scale for a group, or 21, with one for a channel."""
    scale, bias, sizes = *(graph.array(name) for name in node.input[1:]), graph.sizes.get(node.input[0])
    if scale is None or bias is None or not _planes(sizes):
        return None
    times = sizes[1] // len(scale)
    return node.input[0], attribute(node, "num_groups"), scale.repeat(times), bias.repeat(times), node


def _planes(sizes):
    return sizes is not None and len(sizes) == 4 and isinstance(sizes[1], int)


def _affine(graph, last, gamma, beta):
    """The scale and the bias of the channels, where they follow."""
    for kind in ("Mul", "Add"):
        node = graph.taker(last.output[0], kind)
        value = None if node is None else next((graph.array(name) for name in node.input if graph.array(name) is not None), None)
        if value is None or value.shape[-3:] != (len(gamma), 1, 1) or value.size != len(gamma):
            break
        value, last = value.reshape(-1).astype(np.float64), node
        gamma, beta = (gamma * value, beta * value) if kind == "Mul" else (gamma, beta + value)
    return last, gamma, beta


def _silu(graph, last):
    """x · sigmoid(x), where it follows."""
    takers = graph.takers.get(last.output[0], [])
    sigmoid = next((node for node in takers if node.op_type == "Sigmoid"), None)
    product = None if sigmoid is None else graph.taker(sigmoid.output[0], "Mul")
    alone = product is not None and last.output[0] not in graph.outputs and all(node in (sigmoid, product) for node in takers)
    if alone and set(product.input) == {last.output[0], sigmoid.output[0]}:
        return product, True
    return last, False


def add_norms(graph):
    """A sum of two values of the same sizes and its layer normalization; the sum stays, as the residual of what follows."""
    found = 0
    for node in list(graph.graph.node):
        add = graph.maker(node.input[0], "Add") if graph.maker(node.output[0], "LayerNormalization") else None
        sizes = graph.sizes.get(add.input[0]) if add is not None else None
        if not sizes or len(sizes) != 3 or graph.sizes.get(add.input[1]) != sizes or None in sizes or len(node.input) != 3:
            continue
        if attribute(node, "axis", -1) not in (-1, 2) or len(node.output) != 1 or add.output[0] in graph.instead:
            continue
        found += 1
        graph.put(add, [helper.make_node("SkipLayerNormalization", [*add.input, *node.input[1:]], [*node.output, "", "", *add.output],
                                         domain=kernels.DOMAIN, epsilon=attribute(node, "epsilon", 1e-5))])
        graph.put(node, [])
    graph.commit()
    return found, found


def split_gelus(graph):
    found = fused = 0
    for node in list(graph.graph.node):
        match = _gelu(graph, node)
        product = match and graph.taker(match[1].output[0], "Mul")
        if product is None:
            continue
        gate, gelu = match
        value = next((name for name in product.input if name != gelu.output[0]), None)
        source = _halves(graph, value, gate)
        biased = source and graph.maker(source, "Add")
        if biased is None:
            continue
        found += 1
        bias = next((name for name in biased.input if graph.array(name) is not None), None)
        width, sizes = graph.sizes[source][-1], graph.sizes[source]
        if bias and len(sizes) == 3 and list(graph.array(bias).shape) == [width] and kernels.gelu_fits(width // 2):
            fused += 1
            x = next(name for name in biased.input if name != bias)
            graph.put(product, [helper.make_node("BiasSplitGelu", [x, bias], list(product.output), domain=kernels.DOMAIN)])
    graph.commit()
    return found, fused


def _gelu(graph, node):
    """(x, the last node of GELU(x)), where this node begins one: x/2 · (1 + erf(x/√2)), multiplied in any order."""
    if graph.maker(node.output[0], "Gelu") and attribute(node, "approximate", b"none") == b"none":
        return node.input[0], node
    if not graph.maker(node.output[0], "Erf"):
        return None
    scaled = graph.maker(node.input[0], "Div", "Mul")
    x, number = binary(graph, scaled) if scaled else (None, None)
    one = graph.taker(node.output[0], "Add")
    if not near(number, 2**(0.5 if scaled and scaled.op_type == "Div" else -0.5)) or one is None or not near(binary(graph, one)[1], 1):
        return None
    product = graph.taker(one.output[0], "Mul")
    other = product and next((name for name in product.input if name != one.output[0]), None)
    if other == x:
        half = graph.taker(product.output[0], "Mul", "Div")
        number = half and binary(graph, half)[1]
        return (x, half) if near(number, 0.5 if half and half.op_type == "Mul" else 2) else None
    half = other and graph.maker(other, "Mul", "Div")
    halved, number = binary(graph, half) if half else (None, None)
    return (x, product) if halved == x and near(number, 0.5 if half.op_type == "Mul" else 2) else None


def _halves(graph, left, right):
    """What these are the left and the right half of, along the last axis."""
    a, b = graph.makers.get(left), graph.makers.get(right)
    if a is None or b is None or a.input[0] != b.input[0]:
        return None
    sizes = graph.sizes.get(a.input[0])
    if not sizes or not isinstance(sizes[-1], int):
        return None
    half, last = sizes[-1] // 2, (-1, len(sizes) - 1)
    if graph.maker(left, "Split"):
        equal = all((graph.sizes.get(name) or [None])[-1] == half for name in (left, right))
        return a.input[0] if a is b and list(a.output) == [left, right] and attribute(a, "axis", 0) in last and equal else None
    if not (graph.maker(left, "Slice") and graph.maker(right, "Slice")):
        return None
    begin, end, begin2, end2 = (graph.number(name) for node in (a, b) for name in node.input[1:3])
    along = all(graph.number(node.input[3]) in last and graph.number(node.input[4]) == 1 if len(node.input) > 4
                else len(node.input) > 3 and graph.number(node.input[3]) in last for node in (a, b))
    return a.input[0] if along and (begin, end, begin2) == (0, half, half) and end2 >= sizes[-1] else None


def resizes(graph):
    found = fused = 0
    for node in list(graph.graph.node):
        if not graph.maker(node.output[0], "Resize"):
            continue
        found += 1
        sizes, doubled = graph.sizes.get(node.input[0]), graph.sizes.get(node.output[0])
        if not _planes(sizes) or not all(isinstance(size, int) for size in sizes[1:]) or not _doubles(graph, node, sizes, doubled):
            continue
        fused += 1
        channels, height, width = sizes[1:]
        write = kernels.Writer(f"{node.output[0]}/fused")
        apart = write.add("Unsqueeze", write.add("Transpose", node.input[0], perm=[0, 2, 3, 1]), write.constant([2, 4]))
        twice = write.add("Expand", apart, write.constant([1, 1, 2, 1, 2, 1]))
        joined = write.add("Reshape", twice, write.constant([0, 2 * height, 2 * width, channels]))
        graph.put(node, [*write.nodes, helper.make_node("Transpose", [joined], list(node.output), perm=[0, 3, 1, 2])])
    graph.commit()
    return found, fused


def _doubles(graph, node, sizes, doubled):
    """Every pixel twice, whatever of the ways to write that."""
    if attribute(node, "mode", b"nearest") != b"nearest" or attribute(node, "axes") is not None:
        return False
    position = attribute(node, "coordinate_transformation_mode", b"half_pixel"), attribute(node, "nearest_mode", b"round_prefer_floor")
    if position not in ((b"asymmetric", b"floor"), (b"half_pixel", b"round_prefer_floor"), (b"half_pixel", b"round_prefer_ceil")):
        return False
    scales = graph.value(node.input[2]) if len(node.input) > 2 and node.input[2] else None
    target = graph.value(node.input[3]) if len(node.input) > 3 and node.input[3] else doubled
    return scales == [1, 1, 2, 2] or not scales and target is not None and target[1:] == [sizes[1], 2 * sizes[2], 2 * sizes[3]]
