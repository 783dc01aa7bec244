"""What every recipe's export writes: JSON files, the configuration of the schedule, and graphs."""

import inspect
import json
import pathlib
import warnings

import torch

from .schedule import STEPS

OPSET = 17
TOLERANCE = 1e-4  # of numbers around 1: what another order of float32 sums may change
FITTED = ("sha256", "temperatures", "timestepWeights", "usualErrors", "draws", "calibration")  # fields of classifier.json that are of the weights before


def write_schedule(folder):
    write_json(folder / "scheduler" / "scheduler_config.json", {
        "_class_name": "DDPMScheduler", "num_train_timesteps": STEPS, "beta_schedule": "squaredcos_cap_v2", "beta_start": 0.0001,
        "beta_end": 0.02, "prediction_type": "epsilon", "rescale_betas_zero_snr": False, "trained_betas": None})


def write_classifier(folder, fields):
    """What else classifier.json in the folder says is kept, but not what it says of the weights before; fields of None go."""
    path = folder / "classifier.json"
    before = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    all_fields = {**{name: value for name, value in before.items() if name not in FITTED}, **fields}
    write_json(path, {name: value for name, value in all_fields.items() if value is not None})


def write_json(path, fields):
    """One line a field."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = (f"  {json.dumps(name)}: {json.dumps(field)}" for name, field in fields.items())
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def export(module, arguments, inputs, outputs, path):
    """inputs, outputs: in order, the names, and of each the names of its axes that are not fixed: {"sample": {0: "rows"}}."""
    options = {"dynamo": False} if "dynamo" in inspect.signature(torch.onnx.export).parameters else {}
    pathlib.Path(path).parent.mkdir(parents=True, exist_ok=True)
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter warns of shapes it cannot infer; check says whether it mattered
        torch.onnx.export(module, arguments, str(path), input_names=list(inputs), output_names=list(outputs), opset_version=OPSET,
                          dynamic_axes={**inputs, **outputs}, **options)


def check(differences):
    """differences: of what the files compute to what PyTorch computed, by their names → the largest; more than rounding is an error."""
    for file, difference in differences.items():
        if not difference < TOLERANCE:
            raise ValueError(f"{file} is {difference:.2g} away from what PyTorch computed; at most {TOLERANCE:g} is rounding.")
    return max(differences.values())
