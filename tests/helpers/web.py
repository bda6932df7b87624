"""Web servers on this machine, of one file and of a folder."""

import contextlib
import functools
import http.server
import pathlib
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


@contextlib.contextmanager
def serving_folder(folder: pathlib.Path) -> Iterator[str]:
    """The URL of a server of all files of a folder, until the block ends."""
    handler = functools.partial(_Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments: object) -> None:
        pass


def url_of_nobody() -> str:
    """A URL of this machine whose port refuses connections."""
    with FileServer(b"") as gone:
        return gone.url
