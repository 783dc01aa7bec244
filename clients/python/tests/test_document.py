"""Whatever docs/openapi.json has, the client has, or it is said here why not."""

import dataclasses
import json
import re
import unittest
from pathlib import Path

import diffusion_classifier
from diffusion_classifier import answers, classification, requests
from diffusion_classifier._json import camel
from fake_server import FakeServer, event

DOCUMENT = Path(__file__).parents[3] / "docs" / "openapi.json"
NOT_FOR_CLIENTS = {"GET /health/live", "GET /health/ready", "GET /metrics"}  # for load balancers and collectors
AS_ARGUMENTS = {"image", "images", "labels", "captions"}
PAGES = {"JobList", "BatchList", "ImageAnswers"}  # read item by item
ELSEWHERE = {"MoreTrials", "ProblemDetails"}  # an argument; ClassifierError


def document():
    return json.loads(DOCUMENT.read_text("utf-8"))


def fields(schema):
    return set(document()["components"]["schemas"][schema]["properties"])


class Coverage(unittest.TestCase):
    def test_every_operation_has_a_method(self):
        image, job = b"\x01", {"id": "x", "status": "succeeded"}
        plain, empty = (200, {}, {"jobs": [], "batches": [], "models": [], "refused": [], "next": None}), (200, {}, b"")
        with FakeServer(*[plain] * 8, (200, {}, event("result", job)), *[plain] * 5, empty, *[plain] * 2) as server:
            client = server.client()
            client.classify(image)
            client.match([image], ["a"])
            client.models()
            client.model("x")
            client.load_model("x")
            client.unload_model("x")
            client.jobs.submit(classification(image))
            client.jobs.get("x")
            client.jobs.wait("x")
            client.jobs.add_trials("x", 8)
            client.jobs.cancel("x")
            list(client.jobs.list())
            client.batches.submit([image])
            client.batches.get("x")
            list(client.batches.results("x"))
            client.batches.cancel("x")
            list(client.batches.list())
        sent = {f"{method} {re.sub('/x$|/x(?=/)', '/{id}', path.split('?')[0])}" for method, path, _, _ in server.requests}
        offered = {f"{method.upper()} {path}" for path, methods in document()["paths"].items() for method in methods}
        self.assertEqual(sent | NOT_FOR_CLIENTS, offered)

    def test_every_field_of_a_request_is_known(self):
        for schema, known in ("ClassificationRequest", requests.ClassifyFields), ("MatchRequest", requests.MatchFields):
            self.assertEqual(fields(schema) - AS_ARGUMENTS, {camel(name) for name in known.__annotations__})

    def test_every_word_of_a_field_is_known(self):
        source = Path(requests.__file__).read_text("utf-8")
        schemas = document()["components"]["schemas"]
        for schema in "ClassificationRequest", "MatchRequest":
            for name, field in schemas[schema]["properties"].items():
                reference = json.dumps(field)
                for words in re.findall(r"#/components/schemas/(\w+)", reference):
                    for word in schemas[words].get("enum", []):
                        self.assertIn(f'"{word}"', source, f"{schema}.{name}")

    def test_every_field_of_an_answer_is_known(self):
        objects = {name for name, schema in document()["components"]["schemas"].items() if "properties" in schema}
        for schema in {name for name in objects if not name.endswith("Request")} - PAGES - ELSEWHERE:
            with self.subTest(schema):
                known = getattr(answers, schema)
                self.assertEqual(fields(schema), {camel(field.name) for field in dataclasses.fields(known)})
                self.assertIn(schema, diffusion_classifier.__all__)


if __name__ == "__main__":
    unittest.main()
