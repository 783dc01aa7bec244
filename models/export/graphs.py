"""An ONNX graph that can be asked what it knows: who makes a value, who takes it, its sizes, and what is constant about it."""

from fractions import Fraction

import numpy as np
from onnx import TensorProto, helper, numpy_helper, shape_inference

import kernels
from shapes import MADE_UP, RULES, SMALL, attribute, better


class Graph:
    def __init__(self, model, base=""):
        self.model, self.base, self.instead, self.weights = model, str(base), {}, []
        self.sizes, self.types, self.inferences = {}, {}, 0
        kernels.import_domain(model)
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
        for name, sizes in _sizes(self.graph, infos, self.inferences).items():  # nothing is inferred behind a fused node: keep what was
            known = self.sizes.get(name, [])
            self.sizes[name] = [better(old, new) for old, new in zip(known, sizes)] if len(known) == len(sizes) else sizes
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
    """What onnx infers, in as many passes as it takes to carry the name of the batch past each Resize, where it makes up another."""
    del model.graph.value_info[:]
    while True:
        graph = shape_inference.infer_shapes(model, data_prop=True).graph
        infos = {info.name: info for info in (*graph.input, *graph.value_info, *graph.output)}
        told = {info.name for info in model.graph.value_info}
        resized = [(infos[node.input[0]], infos[node.output[0]]) for node in model.graph.node if node.op_type == "Resize"
                   and node.output[0] not in told and node.input[0] in infos and node.output[0] in infos]
        renamed = [(source, result) for source, result in resized
                   if _batch(source) and not _batch(source).startswith(MADE_UP) and _batch(source) != _batch(result)]
        if not renamed:
            return list(infos.values())
        for source, result in renamed:
            result.type.tensor_type.shape.dim[0].dim_param = _batch(source)
            model.graph.value_info.append(result)


def _batch(info):
    dims = info.type.tensor_type.shape.dim
    return dims[0].dim_param if dims else ""  # no name: a number, or nothing is known


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
