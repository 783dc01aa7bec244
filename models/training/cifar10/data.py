"""CIFAR-10 as arrays, from the archives people have."""

import io
import pathlib
import tarfile

import numpy as np

CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
SIDE = 32
RECORD = 1 + 3 * SIDE * SIDE  # of the official binary files: a label, then three planes
FOR_CHOOSING = 1000  # test images, the first of a file: what is chosen on them is not to be measured on them
PICTURES = (".jpg", ".jpeg", ".png")


def read(path, part="data_batch"):
    """→ images u8[N,3,32,32] and labels i64[N].

    path: the official cifar-10-binary.tar.gz, a folder with its unpacked files, one .bin file, or a tar archive with one folder of
    pictures a class. part: which of the official files to read, by the beginning of their names.
    """
    path = pathlib.Path(path)
    if path.is_dir():
        files = sorted(path.rglob(f"{part}*.bin"))
        return _joined([_records(file.read_bytes()) for file in files], path)
    if path.suffix == ".bin":
        return _records(path.read_bytes())
    with tarfile.open(path, "r|*") as archive:
        return _joined([_member(archive, member) for member in archive if _wanted(member, part)], path)


def cached(path, folder):
    """What read gives, kept in a file in the folder: unpacking takes a minute."""
    file = pathlib.Path(folder) / "train.npz"
    if not file.exists():
        images, labels = read(path)
        file.parent.mkdir(parents=True, exist_ok=True)
        scratch = file.with_name("unpacking.npz")
        np.savez(scratch, images=images, labels=labels)
        scratch.replace(file)
    with np.load(file) as arrays:
        return arrays["images"], arrays["labels"]


def split(images, labels, choosing, count):
    """Of test images, those that choices may be made on (choosing), else those that none may: at most count of them."""
    start, end = (0, FOR_CHOOSING) if choosing else (FOR_CHOOSING, len(images))
    if start >= min(end, len(images)):
        raise ValueError(f"There are {len(images)} test images, and the first {FOR_CHOOSING} are for choosing: take more, or --choosing.")
    end = min(end, start + count)
    return images[start:end], labels[start:end]


def _wanted(member, part):
    name = pathlib.PurePosixPath(member.name)
    return member.isfile() and (name.suffix in PICTURES or name.suffix == ".bin" and name.name.startswith(part))


def _member(archive, member):
    name, content = pathlib.PurePosixPath(member.name), archive.extractfile(member).read()
    if name.suffix == ".bin":
        return _records(content)
    from PIL import Image  # needed for pictures only

    pixels = np.asarray(Image.open(io.BytesIO(content)).convert("RGB"))
    return pixels.transpose(2, 0, 1)[None], np.array([CLASSES.index(name.parent.name)])


def _records(content):
    if len(content) % RECORD:
        raise ValueError(f"A CIFAR-10 file holds records of {RECORD} bytes; this one has {len(content)} bytes.")
    records = np.frombuffer(content, np.uint8).reshape(-1, RECORD)
    return records[:, 1:].reshape(-1, 3, SIDE, SIDE).copy(), records[:, 0].astype(np.int64)


def _joined(parts, path):
    if not parts:
        raise ValueError(f"{path} holds neither CIFAR-10's binary files nor pictures in folders named after the classes.")
    images, labels = zip(*parts)
    return np.concatenate(images), np.concatenate(labels)
