import pathlib
import tempfile
import unittest

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from common.weights import ALIGNMENT, SMALLEST, share

LARGE = SMALLEST // 4  # floats


def graph(**weights):
    initializers = [numpy_helper.from_array(value, name) for name, value in weights.items()]
    output = helper.make_tensor_value_info("y", TensorProto.FLOAT, None)
    return helper.make_model(helper.make_graph([helper.make_node("Identity", [next(iter(weights))], ["y"])], "g", [], [output], initializers))


def random(count, seed=0, dtype=np.float32):
    return np.random.default_rng(seed).standard_normal(count).astype(dtype)


class WeightTests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.store = self.folder / "weights.bin"

    def share(self, *graphs):
        files = [self.folder / f"{i}.onnx" for i in range(len(graphs))]
        for file, model in zip(files, graphs):
            onnx.save(model, str(file))
        share(files, self.store)
        return files

    def places(self, file):
        """The offset of every initializer, None of those in the graph."""
        tensors = onnx.load(str(file), load_external_data=False).graph.initializer
        return {t.name: next((int(entry.value) for entry in t.external_data if entry.key == "offset"), None) for t in tensors}

    def test_graphs_read_back_what_they_held(self):
        weights = {"a": random(LARGE + 1), "b": random(LARGE, 1), "half": random(2 * LARGE, 2, np.float16), "small": random(LARGE - 1, 3)}
        (file,) = self.share(graph(**weights))
        found = {t.name: numpy_helper.to_array(t) for t in onnx.load(str(file)).graph.initializer}
        self.assertEqual(set(weights), set(found))
        for name, value in weights.items():
            np.testing.assert_array_equal(value, found[name])

    def test_equal_weights_have_one_place(self):
        one, other = self.share(graph(a=random(LARGE), b=random(LARGE, 1)), graph(c=random(LARGE, 1)))
        self.assertEqual(self.places(one)["b"], self.places(other)["c"])
        self.assertEqual(2 * SMALLEST, self.store.stat().st_size)

    def test_places_are_aligned_and_small_weights_stay(self):
        (file,) = self.share(graph(a=random(LARGE + 1), b=random(LARGE + 1, 1), small=random(LARGE - 1)))
        places = self.places(file)
        self.assertIsNone(places.pop("small"))
        self.assertEqual([0, 0], [place % ALIGNMENT for place in places.values()])

    def test_an_older_store_is_replaced(self):
        self.store.write_bytes(bytes(10 * SMALLEST))
        self.share(graph(a=random(LARGE)))
        self.assertEqual(SMALLEST, self.store.stat().st_size)
        self.assertEqual({"0.onnx", "weights.bin"}, {path.name for path in self.folder.iterdir()})

    def test_weights_that_are_in_a_file_already_are_refused_and_kept(self):
        files = self.share(graph(a=random(LARGE)))
        before = self.store.read_bytes()
        with self.assertRaisesRegex(ValueError, "already"):
            share(files, self.store)
        self.assertEqual(before, self.store.read_bytes())


if __name__ == "__main__":
    unittest.main()
