"""Finds attention: softmax(q·kᵀ·scale)·v, with the heads as an axis of their own (PyTorch) or in the batch (diffusers)."""

import math

from onnx import TensorProto, helper

import kernels
from patterns import near
from shapes import attribute

HEADS_FIRST, KEYS = [0, 2, 1, 3], ([0, 1, 3, 2], [0, 2, 1])


def attentions(graph, wide):
    """Fuses them; wide: in float32 also where the graph computes in float16, as it does where it converts queries or keys itself."""
    found = fused = 0
    for node in list(graph.graph.node):
        if not graph.maker(node.output[0], "Softmax") or not _last_axis(graph, node):
            continue
        found += 1
        match = _match(graph, node)
        if match is not None:
            fused += 1
            _put(graph, *match, wide)
    graph.commit()
    return found, fused


def _last_axis(graph, node):
    rank = len(graph.sizes.get(node.input[0]) or [])
    return attribute(node, "axis", -1) in (-1, rank - 1)


def _match(graph, softmax):
    scores = _without_bias(graph, softmax.input[0])
    scores, scale, _, wide = _peel(graph, scores)
    product = graph.maker(scores, "MatMul")
    weights = _after(graph, softmax.output[0], "Cast")
    mixed = graph.taker(weights, "MatMul")
    if product is None or mixed is None or mixed.input[0] != weights:
        return None
    query, query_scale, query_wide = _heads(graph, product.input[0])
    key, key_scale, key_wide = _heads(graph, product.input[1], keys=True)
    value, value_scale, _ = _heads(graph, mixed.input[1])
    if query is None or key is None or value is None or value_scale != 1 or not query[1:] == key[1:] == value[1:]:
        return None
    last = _joined(graph, mixed, query)
    if last is None or graph.types.get(last.output[0]) != graph.types.get(query[0]):
        return None
    return query, key, value, scale * query_scale * key_scale, wide or query_wide or key_wide, last


def _without_bias(graph, name):
    """torch.baddbmm with beta=0 adds zeros."""
    add = graph.maker(name, "Add")
    if add is not None:
        for i in (0, 1):
            _, factor, _, _ = _peel(graph, add.input[i])
            if factor == 0:
                return add.input[1 - i]
    return name


def _peel(graph, name):
    """What is behind products with numbers and conversions: (it, the product, its last user, whether it was made float32)."""
    factor, wide = 1.0, False
    while True:
        node = graph.maker(name, "Mul", "Div", "Cast", "Identity")
        if node is None:
            return name, factor, None, wide
        if node.op_type in ("Cast", "Identity"):
            wide |= node.op_type == "Cast" and attribute(node, "to") == TensorProto.FLOAT
            name = node.input[0]
            continue
        number = graph.number(node.input[1])
        first = number is None and node.op_type == "Mul"
        number = graph.number(node.input[0]) if first else number
        if number is None:
            return name, factor, None, wide
        factor *= number if node.op_type == "Mul" else 1 / number
        name = node.input[1] if first else node.input[0]


def _heads(graph, name, keys=False):
    """((what was split into heads, their number, the size of one), scale, wide); keys come with their last axes exchanged."""
    name, scale, _, wide = _peel(graph, name)
    turn = graph.maker(name, "Transpose")
    if keys and turn is not None and attribute(turn, "perm") == [0, 2, 3, 1]:  # both exchanges in one
        return _source(graph, turn.input[0]), scale, wide
    if keys:
        if turn is None or attribute(turn, "perm") not in KEYS:
            return None, scale, wide
        name, more, _, wider = _peel(graph, turn.input[0])
        scale, wide = scale * more, wide or wider
    flat = graph.maker(name, "Reshape")  # of diffusers: the heads are moved into the batch
    name = flat.input[0] if flat is not None else name
    turn = graph.maker(name, "Transpose")
    if turn is None or attribute(turn, "perm") != HEADS_FIRST:
        return None, scale, wide
    return _source(graph, turn.input[0]), scale, wide


def _source(graph, name):
    node, sizes = graph.maker(name, "Reshape"), graph.sizes.get(name)
    if node is None or not sizes or len(sizes) != 4 or not all(isinstance(size, int) for size in sizes[2:]):
        return None
    source = graph.sizes.get(node.input[0])
    if not source or len(source) != 3 or source[2] != sizes[2] * sizes[3] or not _same_front(source, sizes):
        return None
    return node.input[0], sizes[2], sizes[3]


def _same_front(a, b):
    """Whether the first two sizes are the same: their product is, so that one may be unknown or have another name."""
    return a[0] == b[0] is not None or a[1] == b[1] is not None


def _after(graph, name, kind):
    node = graph.taker(name, kind)
    return node.output[0] if node is not None else name


def _joined(graph, mixed, query):
    """The node that has the heads side by side again."""
    name = _after(graph, mixed.output[0], "Cast")
    flat = graph.taker(name, "Reshape")
    if flat is not None and len(graph.sizes.get(flat.output[0]) or []) == 4:
        name = flat.output[0]
    turn = graph.taker(name, "Transpose")
    last = graph.taker(turn.output[0], "Reshape") if turn is not None and attribute(turn, "perm") == HEADS_FIRST else None
    source, result = graph.sizes.get(query[0]), graph.sizes.get(last.output[0]) if last is not None else None
    return last if result and len(result) == 3 and result[2] == query[1] * query[2] and _same_front(source, result) else None


def _put(graph, query, key, value, scale, converted, last, wide):
    write = kernels.Writer(f"{last.output[0]}/fused")
    inputs = [query[0], key[0], value[0]]
    wide = graph.types.get(query[0]) == TensorProto.FLOAT16 and (wide or converted)
    if wide:
        inputs = [write.add("Cast", name, to=TensorProto.FLOAT) for name in inputs]
    scaled = {} if near(scale, 1 / math.sqrt(query[2])) else {"scale": scale}
    out = write.add("MultiHeadAttention", *inputs, domain=kernels.DOMAIN, num_heads=query[1], **scaled)
    kind = {"to": TensorProto.FLOAT16} if wide else {}
    graph.put(last, [*write.nodes, helper.make_node("Cast" if wide else "Identity", [out], list(last.output), **kind)])
