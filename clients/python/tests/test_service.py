"""Against a server; DCLASSIFY_URL is its address."""

import os
import unittest
from pathlib import Path
from secrets import randbelow
from uuid import uuid4

from diffusion_classifier import Client, ClassifierError, classification, matching

ADDRESS = os.environ.get("DCLASSIFY_URL")
SAMPLES = Path(__file__).parents[3] / "samples"
SHIP, HORSE, NO_IMAGE = SAMPLES / "ship.png", SAMPLES / "horse.png", SAMPLES / "README.md"


@unittest.skipUnless(ADDRESS, "DCLASSIFY_URL does not say where a server is")
class Service(unittest.TestCase):
    def setUp(self):
        self.client = Client(ADDRESS, os.environ.get("DCLASSIFY_API_KEY"))

    def test_an_image_is_classified(self):
        answer = self.client.classify(SHIP, ["ship", "deer"], trials=8, seed=7)
        self.assertEqual((answer.prediction, answer.seed, {label.label for label in answer.labels}), ("ship", 7, {"ship", "deer"}))
        self.assertEqual(self.client.classify(SHIP.read_bytes(), trials=8).model, "cifar10")
        with SHIP.open("rb") as file:
            self.assertEqual(self.client.classify(file, ["ship", "deer"], trials=8, seed=7).labels, answer.labels)

    def test_progress_comes_before_the_answer(self):
        answers = list(self.client.classify_progress(SHIP, trials=100, strategy="fixed", seed=randbelow(2**32)))  # not one that is known
        self.assertGreater(len(answers), 1)
        self.assertEqual([answer.decision.complete for answer in answers], [False] * (len(answers) - 1) + [True])
        self.assertEqual((answers[-1].prediction, answers[-1].cost.rows), ("ship", 1000))

    def test_each_of_several_images_has_an_answer_or_an_error(self):
        images = {image.index: image for image in self.client.classify_images([SHIP, NO_IMAGE, HORSE], trials=8)}
        self.assertEqual((images[0].answer.prediction, images[2].answer.prediction), ("ship", "horse"))
        self.assertEqual(images[1].error.code, "unsupported_image_format")

    def test_images_are_matched_with_captions(self):
        match = self.client.match([SHIP, HORSE], ["ship", "horse"], trials=16, normalize_by_null=True)
        self.assertEqual([image.prediction for image in match.images], ["ship", "horse"])
        self.assertTrue(match.winoground.group)

    def test_a_job_is_watched_to_its_end_and_gets_more_trials(self):
        request, key = classification(SHIP, ["ship", "deer"], trials=64, strategy="fixed"), uuid4().hex
        job, again = self.client.jobs.submit(request, key), self.client.jobs.submit(request, key)
        seen = list(self.client.jobs.watch(job.id))
        self.assertEqual((again.id, seen[-1].status, seen[-1].answer.prediction, seen[-1].rows), (job.id, "succeeded", "ship", 128))
        self.client.jobs.add_trials(job.id, 8)
        self.assertEqual(self.client.jobs.wait(job.id).rows, 144)
        self.assertEqual(self.client.jobs.get(job.id).match, None)
        self.assertIn(job.id, [each.id for each in self.client.jobs.list()])
        match = self.client.jobs.wait(self.client.jobs.submit(matching([SHIP], ["ship", "deer"], trials=8)).id)
        self.assertEqual(match.match.images[0].prediction, "ship")

    def test_a_job_can_be_canceled(self):
        job = self.client.jobs.submit(classification(SHIP, trials=10_000, strategy="fixed"))
        self.assertEqual(self.client.jobs.cancel(job.id).status, "canceled")

    def test_a_batch_is_followed_to_its_end(self):
        batch = self.client.batches.submit([SHIP, HORSE, SHIP.read_bytes()], trials=8)
        results = {result.index: result for result in self.client.batches.follow(batch.id)}
        self.assertEqual([results[index].answer.prediction for index in range(3)], ["ship", "horse", "ship"])
        self.assertEqual(results[0].id, "ship.png")
        self.assertEqual((self.client.batches.get(batch.id).succeeded, len(list(self.client.batches.results(batch.id)))), (3, 3))
        self.assertIn(batch.id, [each.id for each in self.client.batches.list()])

    def test_requests_of_a_batch_may_differ(self):
        lines = ((name, classification(SAMPLES / f"{name}.png", trials=trials)) for name, trials in (("ship", 8), ("horse", 16)))
        batch = self.client.batches.submit_requests(lines)
        results = {result.id: result.answer for result in self.client.batches.follow(batch.id)}
        found = {name: (answer.prediction, answer.decision.max_trials) for name, answer in results.items()}
        self.assertEqual(found, {"ship": ("ship", 8), "horse": ("horse", 16)})
        self.client.batches.cancel(batch.id)

    def test_a_bad_batch_is_refused_while_it_is_sent(self):
        with self.assertRaises(ClassifierError) as refused:
            self.client.batches.submit([NO_IMAGE] + [SHIP] * 200, trials=8)
        self.assertEqual(refused.exception.code, "unsupported_image_format")

    def test_models_are_listed(self):
        models = self.client.models()
        self.assertIn("cifar10", [model.id for model in models.models])
        self.assertEqual(len(self.client.model("cifar10").labels), 10)

    def test_an_error_says_what_is_wrong_and_where(self):
        with self.assertRaises(ClassifierError) as refused:
            self.client.classify(SHIP, ["shp"])
        error = refused.exception
        self.assertEqual((error.code, error.field, error.status), ("unknown_label", "labels", 400))
        self.assertIn("Did you mean 'ship'?", str(error))


if __name__ == "__main__":
    unittest.main()
