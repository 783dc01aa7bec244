#!/usr/bin/env python3
"""Rows per second of Stable Diffusion 2's U-Net against batch size: this engine and PyTorch, on the same device, in one run.

    dotnet build -c Release
    python3 models/export/bench_sd2.py

Prints JSON. In every round each side runs once, so that what else the machine does weighs on all; a figure is the median of the rounds.
`engine` has one batch size at a time, as PyTorch has; `engineInTurns` changes it at every call, as a server does. `engineToEager` and
`engineToCompiled` are quotients at the same size, `ofPeak` is the share of the bf16 matrix product's speed on this device, measured here.
It measures for `--seconds` in all; loading, exporting and compiling come on top. Without a CUDA device it says so and ends with 2.
`--device cpu --size tiny` checks the script itself.
"""

import argparse
import json
import pathlib
import shlex
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
DCLASSIFY = f"dotnet {shlex.quote(str(ROOT / 'artifacts/bin/DiffusionClassifier.Cli/release/dclassify.dll'))}"
MEASURE_SECONDS = 60.0  # about one for each side, batch size and round
PEAK_SECONDS = 0.5  # of each of three tries
ENGINE_SHARE = 2  # of the time of a side of PyTorch: it measures its sizes one by one and in turns
SECONDS = ("loadSeconds", "warmUpSeconds")  # of the engine
QUOTIENTS = {"engineToEager": "torchEager", "engineToCompiled": "torchCompiled"}
PEAK_SIDE = 8192  # of the matrices whose product is the peak: large enough to fill any device


def elapsed(call, synchronize, seconds):
    """Seconds a call, over as many as fit into a time; the first ones, which compile and plan, do not count."""
    for _ in range(2):
        call()
    synchronize()
    calls, begin = 0, time.perf_counter()
    while time.perf_counter() - begin < seconds:
        call()
        synchronize()
        calls += 1
    return (time.perf_counter() - begin) / calls


def peak_flops(torch, synchronize):
    a = torch.randn(PEAK_SIDE, PEAK_SIDE, device="cuda", dtype=torch.bfloat16)
    return 2 * PEAK_SIDE**3 / min(elapsed(lambda: a @ a, synchronize, PEAK_SECONDS) for _ in range(3))


def row_flops(torch, unet, model, size, device, dtype):
    from torch.utils.flop_counter import FlopCounterMode

    with FlopCounterMode(display=False) as counter:
        model(*unet.inputs(size, 1, device, dtype))
    return counter.get_total_flops()


def run_torch(torch, unet, model, options, dtype, synchronize, channels_last=False):
    """Rows per second by batch size; sizes that do not fit into memory are left out."""
    rates = {}
    for rows in options.batches:
        try:
            sample, *others = unet.inputs(options.size, rows, options.device, dtype)
            arguments = (sample.contiguous(memory_format=torch.channels_last) if channels_last else sample, *others)
            rates[rows] = rows / elapsed(lambda: model(*arguments), synchronize, options.slice)
        except torch.cuda.OutOfMemoryError:
            break
    if options.device == "cuda":
        torch.cuda.empty_cache()  # room for the other side
    return {"rates": rates}


def run_engine(options, bundle):
    command = [*shlex.split(options.dclassify), "bench", "--raw", "--json", "--model", bundle, "--device", options.engine_device,
               "--max-batch", str(max(options.batches)), "--seconds", str(ENGINE_SHARE * options.slice * len(options.batches))]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0 or "does not work here" in done.stderr:
        sys.exit(f"{' '.join(command)}: {done.stderr.strip() or done.returncode}")
    return engine_figures(json.loads(done.stdout))


def engine_figures(report):
    """Of dclassify's report; versions before the captured graphs have no figures in turns, nor the seconds."""
    rates, turns = ({int(rows): rate for rows, rate in report.get(name, {}).items()} for name in ("rawByBatch", "rawInTurns"))
    return {"rates": rates, "turns": turns, **{name: report[name] for name in SECONDS if name in report}}


