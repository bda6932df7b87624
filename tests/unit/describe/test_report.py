import html.parser
import pathlib
import re
import sys
import warnings
from collections import Counter
from typing import Any

import pytest
from matplotlib.image import imread

from imdb_keras_tfds import Builder, ImdbKerasError, codec
from imdb_keras_tfds.describe import report
from imdb_keras_tfds.describe.statistics import TellingWord
from imdb_keras_tfds.recipe.corpus import Corpus
from imdb_keras_tfds.storage import splits
from tests.helpers import browser
from tests.helpers.browser import look_at

CONFIGS = [
    "sample_full",
    "sample_top500",
    "sample_top500_skip20_max60_keras",
    "sample_full_keras",
    "sample_top1",
    "sample_full_skip5000",
    "sample_full_max0",
    "sample_top300_max20_startnone_oovnone",
    "sample_top500_val20",
    "sample_top500_start0_oov1_from0",  # cannot be decoded
]


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    return tmp_path_factory.mktemp("data")


def build(config: str, data_dir: pathlib.Path) -> Builder:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of ids that mean two things
        builder = Builder(config=config, data_dir=data_dir)
    builder.download_and_prepare()
    return builder


@pytest.fixture(scope="module", params=CONFIGS)
def builder(request: pytest.FixtureRequest, data_dir: pathlib.Path) -> Builder:
    return build(request.param, data_dir)


@pytest.fixture(scope="module")
def page(builder: Builder, sample: Corpus) -> str:
    return report.page(builder, sample)


class Page(html.parser.HTMLParser):
    """A page, taken apart."""

    VOID = ("br", "link", "meta", "path", "rect", "use")

    def __init__(self, text: str):
        super().__init__()
        self.open: list[str] = []
        self.tags: Counter[str] = Counter()
        self.ids: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(text)
        self.close()

    def handle_startendtag(self, tag: str, attrs: Any) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in self.VOID:
            self.open.pop()

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags[tag] += 1
        self.attributes += [(tag, name, value) for name, value in attrs]
        self.ids += [value for name, value in attrs if name == "id"]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open:
            self.texts.append((self.open[-1], data))


def test_the_page_is_whole(builder: Builder, page: str) -> None:
    parsed = Page(page)
    assert parsed.open == []
    assert parsed.tags["h1"] == 1
    assert parsed.tags["h2"] == 5
    assert parsed.tags["article"] == 3
    assert ("h1", f"imdb_keras/{builder.builder_config.name}") in parsed.texts
    assert len(parsed.ids) == len(set(parsed.ids))
    for tag, name, value in parsed.attributes:
        if value.startswith("#"):
            assert (tag, name) == ("use", "href")
            assert value[1:] in parsed.ids
    assert set(re.findall(r"url\(#(.*?)\)", page)) <= set(parsed.ids)


def test_nothing_is_loaded(page: str) -> None:
    for tag, name, value in Page(page).attributes:
        if name in ("src", "srcset", "href", "xlink:href", "data", "action", "poster"):
            assert value.startswith("#") or (tag, value) == ("link", "data:,")
    assert "@import" not in page
    assert not re.search(r"url\((?!#)", page)
    assert "<script" not in page
    assert "default-src 'none'" in page


def test_charts_take_the_colours_of_the_page_and_tell_what_they_show(page: str) -> None:
    charts = re.findall(r"<svg.*?</svg>", page, re.S)
    assert 2 <= len(charts) <= 4
    for chart in charts:
        assert re.match(r'<svg viewBox="[\d. ]+" role="img" aria-label="\w.+?">', chart)
        assert "var(--ink)" in chart
        assert ": #" not in chart  # No colour is written out.
        for text in re.findall(r"<text.*?>", chart):
            assert "fill: var(--" in text
            assert "font-family" not in text


def test_the_page_is_the_same_again(builder: Builder, sample: Corpus, page: str) -> None:
    assert report.page(builder, sample) == page


