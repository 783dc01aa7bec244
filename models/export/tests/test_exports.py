import contextlib
import pathlib
import tempfile
import unittest
import warnings
from unittest import mock

import onnx

try:
    import torch

    import fused
    import sd2_random
    import unet
    from .evaluate import evaluate
except ImportError as missing:
    raise unittest.SkipTest(f"PyTorch is not installed: {missing}")

import kernels

TOLERANCE = 1e-5  # of numbers around one, through some hundred layers in float32
NAMES = ["sample", "timestep", "encoder_hidden_states"]
GROUP_NORMS, ATTENTIONS, ADD_NORMS, FEEDS, ENLARGEMENTS = 61, 32, 32, 16, 3  # of the architecture
COMPUTED_SHAPES = {"Shape", "Gather", "Range", "ConstantOfShape", "Where", "Resize"}


def count(model, kind):
    return sum(node.op_type == kind for node in model.graph.node)


@contextlib.contextmanager
def kernels_for_any_size():
    """The tiny network's layers are smaller than any that CUDA's kernels take."""
    with mock.patch("kernels.norm_fits", lambda *_: True), mock.patch("kernels.gelu_fits", lambda _: True):
        yield


def export(model, level, change=None):
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings(), fused.export_for(level):
        warnings.simplefilter("ignore")
        sd2_random.export(model, unet.inputs("tiny", 2), NAMES, "out_sample", pathlib.Path(folder), {})
        return onnx.load(str(pathlib.Path(folder) / "model.onnx"))


@torch.no_grad()
def deviation(model, network, rows=3):
    """Of another batch than that of the export."""
    inputs = unet.inputs("tiny", rows)
    return (evaluate(model, *inputs) - network(*inputs)).abs().max().item()


class ExportTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        torch.set_num_threads(2)
        cls.network = unet.build("tiny")

    def test_the_portable_export_computes_what_pytorch_computes_and_no_shapes(self):
        model = export(self.network, fused.PORTABLE)
        self.assertEqual(ATTENTIONS, count(model, "MultiHeadAttention"))
        self.assertEqual(set(), COMPUTED_SHAPES & {node.op_type for node in model.graph.node})
        self.assertLess(deviation(model, self.network), TOLERANCE)

    def test_the_export_for_cuda_has_one_node_for_each_layer_and_computes_what_pytorch_computes(self):
        with kernels_for_any_size():
            model = export(self.network, fused.CUDA)
        kinds = ("MultiHeadAttention", "GroupNorm", "SkipLayerNormalization", "BiasSplitGelu", "Expand")
        self.assertEqual((ATTENTIONS, GROUP_NORMS, ADD_NORMS, FEEDS, ENLARGEMENTS), tuple(count(model, kind) for kind in kinds))
        self.assertEqual(set(), COMPUTED_SHAPES & {node.op_type for node in model.graph.node})
        self.assertLess(deviation(kernels.expand(model), self.network), TOLERANCE)

    def test_what_no_kernel_takes_is_exported_in_standard_operators(self):
        model = export(self.network, fused.CUDA)
        self.assertEqual(0, count(model, "BiasSplitGelu"))
        self.assertEqual(GROUP_NORMS, count(model, "GroupNorm") + count(model, "InstanceNormalization"))
        self.assertGreater(count(model, "InstanceNormalization"), 0)  # groups of one channel or three
        self.assertLess(deviation(kernels.expand(model), self.network), TOLERANCE)

    def test_gamma_and_beta_are_float32_in_a_float16_model_too(self):
        class Norm(torch.nn.Module):
            def __init__(self):
                super().__init__()
                self.norm = torch.nn.GroupNorm(4, 16).half().requires_grad_(False)

            def forward(self, x):
                return fused.group_norm(x, self.norm, 4)

        # PyTorch on a processor has no group norm in float16
        with mock.patch("fused.F.group_norm", lambda x, *_: x + x), tempfile.TemporaryDirectory() as folder, fused.export_for(fused.CUDA):
            sd2_random.export(Norm(), (torch.randn(1, 16, 4, 4).half(),), ["sample"], "y", pathlib.Path(folder), {})
            graph = onnx.load(str(pathlib.Path(folder) / "model.onnx")).graph
        types = {tensor.name: tensor.data_type for tensor in graph.initializer}
        node = next(node for node in graph.node if node.op_type == "GroupNorm")
        self.assertEqual([onnx.TensorProto.FLOAT] * 2, [types[name] for name in node.input[1:]])


if __name__ == "__main__":
    unittest.main()
