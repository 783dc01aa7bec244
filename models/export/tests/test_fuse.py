import contextlib
import hashlib
import io
import json
import math
import pathlib
import sys
import tempfile
import unittest
import warnings
from unittest import mock

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

try:
    import torch
    import torch.nn.functional as F

    import fused
    import unet
    from .evaluate import evaluate
    from .test_exports import (ADD_NORMS, ATTENTIONS, ENLARGEMENTS, FEEDS, GROUP_NORMS, TOLERANCE, count, deviation, export,
                               kernels_for_any_size)
except ImportError as missing:
    raise unittest.SkipTest(f"PyTorch is not installed: {missing}")

import fuse
import kernels

HEADS, WIDTH = 2, 16


def written(module, *inputs, opset=17):
    """A small module as PyTorch's exporter writes it, with a batch of any size."""
    buffer = io.BytesIO()
    options = {"dynamo": False} if int(torch.__version__.split(".")[0]) > 1 else {}
    names = [f"x{i}" for i in range(len(inputs))]
    with warnings.catch_warnings(), fused.export_for(fused.STANDARD):
        warnings.simplefilter("ignore")
        torch.onnx.export(module.eval(), inputs, buffer, opset_version=opset, input_names=names, output_names=["y"],
                          dynamic_axes={name: {0: "batch"} for name in [*names, "y"]}, **options)
    return onnx.load_from_string(buffer.getvalue())


def attention_module(attend):
    class Attention(torch.nn.Module):
        def forward(self, q, k, v):
            return attend(q * 1, k * 1, v * 1)

    return Attention()


def split_heads(x):
    return x.reshape(x.shape[0], x.shape[1], HEADS, -1).permute(0, 2, 1, 3)


