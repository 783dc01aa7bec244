"""Writes canonical.txt: what Unicode normalisation form C needs of the Unicode Character Database, from Python's own copy of it.

Usage: python3 make_canonical.py > canonical.txt
"""

import unicodedata

HANGUL_SYLLABLES = range(0xAC00, 0xD7A4)  # composed by arithmetic, Unicode standard section 3.12


def main():
    print(f"# Unicode {unicodedata.unidata_version}: canonical decompositions and combining classes (UAX #15, UAX #44). Made by make_canonical.py.")
    print("# A = B C   A is composed from B and C      A > B [C]   A is decomposed, never composed      A..B : n   combining class n")
    for point in range(0x110000):
        mapping = unicodedata.decomposition(chr(point))
        if mapping and not mapping.startswith("<") and point not in HANGUL_SYLLABLES:
            composes = unicodedata.normalize("NFC", chr(point)) == chr(point)
            print(f"{point:04X} {'=' if composes else '>'} {mapping}")
    first = 0
    for point in range(1, 0x110001):
        before = unicodedata.combining(chr(first))
        if point == 0x110000 or unicodedata.combining(chr(point)) != before:
            if before:
                print(f"{first:04X}..{point - 1:04X} : {before}")
            first = point


main()
