"""A web server on loopback that answers as it is told, for tests of what we read."""

from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


class Told:
    """``answers`` maps a path to a function of the request's headers that gives status, headers and body."""

    def __init__(self, port):
        self.port = port
        self.answers = {}
        self.asked = []

    def address(self, path):
        return f"http://127.0.0.1:{self.port}{path}"


@contextmanager
def web():
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            told.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
            status, headers, body = told.answers[self.path](self.headers)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if status != 304:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            try:
                self.wfile.write(body)
            except OSError:
                return  # the reader has had enough

        def log_message(self, *args):
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    told = Told(server.server_port)
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()
