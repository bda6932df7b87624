"""Opens pages in headless Chromium."""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass

import pytest

NEEDED = "IMDB_KERAS_NEEDS_BROWSER"
"""With this environment variable a browser that is not there fails the tests."""

_NAMES = ("chromium", "chromium-browser", "google-chrome")

_CONSOLE = re.compile(r"(?<=[:\]]CONSOLE[:(]).*")
_REQUEST = re.compile(r'"url":"((?:http|ws)s?://[^"]+)"')
_OF_CHROMIUM = re.compile(r"https?://([a-z0-9]+\.)*(google|googleapis|gstatic|gvt1)\.com[/:]")


@dataclass(frozen=True)
class Seen:
    """What became of a page.

    Attributes:
      console: the lines of its console, where errors stand.
      requests: what it asked the network for.
    """

    console: list[str]
    requests: set[str]


def find() -> str:
    """The path of Chromium, or a skipped test."""
    for name in _NAMES:
        if path := shutil.which(name):
            return path
    missing = f"needs Chromium, to look at pages: install {' or '.join(_NAMES)}"
    if os.environ.get(NEEDED):
        pytest.fail(missing)
    pytest.skip(missing)


def look_at(
    page: pathlib.Path, picture: pathlib.Path, *, dark: bool, size: tuple[int, int] = (1200, 800)
) -> Seen:
    """Opens a page, and takes a picture of it as PNG.

    Args:
      page: the file.
      picture: where to write the picture.
      dark: which of the two colour schemes the page is to take for the user's.
      size: of the window and the picture, in pixels.
    """
    with tempfile.TemporaryDirectory() as profile:
        requests = pathlib.Path(profile, "requests.json")
        done = subprocess.run(
            [
                find(),
                "--headless=new",
                "--no-sandbox",  # which starts neither for root nor in many containers
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--no-first-run",
                "--hide-scrollbars",
                "--enable-logging=stderr",
                f"--blink-settings=preferredColorScheme={0 if dark else 1}",
                f"--log-net-log={requests}",
                f"--screenshot={picture}",
                f"--user-data-dir={profile}",
                f"--window-size={size[0]},{size[1]}",
                page.as_uri(),
            ],
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
        assert picture.is_file(), done.stderr
        found = set(_REQUEST.findall(requests.read_text()))
    return Seen(
        console=[match[0] for match in map(_CONSOLE.search, done.stderr.splitlines()) if match],
        requests={url for url in found if not _OF_CHROMIUM.match(url)},
    )
