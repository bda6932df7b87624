import pathlib
import re

import pytest
from matplotlib.image import imread

from imdb_keras_tfds import ImdbKerasConfig
from imdb_keras_tfds.describe import report
from imdb_keras_tfds.recipe.corpus import Corpus
from tests.helpers import browser
from tests.helpers.browser import Tab, look_at, opened
from tests.unit.describe.conftest import Build, own
from tests.unit.describe.test_colours import contrast

pytestmark = pytest.mark.pages

SCHEMES = pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
WIDTHS = pytest.mark.parametrize("width", [360, 768, 1280])

PAGES: dict[str, str | ImdbKerasConfig] = {
    "cut": "sample_top500",
    "removed": "sample_top500_skip20_max60_keras",
    "held_out": "sample_top500_max25_val20",
    "nothing": "sample_full_max0",
    "own": own("own_top500_of_a_long_name_that_has_no_place_to_be_broken_at", num_words=500),
}


@pytest.fixture(scope="module", params=PAGES)
def path(
    request: pytest.FixtureRequest,
    build: Build,
    sample: Corpus,
    tmp_path_factory: pytest.TempPathFactory,
) -> pathlib.Path:
    """A report."""
    builder = build(PAGES[request.param])
    path = tmp_path_factory.mktemp("report") / "report.html"
    report.write(builder, None if builder.builder_config.is_own else sample, path)
    return path


