"""Opens pages in headless Chromium: pictures, errors, requests, accessibility, and print.

Usage:

    with opened(page, width=360, dark=True) as tab:
        tab.violations()                    # what axe-core finds
        tab.page.locator("h1").count()      # anything that Playwright can do
        tab.seen.console                    # errors
"""

import contextlib
import os
import pathlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field

import pypdfium2
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, sync_playwright

NEEDED = "IMDB_KERAS_NEEDS_BROWSER"
"""With this environment variable a browser that is not there fails the tests."""

_NAMES = ("chromium", "chromium-browser", "google-chrome")

_OF_THE_NETWORK = ("http:", "https:", "ws:", "wss:")


@dataclass(frozen=True)
class Seen:
    """What became of a page.

    Attributes:
      console: the lines of its console, where errors stand, and the errors of its scripts.
      requests: what it asked the network for, other than from its own origin.
    """

    console: list[str] = field(default_factory=list)
    requests: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Tab:
    """A page that is open.

    Attributes:
      page: as Playwright drives it.
      seen: what became of it so far.
    """

    page: Page
    seen: Seen

    def violations(self) -> list[str]:
        """What axe-core finds against its rules: each with its rule, what to do, and where."""
        found = Axe().run(self.page).response["violations"]
        return [
            f"{violation['id']}: {violation['help']}: {node['html'][:200]}"
            for violation in found
            for node in violation["nodes"]
        ]

    def picture(self, path: pathlib.Path, *, whole: bool = False) -> None:
        """Takes a picture as PNG, of the window, or of the page down to its end."""
        self.page.screenshot(path=path, full_page=whole)

    def print_to(self, path: pathlib.Path) -> None:
        """Prints the page as PDF, on A4."""
        self.page.pdf(path=path, format="A4", prefer_css_page_size=True, print_background=False)


def find() -> str:
    """The path of Chromium, or a skipped test."""
    for name in _NAMES:
        if path := shutil.which(name):
            return path
    missing = f"needs Chromium, to look at pages: install {' or '.join(_NAMES)}"
    if os.environ.get(NEEDED):
        pytest.fail(missing)
    pytest.skip(missing)


@contextlib.contextmanager
def opened(
    page: pathlib.Path | str, *, width: int = 1280, height: int = 800, dark: bool = False
) -> Iterator[Tab]:
    """A page, until the block ends.

    Args:
      page: the file, or its URL.
      width: of the window, in pixels.
      height: of the window, in pixels.
      dark: which of the two colour schemes the page is to take for the user's.
    """
    url = page.as_uri() if isinstance(page, pathlib.Path) else page
    path = find()
    with sync_playwright() as playwright:
        # Without its sandbox, which starts neither for root nor in many containers.
        browser = playwright.chromium.launch(executable_path=path, chromium_sandbox=False)
        try:
            tab = browser.new_page(
                viewport={"width": width, "height": height},
                color_scheme="dark" if dark else "light",
            )
            seen = Seen()
            tab.on("console", lambda message: seen.console.append(message.text))
            tab.on("pageerror", lambda error: seen.console.append(str(error)))
            tab.on("request", lambda request: _note(request.url, url, seen))
            tab.goto(url, wait_until="load")
            yield Tab(tab, seen)
        finally:
            browser.close()


def look_at(
    page: pathlib.Path | str,
    picture: pathlib.Path,
    *,
    dark: bool,
    size: tuple[int, int] = (1200, 800),
) -> Seen:
    """Opens a page, and takes a picture of it as PNG.

    Args:
      page: see `opened`.
      picture: where to write the picture.
      dark: see `opened`.
      size: of the window and the picture, in pixels.
    """
    with opened(page, width=size[0], height=size[1], dark=dark) as tab:
        tab.picture(picture)
        return tab.seen


def pages_of(pdf: pathlib.Path, folder: pathlib.Path) -> list[pathlib.Path]:
    """Pictures of the pages of a PDF, as PNG.

    Args:
      pdf: the file.
      folder: where to write the pictures.
    """
    pictures = []
    with pypdfium2.PdfDocument(pdf) as document:
        for number, page in enumerate(document):
            pictures.append(folder / f"page-{number}.png")
            page.render(scale=1).to_pil().save(pictures[-1])
    return pictures


def _note(url: str, of_page: str, seen: Seen) -> None:
    """Notes what is asked for elsewhere than where the page is."""
    if url.startswith(_OF_THE_NETWORK) and url.split("/")[:3] != of_page.split("/")[:3]:
        seen.requests.add(url)
