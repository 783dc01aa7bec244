import json
import pathlib
import tempfile
import unittest

import numpy as np
import onnx
from onnx import numpy_helper

from cifar10.export import check_bundle, write_bundle
from cifar10.model import TINY, Encoder, Unet
from common.weights import SMALLEST

from .networks import perturbed


class ExportTests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def test_of_classifier_json_only_what_was_fitted_to_the_weights_before_is_dropped(self):
        fitted = {"sha256": {}, "temperatures": {}, "timestepWeights": {}, "calibration": {}}
        (self.folder / "classifier.json").write_text(json.dumps({"recommended": {"trials": 64}, "timestepRange": [0, 1], **fitted}))
        write_bundle(Unet(TINY), self.folder, (150, 850))
        fields = json.loads((self.folder / "classifier.json").read_text())
        self.assertEqual(({"trials": 64}, [150, 850]), (fields["recommended"], fields["timestepRange"]))
        self.assertEqual(set(), set(fitted) & set(fields))

    def test_encoder_and_decoder_fit_together(self):
        write_bundle(Unet(TINY), self.folder, (150, 850))
        encoder, decoder = (onnx.load(str(self.folder / "unet" / f"{part}.onnx")).graph for part in ("encoder", "decoder"))
        names = list(Encoder.FEATURES)
        self.assertEqual((["sample", "timestep"], names), ([v.name for v in encoder.input], [v.name for v in encoder.output]))
        self.assertEqual([*names, "slots", "timestep", "class_labels"], [v.name for v in decoder.input])
        counted = {v.name: v.type.tensor_type.shape.dim[0].dim_param for v in decoder.input}
        self.assertNotEqual(counted["low"], counted["slots"])  # several rows share features

    def test_every_graph_holds_the_networks_weights(self):
        unet = perturbed(Unet(TINY))
        write_bundle(unet, self.folder, (150, 850))
        expected = {name: value.numpy() for name, value in unet.state_dict().items() if value.numel() >= SMALLEST / 4}
        for file, parts in (("model", ("encoder", "decoder")), ("encoder", ("encoder",)), ("decoder", ("decoder",))):
            held = {fingerprint(numpy_helper.to_array(t)) for t in onnx.load(str(self.folder / "unet" / f"{file}.onnx")).graph.initializer}
            missing = [name for name, value in expected.items() if name.split(".")[0] in parts and fingerprint(value) not in held]
            self.assertEqual([], missing)

    def test_the_files_compute_what_pytorch_computes(self):
        write_bundle(perturbed(Unet(TINY)), self.folder, (150, 850))
        if check_bundle(self.folder) is None:
            self.skipTest("onnxruntime is not installed")


def fingerprint(value):
    """The same for a matrix and its transpose, which the exporter may write instead."""
    return np.sort(value, axis=None).tobytes()


if __name__ == "__main__":
    unittest.main()
