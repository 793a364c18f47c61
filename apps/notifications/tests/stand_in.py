"""A provider on loopback: it answers what it was told to, and remembers what it was asked."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class StandIn:
    """``status`` and ``body`` are the answer; ``by_path`` holds other answers for parts of paths."""

    def __init__(self):
        self.status, self.body, self.requests, self.by_path = 200, {}, [], {}
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                outer.requests.append((self.path, raw, self.headers))
                status, body = outer.answer_to(self.path, raw)
                self.send_response(status)
                self.end_headers()
                self.wfile.write(body if isinstance(body, bytes) else json.dumps(body).encode())

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer_to(self, path, raw):
        for part, answer in self.by_path.items():
            if part in path:
                return answer(raw) if callable(answer) else answer
        return self.status, self.body

    def close(self):
        self.server.shutdown()
        self.server.server_close()
