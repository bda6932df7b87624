import html.parser
import pathlib
import subprocess
import sys
import urllib.parse
from dataclasses import dataclass, field

import pytest

from tests.helpers.browser import opened
from tests.helpers.pages import PAGES, README, ROOT
from tests.helpers.web import serving_folder

pytestmark = [
    pytest.mark.pages,
    pytest.mark.skipif(sys.version_info < (3, 11), reason="the site is built on Python 3.11 up"),
]

KINDS = ("tutorials", "how-to", "reference", "explanation")

HOW_TOS = 12


@dataclass
class Page(html.parser.HTMLParser):
    """What a page links to, loads, and can be linked to at.

    Attributes:
      links: the addresses that it links to.
      loads: those that a browser fetches to show it.
      anchors: the names in it.
    """

    links: list[str] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)
    anchors: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if name := given.get("id"):
            self.anchors.add(name)
        if tag == "a" and (link := given.get("href")):
            self.links.append(link)
        elif tag == "link" and (link := given.get("href")):
            self.loads.append(link)
        elif source := given.get("src"):
            self.loads.append(source)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """The site, built as `make docs` does."""
    folder = tmp_path_factory.mktemp("site")
    options = ["--fail-on-warning", "--keep-going", "--quiet"]
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", "-M", "html", ROOT / "docs", folder, *options],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder / "html"


@pytest.fixture(scope="module")
def pages(site: pathlib.Path) -> dict[pathlib.Path, Page]:
    found = {}
    for path in site.rglob("*.html"):
        found[path] = Page()
        found[path].feed(path.read_text())
    return found


def test_every_source_is_a_page(site: pathlib.Path) -> None:
    for source in PAGES:
        if source != README:
            place = source.relative_to(ROOT / "docs").with_suffix(".html")
            assert (site / place).is_file(), place


def test_links_lead_to_pages_and_anchors_that_there_are(
    site: pathlib.Path, pages: dict[pathlib.Path, Page]
) -> None:
    followed = 0
    for path, page in pages.items():
        for link in page.links:
            parts = urllib.parse.urlsplit(link)
            if parts.scheme:
                assert parts.netloc, (path, link)
                continue
            target = (path.parent / parts.path).resolve() if parts.path else path
            assert target.is_file(), (path, link)
            assert target.is_relative_to(site)
            if parts.fragment and target in pages:
                assert urllib.parse.unquote(parts.fragment) in pages[target].anchors, (path, link)
            followed += 1
    assert followed > 1_000


def test_nothing_is_loaded_from_elsewhere(
    site: pathlib.Path, pages: dict[pathlib.Path, Page]
) -> None:
    for path, page in pages.items():
        for source in page.loads:
            parts = urllib.parse.urlsplit(source)
            assert parts.scheme in ("", "data"), (path, source)
            if not parts.scheme and parts.path:
                assert (path.parent / parts.path).is_file(), (path, source)
    for style in site.rglob("*.css"):
        text = style.read_text()
        assert "url(http" not in text, style
        assert "@import" not in text, style


def test_every_how_to_is_two_clicks_from_the_front(
    site: pathlib.Path, pages: dict[pathlib.Path, Page]
) -> None:
    def clicked(path: pathlib.Path) -> set[pathlib.Path]:
        links = [urllib.parse.urlsplit(link) for link in pages[path].links]
        return {(path.parent / link.path).resolve() for link in links if not link.scheme}

    front = site / "index.html"
    once = clicked(front) & pages.keys()
    twice = once.union(*map(clicked, once))
    how_tos = set((site / "how-to").glob("*.html"))
    assert len(how_tos) > HOW_TOS
    assert how_tos <= twice
    assert {page.parent.name for page in once} >= set(KINDS)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280], ids=["phone", "desktop"])
def test_a_browser_shows_every_page_without_an_error(
    width: int, dark: bool, site: pathlib.Path
) -> None:
    found = {}
    with serving_folder(site) as url, opened(url, width=width, dark=dark) as tab:
        for path in sorted(site.rglob("*.html")):
            tab.page.goto(f"{url}/{path.relative_to(site)}", wait_until="load")
            if violations := tab.violations():
                found[path.name] = violations
            # No page is wider than the screen: what is wide scrolls by itself.
            if tab.page.evaluate("document.documentElement.scrollWidth") > width:
                found.setdefault(path.name, []).append("it is wider than the screen")
        assert found == {}
        assert tab.seen.console == []
        assert tab.seen.requests == set()
