"""A server that answers each request with the next of what it was given, and remembers the requests."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from diffusion_classifier import Client


class FakeServer:
    def __init__(self, *answers):
        """Each answer: status, headers, body (bytes, or an object to be sent as JSON)."""
        self.answers = list(answers)
        self.requests = []
        fake = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self):
                fake.requests.append((self.command, self.path, dict(self.headers), self.body()))
                status, headers, body = fake.answers.pop(0)
                data = body if isinstance(body, bytes) else json.dumps(body).encode()
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                if "Transfer-Encoding" not in headers:
                    self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)
                self.close_connection = True

            do_GET = do_POST = do_DELETE = answer

            def body(self):
                if self.headers.get("Transfer-Encoding") != "chunked":
                    return self.rfile.read(int(self.headers.get("Content-Length", 0)))
                parts = []
                while size := int(self.rfile.readline(), 16):
                    parts.append(self.rfile.read(size))
                    self.rfile.readline()
                self.rfile.readline()
                return b"".join(parts)

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()

    def client(self, **options):
        """A client that notes how long it would wait, and does not."""
        client = Client(f"http://127.0.0.1:{self._server.server_address[1]}/", **options)
        self.waits = []
        client._server.sleep = self.waits.append
        return client


def problem(status, code, **headers):
    return status, headers, {"status": status, "code": code, "detail": "What to do.", "field": "labels", "traceId": "abc"}


def lost(text):
    """A body that ends before it should."""
    return 200, {"Transfer-Encoding": "chunked"}, b"%x\r\n%s\r\n" % (len(text), text)


def event(name, data, id=None):
    return f"{'' if id is None else f'id: {id}'}\nevent: {name}\ndata: {json.dumps(data)}\n\n".lstrip("\n").encode()
