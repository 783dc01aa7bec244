"""An ONNX graph that can be asked what it knows: who makes a value, who takes it, its sizes, and what is constant about it."""

import math
from fractions import Fraction

import numpy as np
from onnx import TensorProto, helper, numpy_helper, shape_inference

import kernels

MADE_UP = "unk__"  # how the names of sizes begin that onnx's inference invents
SMALL = 64  # numbers: shapes, scales and the like; larger constants are weights


class Graph:
    def __init__(self, model, base=""):
        self.model, self.base, self.instead, self.weights = model, str(base), {}, []
        self.sizes, self.types, self.inferences = {}, {}, 0
        kernels.import_domain(model)
        self.opset = next(entry.version for entry in model.opset_import if entry.domain in ("", "ai.onnx"))
        self.refresh()

    def refresh(self):
        self.graph, self.inferences = self.model.graph, self.inferences + 1
        self.makers = {name: node for node in self.graph.node for name in node.output}
        self.takers = {}
        for node in self.graph.node:
            for name in node.input:
                self.takers.setdefault(name, []).append(node)
        self.outputs = {output.name for output in self.graph.output}
        self.tensors = {tensor.name: tensor for tensor in self.graph.initializer}
        infos = _infer(self.model)
        self.types.update((info.name, info.type.tensor_type.elem_type) for info in infos)
        for name, sizes in _sizes(self.graph, infos, self.inferences).items():  # what was known stays so: none are inferred behind a fused node
            known = self.sizes.get(name, [])
            self.sizes[name] = [_better(old, new) for old, new in zip(known, sizes)] if len(known) == len(sizes) else sizes
        for node in self.graph.node:
            if node.op_type == "Transpose" and node.input[0] in self.sizes and attribute(node, "perm"):
                self.sizes[node.output[0]] = [self.sizes[node.input[0]][i] for i in attribute(node, "perm")]
        self.values = {}

    def maker(self, name, *kinds):
        """The node of one of these kinds that makes a value, if it does."""
        node = self.makers.get(name)
        return node if node is not None and node.op_type in kinds and node.domain in ("", "ai.onnx") else None

    def taker(self, name, *kinds):
        """The node that takes a value, if it is the only one, and of one of these kinds."""
        takers = self.takers.get(name, [])
        one = len(takers) == 1 and name not in self.outputs and takers[0].op_type in kinds and takers[0].domain in ("", "ai.onnx")
        return takers[0] if one else None

    def array(self, name):
        """A constant, whatever its size; None where the value is computed."""
        if name in self.tensors:
            return numpy_helper.to_array(self.tensors[name], self.base)
        node = self.maker(name, "Constant", "Identity")
        if node is None:
            return None
        if node.op_type == "Identity":
            return self.array(node.input[0])
        value = helper.get_attribute_value(node.attribute[0])
        return numpy_helper.to_array(value, self.base) if isinstance(value, TensorProto) else np.array(value)

    def number(self, name):
        """A constant of one element."""
        value = self.value(name)
        value = value[0] if isinstance(value, list) and len(value) == 1 else value
        return value if isinstance(value, (int, float)) else None

    def value(self, name):
        """A number or a list of numbers; a multiple of a size that varies is (its name, the factor), an unknown one None."""
        if name not in self.values:
            self.values[name] = None  # until it is found: a graph has no cycles, but it may be damaged
            self.values[name] = self._value(name)
        return self.values[name]

    def _value(self, name):
        tensor = self.tensors.get(name)
        if tensor is not None and int(np.prod(tensor.dims)) > SMALL:
            return None
        constant = self.array(name)
        if constant is not None:
            small = constant.size <= SMALL and constant.ndim <= 1 or constant.size == 1
            return (constant if constant.ndim == 0 else constant.reshape(-1)).tolist() if small else None
        node = self.makers.get(name)
        known = RULES.get(node.op_type) if node is not None and node.domain in ("", "ai.onnx") else None
        try:
            return known and known(self, node)
        except (TypeError, IndexError, KeyError, ZeroDivisionError):  # something that it needs is not known
            return None

    def put(self, node, nodes):
        """Puts nodes in the place of one whose output the last of them makes."""
        self.instead[node.output[0]] = nodes

    def weight(self, name, value):
        self.weights.append(numpy_helper.from_array(value, name))
        return name

    def commit(self):
        """Carries out what was put, and drops what nobody takes any more."""
        nodes = []
        for node in self.graph.node:
            nodes += self.instead.get(node.output[0], [node])
        tensors, needed, kept = [*self.graph.initializer, *self.weights], set(self.outputs), []
        for node in reversed(nodes):
            if any(name in needed for name in node.output):
                needed.update(node.input)
                kept.append(node)
        kernels.replace(self.graph.node, reversed(kept))
        kernels.replace(self.graph.initializer, [tensor for tensor in tensors if tensor.name in needed])
        self.instead, self.weights = {}, []
        self.refresh()


def _infer(model):
    del model.graph.value_info[:]
    graph = shape_inference.infer_shapes(model, data_prop=True).graph
    return [*graph.input, *graph.value_info, *graph.output]


def _sizes(graph, infos, inference):
    """The sizes of all values: numbers, multiples of what varies, (name, factor), or None."""
    sizes = {tensor.name: list(tensor.dims) for tensor in graph.initializer}
    for info in infos:
        if info.type.tensor_type.HasField("shape"):
            sizes[info.name] = [_size(dim, inference) for dim in info.type.tensor_type.shape.dim]
    return sizes


def _size(dim, inference):
    """A name that inference made up is valid within that inference only."""
    if dim.HasField("dim_value") or not dim.dim_param:
        return dim.dim_value if dim.HasField("dim_value") else None
    return f"{dim.dim_param}@{inference}" if dim.dim_param.startswith(MADE_UP) else dim.dim_param, Fraction(1)


def _better(old, new):
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
    "Squeeze": _squeeze, "Cast": _cast, "Mul": _arithmetic(lambda a, b: a * b), "Div": _arithmetic(lambda a, b: a // b if isinstance(a, int) else a / b),
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
                    graph.sizes[node.output[0]] = [_better(known, None if new in (0, -1) else new)
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