def sides(torch, unet, options, bundle):
    """What is measured, by name."""
    cuda = options.device == "cuda"
    dtype, synchronize = (torch.float16, torch.cuda.synchronize) if cuda else (torch.float32, lambda: None)
    model = unet.build(options.size, options.device, dtype)
    found = {"engine": lambda: run_engine(options, bundle),
             "torchEager": lambda: run_torch(torch, unet, model, options, dtype, synchronize)}
    if cuda:
        compiled = torch.compile(unet.build(options.size, options.device, dtype).to(memory_format=torch.channels_last))
        found["torchCompiled"] = lambda: run_torch(torch, unet, compiled, options, dtype, synchronize, channels_last=True)
    return found, model, dtype, synchronize


def medians(rounds, options):
    """By batch size, of the sizes that every round has."""
    return {rows: statistics.median(one[rows] for one in rounds) for rows in options.batches if all(rows in one for one in rounds)}


def measure(torch, unet, options, bundle):
    found, model, dtype, synchronize = sides(torch, unet, options, bundle)
    options.slice = options.seconds / (options.rounds * len(options.batches) * (len(found) - 1 + ENGINE_SHARE))
    rounds = [{name: side() for name, side in found.items()} for _ in range(options.rounds)]
    rates = {name: medians([one[name]["rates"] for one in rounds], options) for name in found}
    engine = [one["engine"] for one in rounds]
    rates["engineInTurns"] = medians([one["turns"] for one in engine], options)
    rates = {name: by_rows for name, by_rows in rates.items() if by_rows}
    report = {"device": torch.cuda.get_device_name() if options.device == "cuda" else "cpu", "torch": torch.__version__,
              "size": options.size, "parameters": unet.SIZES[options.size].parameters, "dataType": str(dtype).removeprefix("torch."),
              "rounds": options.rounds,
              **{name: statistics.median(one[name] for one in engine) for name in SECONDS if all(name in one for one in engine)},
              "rowsPerSecond": rates,
              **{name: quotients(rates, other) for name, other in QUOTIENTS.items() if other in rates}}
    if options.device == "cuda":
        peak, flops = peak_flops(torch, synchronize), row_flops(torch, unet, model, options.size, options.device, dtype)
        report |= {"peakTeraflops": peak / 1e12, "gigaflopsPerRow": flops / 1e9,
                   "ofPeak": {name: {rows: rate * flops / peak for rows, rate in by_rows.items()} for name, by_rows in rates.items()}}
    return report


def quotients(rates, other):
    """How many times as fast the engine is, at one size and in turns."""
    return {name: {rows: rate / rates[other][rows] for rows, rate in rates[name].items() if rows in rates[other]}
            for name in ("engine", "engineInTurns") if name in rates}


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", choices=("sd2", "tiny"), default="sd2")
    parser.add_argument("--device", choices=("cuda", "cpu"), default="cuda")
    parser.add_argument("--engine-device", help="as dclassify's --device, with settings: cuda:0,prefer_nhwc=1 [default: as --device]")
    parser.add_argument("--batches", type=lambda text: [int(rows) for rows in text.split(",")], default=[1, 2, 4, 8, 16, 32, 64],
                        help="powers of two")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=MEASURE_SECONDS, help="of measuring, in all")
    parser.add_argument("--bundle", help="one that sd2_random.py wrote [default: written for the run]")
    parser.add_argument("--dclassify", default=DCLASSIFY, help="the command [default: this repository's release build]")
    options = parser.parse_args()
    options.engine_device = options.engine_device or options.device
    return options


def main():
    options = parse()
    try:
        import torch
    except ImportError:
        sys.exit("PyTorch is not installed: nothing was measured.")
    if options.device == "cuda" and not torch.cuda.is_available():
        print("There is no CUDA device here: nothing was measured.", file=sys.stderr)
        sys.exit(2)
    import sd2_random
    import unet

    torch.set_grad_enabled(False)
    with tempfile.TemporaryDirectory() as folder:
        if options.bundle is None:
            options.bundle = folder
            dtype, operators = (torch.float16, "cuda") if options.device == "cuda" else (torch.float32, "portable")
            sd2_random.write_bundle(pathlib.Path(folder), options.size, options.device, dtype, sd2_random.LEVELS[operators])
        print(json.dumps(measure(torch, unet, options, options.bundle), indent=2))


if __name__ == "__main__":
    main()
