import io
import pathlib
import tarfile
import tempfile
import unittest

import numpy as np

from cifar10 import data


def records(labels):
    """Official records whose pixels are 0, 1, 2, … within each image."""
    pixels = (np.arange(3 * 32 * 32) % 256).astype(np.uint8)
    return b"".join(bytes([label]) + pixels.tobytes() for label in labels)


class DataTests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def archive(self, name, files):
        with tarfile.open(self.folder / name, "w:" + name.rsplit(".", 1)[1]) as archive:
            for path, content in files.items():
                entry = tarfile.TarInfo(path)
                entry.size = len(content)
                archive.addfile(entry, io.BytesIO(content))
        return self.folder / name

    def test_a_binary_file_gives_its_labels_and_planes(self):
        (self.folder / "test_batch.bin").write_bytes(records([7, 2]))
        images, labels = data.read(self.folder / "test_batch.bin")
        self.assertEqual([7, 2], labels.tolist())
        self.assertEqual((2, 3, 32, 32), images.shape)
        self.assertEqual([0, 1, 32], [images[0, 0, 0, 0], images[0, 0, 0, 1], images[0, 0, 1, 0]])

    def test_the_official_archive_gives_the_training_images_alone(self):
        path = self.archive("cifar-10-binary.tar.gz", {
            "cifar-10-batches-bin/data_batch_1.bin": records([1, 2]), "cifar-10-batches-bin/readme.html": b"<html>",
            "cifar-10-batches-bin/data_batch_2.bin": records([3]), "cifar-10-batches-bin/test_batch.bin": records([4])})
        self.assertEqual([1, 2, 3], data.read(path)[1].tolist())

    def test_images_to_choose_on_and_images_to_measure_on_have_none_in_common(self):
        images = labels = np.arange(2500)
        self.assertEqual((0, 999, 1000), self.ends(data.split(images, labels, True, 2000)))
        self.assertEqual((1000, 2499, 1500), self.ends(data.split(images, labels, False, 2000)))
        self.assertEqual((1000, 1009, 10), self.ends(data.split(images, labels, False, 10)))
        with self.assertRaisesRegex(ValueError, "--choosing"):
            data.split(images[:1000], labels[:1000], False, 10)

    def ends(self, parts):
        images, labels = parts
        self.assertEqual(images.tolist(), labels.tolist())
        return images[0], images[-1], len(images)

    def test_pictures_are_labelled_by_their_folder(self):
        try:
            from PIL import Image
        except ImportError:
            self.skipTest("Pillow is not installed")
        picture = io.BytesIO()
        Image.new("RGB", (32, 32), (10, 20, 30)).save(picture, "png")
        images, labels = data.read(self.archive("pictures.tar.xz", {"train/horse/0001.png": picture.getvalue()}))
        self.assertEqual([7], labels.tolist())
        self.assertEqual([10, 20, 30], images[0, :, 5, 5].tolist())

    def test_a_truncated_file_is_refused(self):
        (self.folder / "test_batch.bin").write_bytes(records([7])[:-1])
        with self.assertRaisesRegex(ValueError, "records of 3073 bytes"):
            data.read(self.folder / "test_batch.bin")

    def test_a_folder_without_images_is_refused(self):
        with self.assertRaisesRegex(ValueError, "neither CIFAR-10's binary files nor pictures"):
            data.read(self.folder)

    def test_the_second_reading_comes_from_the_cache(self):
        path = self.folder / "data_batch_1.bin"
        path.write_bytes(records([5]))
        data.cached(path, self.folder / "work")
        path.unlink()
        self.assertEqual([5], data.cached(path, self.folder / "work")[1].tolist())


if __name__ == "__main__":
    unittest.main()