def test_cut_words_are_marked_with_what_they_were(data_dir: pathlib.Path, sample: Corpus) -> None:
    builder = build("sample_top300", data_dir)
    page = report.page(builder, sample)
    full = build("sample_full", data_dir)
    articles = re.findall(r"<article>(.*?)</article>", page, re.S)
    found = splits.read(builder, "train")
    (place,) = found.labels.nonzero()
    assert f"<code>{found.ids[place[0]]}</code>" in articles[0]
    ids, whole = found.tokens[place[0]], splits.read(full, "train").tokens[place[0]]
    expected = codec(full).decode(whole).split(" ")
    paragraph = re.search(r"<p>(.*)</p>", articles[0], re.S)
    assert paragraph is not None
    shown = re.sub(r"<ruby><mark>\[OOV\]</mark><rt>(.*?)</rt></ruby>", r"\1", paragraph[1])
    assert html.unescape(shown).split() == expected
    assert articles[0].count("<mark>") == (ids == 2).sum() > 5


def test_ids_that_mean_two_things_are_told(data_dir: pathlib.Path, sample: Corpus) -> None:
    page = report.page(build("sample_top500_start0_oov1_from0", data_dir), sample)
    assert page.count("cannot be decoded") == 3


def test_text_is_escaped(
    data_dir: pathlib.Path, sample: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    word = TellingWord("<b>&amp;'$x$", (1, 2), 3.0)
    monkeypatch.setattr(report, "telling_words", lambda *_: {"neg": [word], "pos": [word]})
    page = report.page(build("sample_top500", data_dir), sample)
    assert page.count("&lt;b&gt;&amp;amp;") == 4  # in the chart, and in the tables
    assert "<b>" not in page


@pytest.mark.parametrize(("module", "missing"), [("charts", "matplotlib"), ("report", "jinja2")])
def test_without_the_extra_it_is_said_how_to_get_it(
    module: str, missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    monkeypatch.delitem(sys.modules, f"imdb_keras_tfds.describe.{module}")
    with pytest.raises(ImdbKerasError, match=r"pip install 'imdb-keras-tfds\[report\]'"):
        __import__(f"imdb_keras_tfds.describe.{module}")


def test_the_picture_of_the_documentation_is_there(repository: pathlib.Path) -> None:
    name = "docs/pictures/report.png"
    page = (repository / "docs/how-to/choose-settings.md").read_text()
    assert "](../pictures/report.png)" in page
    assert (repository / name).stat().st_size < 200_000
    assert imread(repository / name).shape[1] == 1200


def test_a_browser_is_missed_aloud(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv(browser.NEEDED, raising=False)
    with pytest.raises(pytest.skip.Exception, match="needs Chromium"):
        browser.find()
    monkeypatch.setenv(browser.NEEDED, "1")
    with pytest.raises(pytest.fail.Exception, match="needs Chromium"):
        browser.find()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_a_browser_shows_it_without_an_error(
    dark: bool, data_dir: pathlib.Path, sample: Corpus, tmp_path: pathlib.Path
) -> None:
    path, picture = tmp_path / "report.html", tmp_path / "report.png"
    report.write(build("sample_top500", data_dir), sample, path)
    seen = look_at(path, picture, dark=dark)
    assert seen.console == []
    assert seen.requests == set()
    pixels = imread(picture)[..., :3]
    assert (pixels[0, 0].mean() < 0.2) == dark
    # There is text on it, in another colour than its ground.
    assert abs(pixels - pixels[0, 0]).max() > 0.7


def test_a_browser_would_find_an_error(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "broken.html"
    path.write_text(
        "<!DOCTYPE html><title>x</title><img src='http://localhost:9/x.png'>"
        "<script>throw new Error('something broke')</script>"
    )
    seen = look_at(path, tmp_path / "broken.png", dark=False)
    assert any("something broke" in line for line in seen.console)
    assert seen.requests == {"http://localhost:9/x.png"}
