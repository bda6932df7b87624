import re
import socket
import threading
from typing import Any

import pytest

from imdb_keras_tfds.source import network
from imdb_keras_tfds.source.network import UnreachableError, check_reachable
from tests.helpers.web import serving, url_of_nobody

ELSEWHERE = "http://archive.invalid/archive.tar.gz"


@pytest.fixture(autouse=True)
def _no_proxy_and_no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setattr(network, "_PAUSES", (0, 0))


def test_a_host_that_listens() -> None:
    with serving(b"") as server:
        check_reachable(server.url)
        assert server.asked == 0


def test_a_host_that_refuses() -> None:
    with pytest.raises(UnreachableError, match=r"127\.0\.0\.1 cannot be reached: .*refused"):
        check_reachable(url_of_nobody())


@pytest.mark.parametrize(
    ("url", "port"),
    [
        ("http://archive.invalid/a", 80),
        ("https://archive.invalid/a", 443),
        ("ftp://archive.invalid/a", 21),
        ("https://archive.invalid:8443/a", 8443),
    ],
)
def test_a_name_that_nobody_knows(url: str, port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def look_up(host: str, port: int, *_: Any) -> Any:
        asked.append((host, port))
        raise socket.gaierror("nobody knows it")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    with pytest.raises(UnreachableError, match=r"archive\.invalid cannot be reached: nobody"):
        check_reachable(url)
    assert asked == [("archive.invalid", port)] * 3


def test_a_host_that_never_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    end = threading.Event()

    def wait(*_: Any, **__: Any) -> Any:
        end.wait()
        raise OSError("too late")

    monkeypatch.setattr(socket, "create_connection", wait)
    monkeypatch.setattr(network, "_PATIENCE", 0.1)
    monkeypatch.setattr(network, "_PAUSES", ())
    with pytest.raises(UnreachableError, match="no answer within"):
        check_reachable(ELSEWHERE)
    end.set()


def test_one_failure_is_not_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    connect, tries = socket.create_connection, []

    def connect_later(*arguments: Any, **named: Any) -> socket.socket:
        tries.append(arguments)
        if len(tries) == 1:
            raise OSError("busy")
        return connect(*arguments, **named)

    monkeypatch.setattr(socket, "create_connection", connect_later)
    with serving(b"") as server:
        check_reachable(server.url)
    assert len(tries) == 2


class TestProxy:
    def test_it_is_what_must_be_reached(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with serving(b"") as server:
            monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{server.server_port}")
            check_reachable(ELSEWHERE)

    @pytest.mark.parametrize("scheme", ["", "http://", "socks5://"])
    def test_it_is_named(self, scheme: str, monkeypatch: pytest.MonkeyPatch) -> None:
        host = url_of_nobody().split("/")[2]
        monkeypatch.setenv("http_proxy", scheme + host)
        message = f"the proxy {re.escape(host)} cannot be reached: .*refused"
        with pytest.raises(UnreachableError, match=message):
            check_reachable(ELSEWHERE)

    def test_some_hosts_need_none(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("http_proxy", url_of_nobody())
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        with serving(b"") as server:
            check_reachable(server.url)


@pytest.mark.parametrize("url", ["http:///archive.tar.gz", "http://host:port/archive.tar.gz"])
def test_what_is_no_url(url: str) -> None:
    with pytest.raises(ValueError, match=r"host|[Pp]ort"):
        check_reachable(url)


def test_a_name_that_no_host_can_have() -> None:
    with pytest.raises(UnreachableError, match="cannot be reached"):
        check_reachable(f"http://{'a' * 64}.invalid/archive.tar.gz")
