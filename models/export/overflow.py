"""Finds the attention layers whose scores do not fit into float16, as some of Stable Diffusion 2.1's do not: they become NaN.

ONNX Runtime's flash and memory-efficient attention keep the scores in float32; its plain one stores q·k·scale in the model's type
(UnfusedAttention in contrib_ops/cuda/bert/attention_impl.cu: the scale goes into the product). Which of them runs depends on the device and
the sizes, so a layer that would overflow in the plain one is exported in float32.
"""

import contextlib
import math

import torch

FLOAT16_MAX = 65504
SAFETY = 8  # the inputs tried are few and random: an image and its prompt may reach scores some times as large
LARGEST_SCORE = FLOAT16_MAX / SAFETY
TIMESTEPS = (0, 250, 500, 750, 999)  # all along the noise
CHUNK = 1024  # queries at a time: the scores of all, at 64 × 64, would take gigabytes in float32


def largest_score(q, k, heads):
    """max |q·k|·scale, in float32."""
    q, k = (x.float().reshape(*x.shape[:2], heads, -1).transpose(1, 2) for x in (q, k))
    scale = 1 / math.sqrt(q.shape[-1])
    return max((part @ k.transpose(-1, -2)).abs().max().item() * scale for part in q.split(CHUNK, dim=2))


@contextlib.contextmanager
def watched(layers, scores):
    """Notes the largest score of each layer that runs within it; the layers are attentions with q, k and heads."""

    def watch(name):
        def note(layer, inputs):
            x, context = inputs
            score = largest_score(layer.q(x), layer.k(context), layer.heads)
            scores[name] = max(scores.get(name, 0), score if math.isfinite(score) else math.inf)

        return note

    handles = [layer.register_forward_pre_hook(watch(name)) for name, layer in layers.items()]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


def widen(model, inputs, kind):
    """Marks the attention layers, of a class, that need float32. Returns their names and largest scores.

    inputs: sample, timestep and text, in float32 or the model's type. The model is run in float32, for in float16 a NaN would hide others.
    """
    layers, scores = {name: layer for name, layer in model.named_modules() if isinstance(layer, kind)}, {}
    dtype = next(model.parameters()).dtype
    sample, timestep, text = inputs
    model.float()
    with torch.no_grad(), watched(layers, scores):
        for t in TIMESTEPS:
            model(sample.float(), torch.full_like(timestep, t), text.float())
    model.to(dtype)
    large = {name: score for name, score in scores.items() if score > LARGEST_SCORE}
    for name in large:
        layers[name].wide = True
    return large
