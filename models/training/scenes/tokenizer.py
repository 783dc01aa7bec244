"""CLIP's byte-pair tokenizer (Radford et al., 2021, simple_tokenizer.py) with merges learnt from our own captions.

Lower case; words are cut by CLIP's pattern, their UTF-8 bytes written as printable symbols, the last of which carries </w>, and merged by
rank. <|startoftext|> and <|endoftext|> go around; the latter also fills the rest and stands for what is unknown.
"""

import collections
import json
import pathlib
import re

START, END, LAST = "<|startoftext|>", "<|endoftext|>", "</w>"
LENGTH = 24  # tokens of a text, with start and end
WORD = re.compile(r"'s|'t|'re|'ve|'m|'ll|'d|[^\W\d_]+|\d|(?:[^\s\w]|_)+")


def byte_symbols():
    """The symbol of each byte: printable ones are themselves, the others the characters from 256 up, in order."""
    printable = {*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)}
    others = iter(range(256, 512))
    return [chr(byte) if byte in printable else chr(next(others)) for byte in range(256)]


SYMBOLS = byte_symbols()


def learn(captions, count):
    """At most count merges, the most frequent pair of neighbours first: in the end every word of the captions is one token.

    Of pairs that are as frequent the first in the alphabet wins, so that the order of the captions does not matter.
    """
    frequency = collections.Counter(word for caption in captions for word in WORD.findall(caption.lower()))
    split = {word: _symbols(word) for word in frequency}
    merges = []
    while len(merges) < count:
        pairs = collections.Counter()
        for word, symbols in split.items():
            for pair in zip(symbols, symbols[1:]):
                pairs[pair] += frequency[word]
        if not pairs:
            break
        best = min(pairs, key=lambda pair: (-pairs[pair], pair))
        merges.append(best)
        split = {word: _merge(symbols, best) for word, symbols in split.items()}
    return merges


class Tokenizer:
    def __init__(self, merges):
        self.merges = [tuple(merge) for merge in merges]
        self.ranks = {merge: rank for rank, merge in enumerate(self.merges)}
        words = [*SYMBOLS, *(symbol + LAST for symbol in SYMBOLS), *(left + right for left, right in self.merges), START, END]
        self.ids = {word: i for i, word in enumerate(words)}
        self.texts = {i: word for word, i in self.ids.items()}
        self.known = {}

    @property
    def end(self):
        return self.ids[END]

    def encode(self, text):
        """LENGTH ids; what is too long is cut off."""
        ids = [i for word in WORD.findall(text.lower()) for i in self._word(word)][:LENGTH - 2]
        ids = [self.ids[START], *ids, self.end]
        return ids + [self.end] * (LENGTH - len(ids))

    def decode(self, ids):
        """The text between start and end, with single spaces."""
        symbols = "".join(self.texts[i] for i in ids if self.texts[i] not in (START, END)).replace(LAST, " ").strip()
        return bytes(SYMBOLS.index(symbol) if symbol != " " else ord(" ") for symbol in symbols).decode()

    def count(self, text):
        """Tokens of the text alone."""
        return sum(len(self._word(word)) for word in WORD.findall(text.lower()))

    def write(self, folder):
        folder = pathlib.Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        _write(folder / "vocab.json", self.ids)
        (folder / "merges.txt").write_text("\n".join(["#version: 0.2", *map(" ".join, self.merges)]) + "\n", encoding="utf-8")
        special = {"bos_token": START, "eos_token": END, "pad_token": END, "unk_token": END}
        _write(folder / "special_tokens_map.json", special)
        _write(folder / "tokenizer_config.json", {"tokenizer_class": "CLIPTokenizer", "model_max_length": LENGTH, "do_lower_case": True, **special})

    @staticmethod
    def read(folder):
        lines = (pathlib.Path(folder) / "merges.txt").read_text(encoding="utf-8").splitlines()
        return Tokenizer([line.split(" ") for line in lines[1:]])

    def _word(self, word):
        if word not in self.known:
            symbols = _symbols(word)
            while pairs := [pair for pair in zip(symbols, symbols[1:]) if pair in self.ranks]:
                symbols = _merge(symbols, min(pairs, key=self.ranks.get))
            self.known[word] = [self.ids[symbol] for symbol in symbols]
        return self.known[word]


def _symbols(word):
    symbols = [SYMBOLS[byte] for byte in word.encode()]
    return [*symbols[:-1], symbols[-1] + LAST]


def _merge(symbols, pair):
    merged, i = [], 0
    while i < len(symbols):
        if tuple(symbols[i:i + 2]) == pair:
            merged.append(symbols[i] + symbols[i + 1])
            i += 2
        else:
            merged.append(symbols[i])
            i += 1
    return merged


def _write(path, value):
    path.write_text(json.dumps(value, ensure_ascii=False, indent=0 if len(value) > 99 else 2) + "\n", encoding="utf-8")
