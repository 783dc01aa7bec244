import json
import pathlib
import tempfile
import unittest

import onnx
import torch

from cifar10.export import check_bundle, write_bundle
from cifar10.model import TINY, Encoder, Unet
from common.weights import ALIGNMENT, SMALLEST


class ExportTests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def test_fields_of_classifier_json_that_are_not_the_recipes_are_kept(self):
        (self.folder / "classifier.json").write_text('{"recommended": {"trials": 64}, "timestepRange": [0, 1]}')
        write_bundle(Unet(TINY), self.folder, (150, 850))
        fields = json.loads((self.folder / "classifier.json").read_text())
        self.assertEqual(({"trials": 64}, [150, 850]), (fields["recommended"], fields["timestepRange"]))

    def test_encoder_and_decoder_fit_together(self):
        write_bundle(Unet(TINY), self.folder, (150, 850))
        encoder, decoder = (onnx.load(str(self.folder / "unet" / f"{part}.onnx")).graph for part in ("encoder", "decoder"))
        names = list(Encoder.FEATURES)
        self.assertEqual((["sample", "timestep"], names), ([v.name for v in encoder.input], [v.name for v in encoder.output]))
        self.assertEqual([*names, "slots", "timestep", "class_labels"], [v.name for v in decoder.input])
        counted = {v.name: v.type.tensor_type.shape.dim[0].dim_param for v in decoder.input}
        self.assertNotEqual(counted["low"], counted["slots"])  # several rows share features

    def test_the_graphs_share_their_weights(self):
        unet = Unet(TINY)
        with torch.no_grad():
            for parameter in unet.parameters():
                parameter += torch.randn_like(parameter)  # no two alike
        write_bundle(unet, self.folder, (150, 850))
        large = sum(p.numel() * 4 for p in unet.parameters() if p.numel() * 4 >= SMALLEST)
        self.assertAlmostEqual(large, (self.folder / "unet" / "weights.bin").stat().st_size, delta=100 * ALIGNMENT)

    def test_the_files_compute_what_pytorch_computes(self):
        write_bundle(Unet(TINY), self.folder, (150, 850))
        if check_bundle(self.folder) is None:
            self.skipTest("onnxruntime is not installed")


if __name__ == "__main__":
    unittest.main()
