"""What is sent again, when, and what the caller is told."""

import unittest

from diffusion_classifier import Client, ClassifierError, Label, classification, matching
from fake_server import FakeServer, event, lost, problem

ANSWER = {"prediction": "ship", "labels": [{"label": "ship", "meanError": 0.04}], "cost": {"rows": 20}, "somethingNew": 1}
IMAGE = b"\x01\x02\x03"


def so_far(rows):
    return {**ANSWER, "cost": {"rows": rows}}


class Retries(unittest.TestCase):
    def test_a_request_that_the_server_cannot_take_is_sent_again_when_it_says_and_counts_as_the_same(self):
        busy = problem(429, "quota_exceeded", **{"Retry-After": "7"}), problem(503, "overloaded", **{"Retry-After": "30"})
        with FakeServer(*busy, (200, {}, ANSWER)) as server:
            answer = server.client(api_key="secret").classify(IMAGE, ["ship", Label("cat", ["a cat"])], top_k=2, explain=True)
        self.assertEqual((answer.prediction, answer.labels[0].mean_error, answer.explanation), ("ship", 0.04, None))
        self.assertEqual(server.waits, [7, 30])
        self.assertEqual(len({headers["Idempotency-Key"] for _, _, headers, _ in server.requests}), 1)
        _, _, headers, body = server.requests[0]
        self.assertEqual(headers["Authorization"], "Bearer secret")
        self.assertEqual(
            body, b'{"image": "AQID", "topK": 2, "explain": true, "labels": ["ship", {"label": "cat", "prompts": ["a cat"]}]}'
        )

    def test_a_wait_that_is_longer_than_the_clients_patience_is_the_callers_decision(self):
        with FakeServer(problem(429, "quota_exceeded", **{"Retry-After": "600"})) as server:
            with self.assertRaises(ClassifierError) as refused:
                server.client().models()
        self.assertEqual((refused.exception.retry_after, server.waits), (600, []))

    def test_what_would_fail_again_is_not_sent_again_and_the_error_says_all_that_the_server_said(self):
        for status, code in (400, "unknown_label"), (500, "model_failure"), (504, "deadline_exceeded"):
            with self.subTest(code), FakeServer(problem(status, code)) as server:
                with self.assertRaises(ClassifierError) as refused:
                    server.client().classify(IMAGE)
                error = refused.exception
                said = error.code, str(error), error.field, error.status, error.trace_id
                self.assertEqual(said, (code, "What to do.", "labels", status, "abc"))

    def test_no_server_and_another_server_are_told_apart(self):
        client = Client("http://127.0.0.1:1", retries=2)
        waits = []
        client._server.sleep = waits.append
        with self.assertRaises(ClassifierError) as gone:
            client.models()
        with FakeServer((404, {}, b"<html>"), (200, {}, b"<html>")) as server:
            with self.assertRaises(ClassifierError) as refused:
                server.client().models()
            with self.assertRaises(ClassifierError) as nonsense:
                server.client().models()
        self.assertEqual((gone.exception.code, len(waits)), ("unreachable", 2))
        self.assertEqual((refused.exception.code, refused.exception.status), ("unexpected_answer", 404))
        self.assertEqual(nonsense.exception.code, "unexpected_answer")


