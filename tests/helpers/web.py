"""A web server of one file, on this machine."""

import contextlib
import http.server
import threading
from collections.abc import Iterator


class FileServer(http.server.ThreadingHTTPServer):
    """Answers every request with the same bytes, or with an error.

    Attributes:
      content: the bytes.
      status: of its answers.
      asked: number of requests so far.
    """

    def __init__(self, content: bytes):
        super().__init__(("127.0.0.1", 0), _Answer)
        self.content = content
        self.status = 200
        self.asked = 0

    @property
    def url(self) -> str:
        """That of the file."""
        return f"http://127.0.0.1:{self.server_port}/mirror/archive.tar.gz"


class _Answer(http.server.BaseHTTPRequestHandler):
    server: FileServer

    def do_GET(self) -> None:
        self.server.asked += 1
        if self.server.status != 200:
            self.send_error(self.server.status)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(self.server.content)))
        self.end_headers()
        self.wfile.write(self.server.content)

    def log_message(self, *arguments: object) -> None:
        pass


@contextlib.contextmanager
def serving(content: bytes) -> Iterator[FileServer]:
    """A server that runs, until the block ends."""
    with FileServer(content) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()


def url_of_nobody() -> str:
    """A URL of this machine whose port refuses connections."""
    with FileServer(b"") as gone:
        return gone.url
