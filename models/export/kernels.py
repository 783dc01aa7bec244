"""What ONNX Runtime's fused kernels for CUDA can do, and what they compute, in standard operators.

The operators are those of docs/ContribOperators.md in ONNX Runtime; the limits are in its onnxruntime/contrib_ops/cuda/diffusion. The
processor has no kernel for GroupNorm and BiasSplitGelu, and a function of that name in the model does not help: ONNX Runtime 1.31
prefers its own schema and says "Could not find an implementation". expand() writes a graph that runs everywhere.
"""

import onnx
from onnx import TensorProto, helper, numpy_helper

DOMAIN = "com.microsoft"
GELU_WIDTHS = (1280, 2560, 5120)  # outputs that bias_split_gelu_impl.cu was compiled for; it throws for others
CHANNELS_AT_ONCE = 2  # that a thread of group_norm_impl.cu reads: with an odd number of channels to a group it would mix groups
LARGEST_GROUP = 512  # channels: a block of that kernel holds no more


def norm_fits(channels, groups):
    return channels % groups == 0 and channels // groups % CHANNELS_AT_ONCE == 0 and channels // groups <= LARGEST_GROUP


def gelu_fits(width):
    return width in GELU_WIDTHS


def finish(model, base=""):
    """What every written graph needs: nothing computed from weights alone, and no shapes that name the batch of the export.

    base: the folder of weights that are not in the graph.
    """
    fold(model.graph, str(base))
    del model.graph.value_info[:]
    taken = {name for node in model.graph.node for name in node.input} | {output.name for output in model.graph.output}
    for node in model.graph.node:
        if node.op_type == "SkipLayerNormalization":  # its mean and deviation are for training
            node.output[:] = [name if name in taken else "" for name in node.output]
    return model


def import_domain(model):
    if all(entry.domain != DOMAIN for entry in model.opset_import):
        model.opset_import.append(helper.make_opsetid(DOMAIN, 1))


def fold(graph, base):
    """Copies and conversions of weights become weights: CUDA's GroupNorm looks at its constants when it is made."""
    weights, outputs = {tensor.name: tensor for tensor in graph.initializer}, {output.name for output in graph.output}
    renamed, kept = {}, []
    for node in graph.node:
        node.input[:] = [renamed.get(name, name) for name in node.input]
        source = weights.get(node.input[0]) if node.op_type in ("Identity", "Cast") and node.output[0] not in outputs else None
        if source is None:
            kept.append(node)
        elif node.op_type == "Identity":
            renamed[node.output[0]] = source.name
        else:
            value = numpy_helper.to_array(source, base).astype(numpy_type(node.attribute[0].i))
            weights[node.output[0]] = numpy_helper.from_array(value, node.output[0])
    used = {name for node in kept for name in node.input} | outputs
    replace(graph.node, kept)
    replace(graph.initializer, [tensor for name, tensor in weights.items() if name in used])


def replace(field, values):
    copies = [type(value).FromString(value.SerializeToString()) for value in values]  # emptying a field clears what was in it
    del field[:]
    field.extend(copies)


def numpy_type(element):
    if hasattr(helper, "tensor_dtype_to_np_dtype"):  # onnx 1.13 and later; the table is gone in 1.20
        return helper.tensor_dtype_to_np_dtype(element)
    return onnx.mapping.TENSOR_TYPE_TO_NP_TYPE[element]


def expand(model):
    """Replaces the fused nodes by standard operators, which compute the same in float32."""
    element = model.graph.input[0].type.tensor_type.elem_type  # of the sample, and so of all activations
    nodes = []
    for node in model.graph.node:
        expansion = EXPANSIONS.get(node.op_type) if node.domain == DOMAIN else None
        if expansion is None:
            nodes.append(node)
            continue
        attributes = {attribute.name: helper.get_attribute_value(attribute) for attribute in node.attribute}
        writer = Writer(node.output[0])
        result = expansion(writer, [writer.add("Cast", name, to=TensorProto.FLOAT) for name in node.input], attributes)
        nodes += [*writer.nodes, helper.make_node("Cast", [result], [node.output[0]], to=element)]
    replace(model.graph.node, nodes)
    return model


class Writer:
    """Nodes in a row, each with a name of its own."""

    def __init__(self, prefix):
        self.prefix, self.nodes = prefix, []

    def add(self, kind, *inputs, domain="", **attributes):
        name = f"{self.prefix}/{kind}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], name=name, domain=domain, **attributes))
        return name

    def constant(self, value, element=TensorProto.INT64):
        """A list becomes a vector, a number a scalar."""
        values = value if isinstance(value, list) else [value]
        return self.add("Constant", value=helper.make_tensor("value", element, [len(values)] if value is values else [], values))

    def number(self, value):
        return self.constant(float(value), TensorProto.FLOAT)


def _group_norm(write, inputs, attributes):
    """An instance normalization, whose channels are the groups."""
    x, gamma, beta = inputs
    groups = attributes["groups"]
    planes = write.add("Transpose", x, perm=[0, 3, 1, 2])
    grouped = write.add("Reshape", planes, write.constant([0, groups, -1]))
    ones, zeros = (write.constant([value] * groups, TensorProto.FLOAT) for value in (1.0, 0.0))
    normed = write.add("InstanceNormalization", grouped, ones, zeros, epsilon=attributes["epsilon"])
    last = write.add("Transpose", write.add("Reshape", normed, write.add("Shape", planes)), perm=[0, 2, 3, 1])
    y = write.add("Add", write.add("Mul", last, gamma), beta)
    return write.add("Mul", y, write.add("Sigmoid", y)) if attributes["activation"] else y


def _bias_split_gelu(write, inputs, _):
    """The left half of the channels, times the GELU of the right half."""
    halves = write.add("Reshape", write.add("Add", *inputs), write.constant([0, 0, 2, -1]))
    left, right = (write.add("Gather", halves, write.constant(i), axis=2) for i in (0, 1))
    erf = write.add("Erf", write.add("Div", right, write.number(2**0.5)))
    gelu = write.add("Mul", write.add("Mul", right, write.add("Add", erf, write.number(1))), write.number(0.5))
    return write.add("Mul", left, gelu)


EXPANSIONS = {"GroupNorm": _group_norm, "BiasSplitGelu": _bias_split_gelu}
