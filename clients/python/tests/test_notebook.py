"""The notebooks in examples/ run from top to bottom: their cells of code, one after the other, in one namespace."""

import contextlib
import io
import json
import os
import unittest
from pathlib import Path

NOTEBOOKS = Path(__file__).parents[1] / "examples"


@unittest.skipUnless(os.environ.get("DCLASSIFY_URL"), "DCLASSIFY_URL does not say where a server is")
class Notebooks(unittest.TestCase):
    def test_every_cell_runs(self):
        for path in NOTEBOOKS.glob("*.ipynb"):
            namespace, here = {"__name__": "__main__"}, os.getcwd()
            os.chdir(path.parent)
            try:
                for number, cell in enumerate(json.loads(path.read_text("utf-8"))["cells"]):
                    if cell["cell_type"] == "code":
                        with self.subTest(notebook=path.name, cell=number), contextlib.redirect_stdout(io.StringIO()):
                            exec(compile("".join(cell["source"]), f"{path.name}[{number}]", "exec"), namespace)
            finally:
                os.chdir(here)


if __name__ == "__main__":
    unittest.main()