class Streams(unittest.TestCase):
    def test_progress_goes_on_after_a_lost_connection_and_never_back(self):
        first = lost(event("progress", so_far(10)) + b": heartbeat\n\n" + event("progress", so_far(20)))
        second = 200, {}, event("progress", so_far(15)) + event("progress", so_far(30))  # ends without its last event
        with FakeServer(first, second, (200, {}, event("result", so_far(100)))) as server:
            rows = [answer.cost.rows for answer in server.client().classify_progress(IMAGE)]
        self.assertEqual(rows, [10, 20, 30, 100])
        self.assertEqual(len({headers["Idempotency-Key"] for _, _, headers, _ in server.requests}), 1)

    def test_an_error_that_comes_as_an_event_is_raised(self):
        with FakeServer((200, {}, event("error", {"status": 504, "code": "deadline_exceeded", "detail": "Too short."}))) as server:
            with self.assertRaises(ClassifierError) as error:
                list(server.client().classify_progress(IMAGE))
        self.assertEqual((error.exception.code, error.exception.status), ("deadline_exceeded", 504))

    def test_a_job_is_watched_from_where_it_was_last_seen(self):
        job = {"id": "j", "status": "running", "created": "2026-11-27T15:30:12.1234567Z", "rows": 1}
        first = lost(event("progress", job, 7) + event("progress", job, 9))
        with FakeServer(first, (200, {}, event("result", {**job, "status": "succeeded", "answer": ANSWER}, 12))) as server:
            ended = server.client().jobs.wait("j")
        self.assertEqual((ended.status, ended.answer.prediction), ("succeeded", "ship"))
        self.assertEqual(ended.created.isoformat(), "2026-11-27T15:30:12.123456+00:00")
        self.assertEqual([headers.get("Last-Event-Id") for _, _, headers, _ in server.requests], [None, "9"])

    def test_results_of_a_batch_come_once_each_until_it_has_ended(self):
        def line(index, body=None, error=None):
            response = None if body is None else b'{"status_code": 200, "body": %s}' % body
            line = b'{"index": %d, "custom_id": "%d", "response": %s, "error": %s}\n'
            return line % (index, index, response or b"null", error or b"null")

        match, bad = b'{"captions": ["a"], "images": []}', b'{"status_code": 400, "code": "invalid_image", "detail": "Bad."}'
        running, ended = {"ended": None, "succeeded": 2, "failed": 0}, {"ended": "2026-11-27T15:30:12+00:00", "succeeded": 2, "failed": 1}
        first, second, third = line(0, b"{}") + line(2, match), line(0, b"{}"), line(0, b"{}") + line(1, error=bad)
        with FakeServer(lost(first), (200, {}, second), (200, {}, running), (200, {}, third), (200, {}, ended)) as server:
            results = list(server.client().batches.follow("b"))
        self.assertEqual([result.index for result in results], [0, 2, 1])
        self.assertEqual((results[0].match, results[1].match.captions, results[2].error.code), (None, ["a"], "invalid_image"))


class Bodies(unittest.TestCase):
    def test_a_batch_of_images_is_a_form_and_one_of_requests_lines(self):
        accepted = 202, {}, {"id": "b"}
        with FakeServer(problem(503, "overloaded"), accepted, accepted) as server:
            client = server.client()
            client.batches.submit([__file__, IMAGE], ["a", "b"], trials=8, template="a {label}", key="mine")
            client.batches.submit_requests([("1", classification(IMAGE, seed=3)), ("2", matching([IMAGE], ["c"], normalize_by_null=True))])
        (_, path, headers, form), (_, _, _, lines) = server.requests[1:]
        self.assertEqual((path, headers["Idempotency-Key"]), ("/batches", "mine"))
        for name, text in (b"trials", b"8"), (b"labels", b'["a", "b"]'), (b"template", b"a {label}"):
            self.assertIn(b'name="%s"\r\n\r\n%s\r\n' % (name, text), form)
        self.assertIn(b"filename*=UTF-8''test_retries.py", form)
        self.assertIn(b"\r\n\r\n\x01\x02\x03\r\n--", form)
        self.assertEqual(
            lines.splitlines(),
            [
                b'{"custom_id": "1", "method": "POST", "url": "/classify", "body": {"image": "AQID", "seed": 3}}',
                b'{"custom_id": "2", "method": "POST", "url": "/match", '
                b'"body": {"images": ["AQID"], "captions": ["c"], "normalizeByNull": true}}',
            ],
        )

    def test_a_generator_is_not_sent_again(self):
        with FakeServer(problem(503, "overloaded")) as server:
            with self.assertRaises(ClassifierError) as refused:
                server.client().batches.submit_requests((str(number), classification(IMAGE)) for number in range(3))
        self.assertEqual((refused.exception.code, server.requests[0][3].count(b"\n")), ("overloaded", 3))

    def test_labels_that_are_one_text_are_a_mistake(self):
        with self.assertRaises(TypeError):
            classification(IMAGE, "ship")

    def test_an_explanation_has_its_overlay_as_bytes(self):
        timesteps = [{"label": "ship", "points": [{"timestep": 15.5, "meanError": 0.2, "difference": 0.0, "standardError": None, "trials": 4}]}]
        explanation = {"label": "ship", "against": None, "values": [0.5], "overlay": "AQID", "timesteps": timesteps}
        with FakeServer((200, {}, {**ANSWER, "explanation": explanation})) as server:
            answer = server.client().classify(IMAGE, explain="null")
        self.assertEqual((answer.explanation.overlay, answer.explanation.timesteps[0].points[0].mean_error), (IMAGE, 0.2))


if __name__ == "__main__":
    unittest.main()