def of_torch_2(q, k, v):
    """How PyTorch 2 exports scaled_dot_product_attention: half of the scale on either side."""
    q, k, v = (split_heads(x) for x in (q, k, v))
    half = math.sqrt(1 / math.sqrt(WIDTH // HEADS))
    return ((q * half) @ (k.transpose(-1, -2) * half)).softmax(-1).matmul(v).transpose(1, 2).flatten(2)


def of_diffusers(q, k, v):
    """Its AttnProcessor: the heads in the batch, the scale in baddbmm."""
    q, k, v = (split_heads(x).reshape(x.shape[0] * HEADS, x.shape[1], -1) for x in (q, k, v))
    scores = torch.baddbmm(torch.zeros(q.shape[0], q.shape[1], k.shape[1]), q, k.transpose(-1, -2), beta=0, alpha=0.25)
    x = torch.bmm(scores.softmax(-1), v)
    return x.reshape(x.shape[0] // HEADS, HEADS, x.shape[1], -1).permute(0, 2, 1, 3).reshape(x.shape[0] // HEADS, x.shape[1], -1)


def plain(q, k, v, scale):
    q, k, v = (split_heads(x) for x in (q, k, v))
    return ((q @ k.transpose(-1, -2) * scale).softmax(-1) @ v).transpose(1, 2).flatten(2)


class FuseTests(unittest.TestCase):
    def test_every_site_of_a_plain_export_is_found_and_the_answers_stay(self):
        network = unet.build("tiny")
        model = export(network, fused.STANDARD)
        with kernels_for_any_size():
            found, _, left = fuse.fuse(model, {})
        expected = {"attention": ATTENTIONS, "group norm": GROUP_NORMS, "sum and layer norm": ADD_NORMS, "gated GELU": FEEDS,
                    "upsampling": ENLARGEMENTS}
        self.assertEqual({name: (sites, sites) for name, sites in expected.items()}, found)
        self.assertEqual({}, left)
        self.assertEqual((ATTENTIONS, GROUP_NORMS, FEEDS),
                         tuple(count(model, kind) for kind in ("MultiHeadAttention", "GroupNorm", "BiasSplitGelu")))
        self.assertLess(deviation(kernels.expand(model), network), TOLERANCE)

    def test_attention_is_found_however_it_is_written(self):
        usual = (WIDTH // HEADS) ** -0.5
        for attend, scale in ((of_torch_2, usual), (of_diffusers, 0.25), (lambda q, k, v: fused.attend(q, k, v, HEADS), usual)):
            module = attention_module(attend)
            model = written(module, torch.randn(2, 9, WIDTH), torch.randn(2, 5, WIDTH), torch.randn(2, 5, WIDTH))
            self.assertEqual((1, 1), fuse.fuse(model, {})[0]["attention"])
            inputs = torch.randn(3, 9, WIDTH), torch.randn(3, 5, WIDTH), torch.randn(3, 5, WIDTH)
            # Not with the module itself: PyTorch 1.13's baddbmm now and then gives NaN at beta=0.
            self.assertLess((evaluate(model, *inputs) - plain(*inputs, scale)).abs().max().item(), TOLERANCE)

    def test_what_only_looks_like_attention_stays(self):
        def other(q, k, v):  # the softmax is over the queries
            q, k, v = (split_heads(x) for x in (q, k, v))
            return (q @ k.transpose(-1, -2)).softmax(2).matmul(v).transpose(1, 2).flatten(2)

        model = written(attention_module(other), *(torch.randn(2, 5, WIDTH) for _ in range(3)))
        self.assertEqual((0, 0), fuse.fuse(model, {})[0]["attention"])

    def test_gated_gelus_are_found_with_either_split_and_only_with_the_value_first(self):
        def network(chunks):
            class Feed(torch.nn.Module):
                def __init__(self):
                    super().__init__()
                    self.linear = torch.nn.Linear(8, 24)

                def forward(self, x):
                    value, gate = chunks(self.linear(x))
                    return value * F.gelu(gate)

            return Feed().requires_grad_(False)

        for chunks, expected in ((lambda x: x.chunk(2, dim=-1), 1), (lambda x: (x[..., :12], x[..., 12:]), 1),
                                 (lambda x: (x[..., 12:], x[..., :12]), 0)):
            module = network(chunks)
            model, x = written(module, torch.randn(2, 5, 8)), torch.randn(3, 5, 8)
            with kernels_for_any_size():
                self.assertEqual(expected, fuse.fuse(model, {})[0]["gated GELU"][1])
            self.assertLess((evaluate(kernels.expand(model), x) - module(x)).abs().max().item(), TOLERANCE)

    def test_the_operator_GroupNormalization_is_fused_with_its_silu(self):
        gamma, beta = (np.random.default_rng(i).normal(size=8).astype(np.float32) for i in range(2))
        nodes = [helper.make_node("GroupNormalization", ["sample", "g", "b"], ["n"], num_groups=4, epsilon=1e-6),
                 helper.make_node("Sigmoid", ["n"], ["s"]), helper.make_node("Mul", ["n", "s"], ["y"])]
        sample, y = (helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", 8, 6, 6]) for name in ("sample", "y"))
        weights = [numpy_helper.from_array(gamma, "g"), numpy_helper.from_array(beta, "b")]
        model = helper.make_model(helper.make_graph(nodes, "norm", [sample], [y], weights), opset_imports=[helper.make_opsetid("", 21)])
        x = torch.randn(3, 8, 6, 6)
        with mock.patch("graphs.shape_inference.infer_shapes", lambda model, **_: model):  # of an onnx that knows the opset or does not
            sites = fuse.fuse(model, {})[0]
        self.assertEqual(((1, 1), [1]), (sites["group norm"], [attribute.i for node in model.graph.node for attribute in node.attribute
                                                               if attribute.name == "activation"]))
        expected = F.silu(F.group_norm(x, 4, torch.from_numpy(gamma), torch.from_numpy(beta), 1e-6))
        self.assertLess((evaluate(kernels.expand(model), x) - expected).abs().max().item(), TOLERANCE)

    def test_a_config_that_asks_for_float32_attention_gets_it_in_float16_graphs(self):
        module = attention_module(of_torch_2)
        for config, expected in (({}, 0), ({"upcast_attention": True}, 4)):
            model = written(module, *(torch.randn(2, 5, WIDTH) for _ in range(3)))
            fuse.fuse(halved(model), config)
            self.assertEqual(expected, count(model, "Cast"))


def halved(model):
    """In float16, which PyTorch could not compute on a processor to export it."""
    for value in (*model.graph.input, *model.graph.output):
        value.type.tensor_type.elem_type = TensorProto.FLOAT16
    for node in model.graph.node:
        for attribute in node.attribute:
            if node.op_type == "Constant" and attribute.t.data_type == TensorProto.FLOAT:
                attribute.t.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(attribute.t).astype(np.float16)))
    del model.graph.value_info[:]
    return model


class TimestepTests(unittest.TestCase):
    def test_one_timestep_that_is_expanded_becomes_one_for_each_row(self):
        class Expanding(torch.nn.Module):
            def forward(self, sample, timestep):
                return sample + timestep[None].expand(sample.shape[0])[:, None, None, None]

        buffer = io.BytesIO()
        options = {"dynamo": False} if int(torch.__version__.split(".")[0]) > 1 else {}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            torch.onnx.export(Expanding(), (torch.randn(2, 4, 8, 8), torch.tensor(3.0)), buffer, opset_version=17, output_names=["y"],
                              input_names=["sample", "timestep"], dynamic_axes={"sample": {0: "batch"}, "y": {0: "batch"}}, **options)
        model = onnx.load_from_string(buffer.getvalue())
        left = fuse.fuse(model, {})[2]
        self.assertEqual(({}, "batch"), (left, model.graph.input[1].type.tensor_type.shape.dim[0].dim_param))
        sample, timesteps = torch.randn(3, 4, 8, 8), torch.tensor([1.0, 2.0, 3.0])
        self.assertTrue(torch.equal(sample + timesteps[:, None, None, None], evaluate(model, sample, timesteps)))


class CommandTests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def run_command(self, *arguments):
        out, err = io.StringIO(), io.StringIO()
        with mock.patch.object(sys, "argv", ["fuse.py", *map(str, arguments)]), \
                contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                fuse.main()
            except SystemExit as exit:
                return exit.code, out.getvalue(), err.getvalue()
        return 0, out.getvalue(), err.getvalue()

    def test_a_bundle_that_is_not_there_is_refused_in_one_line(self):
        code, out, err = self.run_command(self.folder / "none")
        self.assertEqual((2, "", 1), (code, out, err.count("\n")))

    def test_the_other_files_are_copied_and_hashes_are_those_of_the_new_files(self):
        module = attention_module(of_torch_2)
        (self.folder / "a" / "unet").mkdir(parents=True)
        file = self.folder / "a" / "unet" / "model.onnx"
        onnx.save(written(module, *(torch.randn(2, 5, WIDTH) for _ in range(3))), str(file))
        fields = {"displayName": "A", "sha256": {"unet/model.onnx": hashlib.sha256(file.read_bytes()).hexdigest(), "text_encoder/model.onnx": "0" * 64}}
        (self.folder / "a" / "classifier.json").write_text(json.dumps(fields))
        before = file.read_bytes()

        code, out, _ = self.run_command(self.folder / "a", "--output", self.folder / "b")

        self.assertEqual((0, before), (code, file.read_bytes()))
        self.assertIn("attention: 1 of 1 fused", out)
        self.assertIn("group norm: none found", out)
        fused_file = self.folder / "b" / "unet" / "model.onnx"
        fields["sha256"]["unet/model.onnx"] = hashlib.sha256(fused_file.read_bytes()).hexdigest()
        self.assertEqual(fields, json.loads((self.folder / "b" / "classifier.json").read_text()))
        self.assertNotEqual(before, fused_file.read_bytes())


if __name__ == "__main__":
    unittest.main()
