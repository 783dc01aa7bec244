"""Shapes that an exported graph computes, and that can be known without running it.

A rule takes a graph and a node and returns what the node computes, as Graph.value does; it may fail where something is not known.
"""

import math

import numpy as np
from onnx import TensorProto, helper, numpy_helper

MADE_UP = "unk__"  # how the names of sizes begin that onnx's inference invents
SMALL = 64  # numbers: shapes, scales and the like; larger constants are weights


def better(old, new):
    """What is known of a size: a made-up name is worth less than another."""
    return old if new is None or isinstance(new, tuple) and new[0].startswith(MADE_UP) and old is not None else new


def attribute(node, name, default=None):
    return next((helper.get_attribute_value(one) for one in node.attribute if one.name == name), default)


def _shape(graph, node):
    return graph.sizes[node.input[0]][attribute(node, "start", 0):attribute(node, "end")]


def _gather(graph, node):
    data, index = (graph.value(name) for name in node.input)
    return [data[i] for i in index] if isinstance(index, list) else data[index]


def _slice(graph, node):
    data, start, end, *rest = (graph.value(name) for name in node.input)
    return data[start[0]:end[0]] if rest in ([], [[0]], [[0], [1]]) else None


def _concat(graph, node):
    return sum((graph.value(name) for name in node.input), [])


def _first(graph, node):
    return graph.value(node.input[0])


def _unsqueeze(graph, node):
    value = graph.value(node.input[0])
    return None if isinstance(value, list) or value is None else [value]


def _squeeze(graph, node):
    return graph.value(node.input[0])[0] if len(graph.value(node.input[0])) == 1 else None


def _elementwise(operation):
    def apply(graph, node):
        values = [graph.value(name) for name in node.input]
        length = max(len(value) if isinstance(value, list) else 1 for value in values)
        return [operation(*row) for row in zip(*(value if isinstance(value, list) else [value] * length for value in values))]

    return apply


def _filled(graph, node):
    size = graph.value(node.input[0])[0]
    return [numpy_helper.to_array(attribute(node, "value")).item()] * size if size <= SMALL else None


def _flat(graph, node):
    return graph.value(node.input[0]) if graph.value(node.input[1]) == [-1] and isinstance(graph.value(node.input[0]), list) else None


def _cast(graph, node):
    value, whole = graph.value(node.input[0]), attribute(node, "to") in (TensorProto.INT64, TensorProto.INT32)
    return int(value) if isinstance(value, float) and whole else float(value) if isinstance(value, int) and not whole else value


def _arithmetic(operation):
    def apply(graph, node):
        values = [graph.value(name) for name in node.input]
        values = [value[0] if isinstance(value, list) and len(value) == 1 else value for value in values]
        if isinstance(values[0], tuple) and isinstance(values[1], int) and node.op_type in ("Mul", "Div"):
            name, factor = values[0]  # the heads go into the batch and come out again
            return name, factor * values[1] if node.op_type == "Mul" else factor / values[1]
        return operation(*values) if all(isinstance(value, (int, float)) for value in values) else None

    return apply


RULES = {
    "Shape": _shape, "Gather": _gather, "Slice": _slice, "Concat": _concat, "Identity": _first, "Unsqueeze": _unsqueeze,
    "Squeeze": _squeeze, "Reshape": _flat, "ConstantOfShape": _filled, "Cast": _cast,
    "Equal": _elementwise(lambda a, b: None if None in (a, b) else a == b),
    "Where": _elementwise(lambda condition, a, b: None if condition is None else a if condition else b),
    "Mul": _arithmetic(lambda a, b: a * b), "Div": _arithmetic(lambda a, b: a // b if isinstance(a, int) else a / b),
    "Add": _arithmetic(lambda a, b: a + b), "Sub": _arithmetic(lambda a, b: a - b), "Sqrt": _arithmetic(lambda a: a**0.5),
}


def settle(graph):
    """Makes every shape that can be known a constant; the batch, which varies, is a 0: as the input has it. Returns how many."""
    count = 0
    while True:  # what becomes known in one round makes more known in the next: some fifty in a U-Net
        found = 0
        for node in graph.graph.node:
            computed = graph.maker(node.output[0], "Reshape") and graph.maker(node.input[1], *(set(RULES) - {"Identity"}))
            if computed and not attribute(node, "allowzero"):
                sizes = _complete(graph.value(node.input[1]), graph.sizes.get(node.input[0]))
                shape = _fixed(sizes, graph.sizes.get(node.input[0]))
                if shape is not None:
                    graph.sizes.setdefault(node.output[0], [None] * len(sizes))
                    graph.sizes[node.output[0]] = [better(known, None if new in (0, -1) else new)
                                                   for known, new in zip(graph.sizes[node.output[0]], sizes)]
                    name = graph.weight(f"{node.output[0]}/fixed", np.array(shape, np.int64))
                    graph.put(node, [helper.make_node("Reshape", [node.input[0], name], list(node.output), name=node.name)])
                    found += 1
        if not found:
            return count
        graph.commit()
        count += found


def _fixed(shape, source):
    """The shape with nothing to compute, or None. What varies must be where the input has it; one size may be unknown: a -1."""
    if not isinstance(shape, list) or source is None:
        return None
    fixed = [0 if isinstance(size, tuple) and source[i:i + 1] == [size] else size if isinstance(size, int) else -1
             for i, size in enumerate(shape)]
    return fixed if fixed.count(-1) <= 1 else None


def _complete(shape, source):
    """The shape without its -1, where all sizes are numbers but one that varies on both sides."""
    if not isinstance(shape, list) or source is None or shape.count(-1) != 1 or None in shape or None in source or 0 in shape:
        return shape
    (before, after) = ([size for size in sizes if isinstance(size, tuple)] for sizes in (source, shape))
    if len(before) != 1 or [name for name, _ in after] != [name for name, _ in before]:
        return shape
    rest = math.prod(size for size in shape if isinstance(size, int) and size != -1) * after[0][1]
    size = math.prod(size for size in source if isinstance(size, int)) * before[0][1] / rest
    return [int(size) if one == -1 else one for one in shape] if size.denominator == 1 else shape