def test_a_browser_is_missed_aloud(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv(browser.NEEDED, raising=False)
    with pytest.raises(pytest.skip.Exception, match="needs Chromium"):
        browser.find()
    monkeypatch.setenv(browser.NEEDED, "1")
    with pytest.raises(pytest.fail.Exception, match="needs Chromium"):
        browser.find()


@SCHEMES
def test_a_browser_shows_it_without_an_error(
    dark: bool, path: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    picture = tmp_path / "report.png"
    seen = look_at(path, picture, dark=dark)
    assert seen.console == []
    assert seen.requests == set()
    pixels = imread(picture)[..., :3]
    assert (pixels[0, 0].mean() < 0.2) == dark
    # There is text on it, in another colour than its ground.
    assert abs(pixels - pixels[0, 0]).max() > 0.7


@SCHEMES
@WIDTHS
def test_axe_finds_nothing_to_mend_and_all_fits(width: int, dark: bool, path: pathlib.Path) -> None:
    with opened(path, width=width, dark=dark) as tab:
        assert tab.violations() == []
        assert tab.page.evaluate("document.documentElement.scrollWidth") == width
        assert font_sizes(tab) >= 10
        assert ink_outside(tab) == []


@SCHEMES
def test_every_bar_that_is_shown_stands_out(dark: bool, path: pathlib.Path) -> None:
    """By the colours that the browser paints."""
    with opened(path, dark=dark) as tab:
        paper = tab.page.evaluate("getComputedStyle(document.body).backgroundColor")
        bars = tab.page.evaluate(
            """() => [...document.querySelectorAll("svg path:not(defs *)")].map(path => {
                const style = getComputedStyle(path);
                return [style.fill, style.opacity, style.fillOpacity];
            }).filter(found => found[0] !== "none")"""
        )
    assert len(bars) >= 16  # one of each number of stars, in two splits
    for fill, *opacities in bars:
        assert opacities == ["1", "1"]
        assert contrast(in_hexadecimal(fill), in_hexadecimal(paper)) >= 3


def in_hexadecimal(colour: str) -> str:
    """A colour as `colours` has it, of the form `rgb(1, 2, 3)`."""
    channels = re.fullmatch(r"rgb\((\d+), (\d+), (\d+)\)", colour)
    assert channels is not None, colour
    return "#" + "".join(f"{int(channel):02x}" for channel in channels.groups())


def font_sizes(tab: Tab) -> float:
    """The size of the smallest text of the charts, in pixels of the screen."""
    return float(
        tab.page.evaluate(
            """() => Math.min(...[...document.querySelectorAll("svg text")].map(text => {
                const scale = Math.hypot(text.getScreenCTM().a, text.getScreenCTM().b);
                return parseFloat(getComputedStyle(text).fontSize) * scale;
            }))"""
        )
    )


def ink_outside(tab: Tab) -> list[str]:
    """The texts of charts that are not wholly in their chart, where they would be cut off."""
    found: list[str] = tab.page.evaluate(
        """() => [...document.querySelectorAll("svg text")].filter(text => {
            const box = text.getBoundingClientRect();
            const chart = text.ownerSVGElement.getBoundingClientRect();
            return box.left < chart.left - 1 || box.right > chart.right + 1;
        }).map(text => text.textContent)"""
    )
    return found


def test_axe_would_find_what_is_wrong(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "bad.html"
    path.write_text(
        "<!DOCTYPE html><title>x</title><main><h1>x</h1><img src='data:,'>"
        "<p style='color: #bbb; background: white'>hardly to be read</p></main>"
    )
    with opened(path, width=360) as tab:
        rules = {violation.partition(":")[0] for violation in tab.violations()}
    assert {"html-has-lang", "image-alt", "color-contrast"} <= rules


def test_a_report_gone_wrong_would_be_found(path: pathlib.Path, tmp_path: pathlib.Path) -> None:
    """Each of what a designer stumbled over, put back."""
    page = path.read_text()
    wrong = {
        "landmark-one-main": page.replace("<main>", "<div>").replace("</main>", "</div>"),
        "color-contrast": page.replace("--muted: #5b616b", "--muted: #a8adb5"),
        "scrollable-region-focusable": re.sub(' tabindex="0" role="region"', "", page),
    }
    for rule, text in wrong.items():
        assert text != page
        bad = tmp_path / f"{rule}.html"
        bad.write_text(text)
        with opened(bad, width=360) as tab:
            assert rule in {violation.partition(":")[0] for violation in tab.violations()}


def test_a_table_scrolls_by_the_keyboard(path: pathlib.Path) -> None:
    with opened(path, width=360) as tab:
        tables = tab.page.locator(".table")
        moved = 0
        for number in range(tables.count()):
            table = tables.nth(number)
            if not table.evaluate("table => table.scrollWidth > table.clientWidth"):
                continue
            table.focus()
            tab.page.keyboard.press("ArrowRight")
            tab.page.wait_for_function("table => table.scrollLeft > 0", arg=table.element_handle())
            moved += 1
        assert moved


@WIDTHS
def test_a_word_that_was_cut_is_never_broken(
    width: int, build: Build, tmp_path: pathlib.Path
) -> None:
    folder, path = tmp_path / "reviews", tmp_path / "report.html"
    words = ["incomprehensibilities", "o" * 200, "cinematographically", "well-meant", "1/2"]
    for label, stars in (("pos", 9), ("neg", 2)):
        (folder / "train" / label).mkdir(parents=True)
        text = " ".join(f"the {word} film the" for word in words * 4)
        (folder / f"train/{label}/0_{stars}.txt").write_text(text)
    config = own(f"cut_words_{width}", folder, num_words=6, text=True)
    report.write(build(config), None, path)
    with opened(path, width=width) as tab:
        for part in ("rt", "mark"):
            boxes = tab.page.evaluate(
                "part => [...document.querySelectorAll(`ruby ${part}`)].map("
                "found => { const range = document.createRange(); range.selectNodeContents(found);"
                "return new Set([...range.getClientRects()].map(box => box.top)).size; })",
                part,
            )
            assert len(boxes) >= 40
            assert set(boxes) == {1}
        assert tab.page.evaluate("document.documentElement.scrollWidth") == width


def test_printed_no_page_but_the_last_is_half_empty(
    path: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    """Looked at as pictures, of which the lowest ink counts."""
    pdf = tmp_path / "report.pdf"
    with opened(path, dark=True) as tab:
        tab.print_to(pdf)
    pages = [filled(page) for page in browser.pages_of(pdf, tmp_path)]
    assert 3 <= len(pages) <= 8
    assert min(pages[:-1]) > 0.75


def filled(page: pathlib.Path) -> float:
    """How far down there is ink, as a share of the page; its paper is white."""
    dark = imread(page)[..., :3].min(axis=2) < 0.8
    assert not dark[0].any()
    assert not dark[:, 0].any()
    (rows,) = dark.any(axis=1).nonzero()
    return float(rows.max() / len(dark))


def test_a_browser_would_find_an_error(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "broken.html"
    path.write_text(
        "<!DOCTYPE html><title>x</title><img src='http://localhost:9/x.png'>"
        "<script>throw new Error('something broke')</script>"
    )
    seen = look_at(path, tmp_path / "broken.png", dark=False)
    assert any("something broke" in line for line in seen.console)
    assert seen.requests == {"http://localhost:9/x.png"}
