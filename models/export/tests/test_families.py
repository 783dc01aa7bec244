import json
import pathlib
import tempfile
import unittest
import warnings
from unittest import mock

import onnx

try:
    import torch

    import export
    import families
    from . import tiny_pipelines
except ImportError as missing:
    raise unittest.SkipTest(f"PyTorch is not installed: {missing}")

TOLERANCE = 1e-5  # of the output's size, through a handful of layers in float32


class FamilyTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        torch.set_num_threads(2)
        cls.scratch = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.scratch.cleanup)
        cls.folder, cls.lines = pathlib.Path(cls.scratch.name), []
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for name, pipe in tiny_pipelines.pipelines().items():
                export.export(pipe, cls.folder / name, cls.compare, report=cls.lines.append)

    @staticmethod
    def compare(path, inputs):
        return tiny_pipelines.run(path, inputs)

    def graph(self, name, part):
        return onnx.load(str(self.folder / name / part / "model.onnx")).graph

    def test_every_graph_computes_on_another_batch_what_pytorch_computes(self):
        for line in self.lines:
            with self.subTest(line):
                self.assertLess(float(line.split(" by ")[1].split(" ")[0]), TOLERANCE)
        self.assertGreater(len(self.lines), 30)

    def test_every_denoiser_takes_one_timestep_a_row(self):
        for name in tiny_pipelines.pipelines():
            part = "unet" if (self.folder / name / "unet").exists() else "transformer"
            with self.subTest(name):
                timestep = next(value for value in self.graph(name, part).input if value.name == "timestep")
                self.assertEqual(["batch"], [dim.dim_param for dim in timestep.type.tensor_type.shape.dim])

    def test_places_of_tokens_are_told_once_for_all_rows(self):
        ids = next(value for value in self.graph("flux", "transformer").input if value.name == "img_ids")
        self.assertEqual([16, 3], [dim.dim_value for dim in ids.type.tensor_type.shape.dim])

    def test_a_bundle_has_what_the_pipeline_says_of_labels_and_empty_prompts(self):
        index = {name: json.loads((self.folder / name / "model_index.json").read_text()) for name in ("sdxl", "dit")}
        self.assertEqual({"_class_name": "StableDiffusionXLPipeline", "force_zeros_for_empty_prompt": True}, index["sdxl"])
        self.assertEqual({"0": "cat", "1": "dog, hound", "2": "ship"}, index["dit"]["id2label"])

    def test_a_graph_that_is_not_what_pytorch_is_stops_the_export(self):
        pipe = tiny_pipelines.pipelines()["dit"]
        with tempfile.TemporaryDirectory() as folder, self.assertRaisesRegex(RuntimeError, "vae_encoder: the graph differs"):
            export.export(pipe, pathlib.Path(folder), lambda path, inputs: [one * 1.1 for one in tiny_pipelines.run(path, inputs)],
                          report=lambda line: None)

    def test_numbers_that_are_none_stop_the_export(self):
        pipe = tiny_pipelines.pipelines()["dit"]
        with tempfile.TemporaryDirectory() as folder, self.assertRaisesRegex(RuntimeError, "vae_encoder: the graph differs from PyTorch by inf"):
            export.export(pipe, pathlib.Path(folder), lambda path, inputs: [one * float("nan") for one in tiny_pipelines.run(path, inputs)],
                          report=lambda line: None)

    def test_what_overflows_stays_in_float32(self):
        parts = {part.folder: part for part in families.parts_of(tiny_pipelines.pipelines()["flux"])}
        self.assertEqual([False, True, False], [parts[name].overflows for name in ("text_encoder", "text_encoder_2", "vae_encoder")])

    def test_a_pipeline_that_is_no_classifier_is_refused_by_name(self):
        with self.assertRaisesRegex(ValueError, "StableVideoDiffusionPipeline is no pipeline that can be exported"):
            families.parts_of(type("StableVideoDiffusionPipeline", (), {})())

    def test_without_onnxruntime_the_report_says_that_nothing_was_compared(self):
        lines = []
        with tempfile.TemporaryDirectory() as folder, mock.patch.dict("sys.modules", {"onnxruntime": None}):
            self.assertIsNone(export.onnxruntime_runner())
            export.export(tiny_pipelines.pipelines()["dit"], pathlib.Path(folder), None, report=lines.append)
        self.assertTrue(all("not compared" in line for line in lines))


if __name__ == "__main__":
    unittest.main()
