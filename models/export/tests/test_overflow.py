import pathlib
import tempfile
import unittest
from unittest import mock

import onnx
from onnx import TensorProto, helper

try:
    import torch

    import fused
    import overflow
    import sd2_random
    import unet
except ImportError as missing:
    raise unittest.SkipTest(f"PyTorch is not installed: {missing}")

LAYER = "down.0.transformer.itself"
TOO_MUCH = 1e6  # times the weights of the queries: from scores around one to far beyond float16


class OverflowTests(unittest.TestCase):
    def test_random_weights_need_no_float32(self):
        network = unet.build("tiny")
        self.assertEqual({}, overflow.widen(network, unet.inputs("tiny", 1), unet.Attention))
        self.assertFalse(any(layer.wide for layer in network.modules() if isinstance(layer, unet.Attention)))

    def test_the_layer_whose_scores_are_too_large_is_found_and_no_other(self):
        network = unet.build("tiny")
        layer = network.get_submodule(LAYER)
        layer.q.weight.mul_(TOO_MUCH)
        large = overflow.widen(network, unet.inputs("tiny", 1), unet.Attention)
        self.assertEqual([LAYER], list(large))
        self.assertGreater(large[LAYER], overflow.LARGEST_SCORE)
        self.assertTrue(layer.wide)
        self.assertEqual(torch.float32, layer.q.weight.dtype)

    def test_the_score_is_that_of_all_heads_and_queries(self):
        q, k = torch.randn(2, 7, 12), torch.randn(2, 5, 12)
        expected = max((q[b, i, h:h + 4] @ k[b, j, h:h + 4]).abs().item() / 2
                       for b in range(2) for i in range(7) for j in range(5) for h in (0, 4, 8))
        with mock.patch("overflow.CHUNK", 3):
            self.assertAlmostEqual(expected, overflow.largest_score(q, k, heads=3), places=4)

    def test_such_a_layer_is_exported_in_float32(self):
        class Layer(torch.nn.Module):
            def forward(self, q):
                return fused.FusedAttention.apply(q, q, q, 2, True)

        with tempfile.TemporaryDirectory() as folder, mock.patch("fused.attend", lambda q, k, v, heads: q + k):
            sd2_random.export(Layer(), (torch.randn(1, 5, 16).half(),), ["sample"], "y", pathlib.Path(folder), {})
            nodes = onnx.load(str(pathlib.Path(folder) / "model.onnx")).graph.node
        targets = [helper.get_attribute_value(node.attribute[0]) for node in nodes if node.op_type == "Cast"]
        self.assertEqual([TensorProto.FLOAT] * 3 + [TensorProto.FLOAT16], targets)


if __name__ == "__main__":
    unittest.main()
