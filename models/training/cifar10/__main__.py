"""python3 -m cifar10: see make.py, which other processes can import by its name."""

from .make import main

main()
