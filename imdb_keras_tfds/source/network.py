"""Whether the host of a URL can be reached, which is known within seconds.

Usage:

    check_reachable("https://example.org/archive.tar.gz")   # UnreachableError if it cannot
"""

import queue
import socket
import threading
import time
import urllib.parse

_PATIENCE = 6.0
"""Seconds until a host that has not answered counts as one that cannot be reached."""

# One packet that is lost, or a name server that is busy, is not the end of a network.
_PAUSES = (0.5, 1.5)

_PORTS = {"http": 80, "https": 443, "ftp": 21}
_SOCKS_PORT = 1080


class UnreachableError(ConnectionError):
    """No connection to a host can be made. Its message says to which, and why."""


def check_reachable(url: str) -> None:
    """Makes a connection to the host of a URL, or to the proxy that leads there, and ends it.

    Args:
      url: of `http://`, `https://` or `ftp://`. Proxies are those of the environment.

    Raises:
      UnreachableError: no connection could be made within a few seconds.
      ValueError: the URL has no host, or no number for a port.
    """
    what, host, port = _first_stop(url)
    outcomes: queue.SimpleQueue[Exception | None] = queue.SimpleQueue()

    def connect() -> None:
        outcomes.put(_failure(host, port))

    # Of a thread, as a look-up of a name has no timeout.
    threading.Thread(target=connect, daemon=True).start()
    try:
        failure = outcomes.get(timeout=_PATIENCE)
    except queue.Empty:
        failure = TimeoutError(f"no answer within {_PATIENCE:.0f} seconds")
    if failure is not None:
        raise UnreachableError(f"{what} cannot be reached: {failure}")


def _first_stop(url: str) -> tuple[str, str, int]:
    """What a download connects to first: what it is, its host and its port."""
    from requests.utils import get_environ_proxies, prepend_scheme_if_needed, select_proxy

    proxy = select_proxy(url, get_environ_proxies(url))
    target = urllib.parse.urlsplit(prepend_scheme_if_needed(proxy, "http") if proxy else url)
    if not target.hostname:
        raise ValueError("it names no host")
    port = target.port or _PORTS.get(target.scheme, _SOCKS_PORT)
    what = f"the proxy {target.hostname}:{port}" if proxy else target.hostname
    return what, target.hostname, port


def _failure(host: str, port: int) -> Exception | None:
    """Why no connection can be made; None if one can."""
    failure: Exception | None = None
    for pause in (0, *_PAUSES):
        time.sleep(pause)
        try:
            with socket.create_connection((host, port), timeout=_PATIENCE):
                return None
        except (OSError, UnicodeError) as error:  # The latter of a name that no host can have.
            failure = error
    return failure
