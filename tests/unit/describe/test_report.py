import html.parser
import pathlib
import re
import sys
from collections import Counter
from typing import Any

import pytest
import tensorflow_datasets as tfds
from matplotlib.image import imread

from imdb_keras_tfds import Builder, ImdbKerasError, codec
from imdb_keras_tfds.describe import audit, report
from imdb_keras_tfds.describe.telling import TellingWord
from imdb_keras_tfds.recipe.corpus import Corpus
from imdb_keras_tfds.storage import splits
from tests.unit.describe.conftest import Build, own

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


@pytest.fixture(scope="module", params=CONFIGS)
def builder(request: pytest.FixtureRequest, build: Build) -> Builder:
    return build(request.param)


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
    assert parsed.tags["h2"] == 7
    assert parsed.tags["main"] == 1
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
            # A link to another page is no part of this one.
            is_link = tag == "a" and value.startswith("https://")
            assert is_link or value.startswith("#") or (tag, value) == ("link", "data:,")
    assert "@import" not in page
    assert not re.search(r"url\((?!#)", page)
    assert "<script" not in page
    assert "default-src 'none'" in page


def test_charts_take_the_colours_of_the_page_and_tell_what_they_show(page: str) -> None:
    charts = re.findall(r"<svg.*?</svg>", page, re.S)
    assert 3 <= len(charts) <= 6
    for chart in charts:
        assert re.match(r'<svg viewBox="[\d. ]+" role="img" aria-label="\w.+?">', chart)
        assert "var(--ink)" in chart
        assert ": #" not in chart  # No colour is written out,
        assert "opacity" not in chart  # or let through, which would change its contrast.
        for text in re.findall(r"<text.*?>", chart):
            assert "fill: var(--" in text
            assert "font-family" not in text


def test_the_page_is_the_same_again(builder: Builder, sample: Corpus, page: str) -> None:
    assert report.page(builder, sample) == page


def test_cut_words_are_marked_with_what_they_were(build: Build, sample: Corpus) -> None:
    builder = build("sample_top300")
    page = report.page(builder, sample)
    full = build("sample_full")
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


def test_ids_that_mean_two_things_are_told(build: Build, sample: Corpus) -> None:
    page = report.page(build("sample_top500_start0_oov1_from0"), sample)
    assert page.count("cannot be decoded") == 3


def test_every_table_can_be_scrolled_by_the_keyboard(page: str) -> None:
    regions = re.findall(r"<div class=\"table\"([^>]*)><table>\s*<caption>(.*?)</caption>", page)
    assert len(regions) == page.count("<table>") >= 5
    labels = [re.fullmatch(r' tabindex="0" role="region" aria-label="(.+)"', a) for a, _ in regions]
    assert all(labels)
    assert len({label[1] for label in labels if label}) == len(regions)
    for label, (_, caption) in zip(labels, regions, strict=True):
        assert label is not None
        assert caption.startswith(label[1])


def test_the_source_is_linked(builder: Builder, page: str) -> None:
    assert f'<a href="{builder.info.homepage}">' in page
    assert builder.info.homepage.startswith("https://ai.stanford.edu/")


def text_of(page: str) -> str:
    """The text of a page, with single spaces."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page.partition("<body>")[2])).split())


def test_what_cannot_be_reached_is_said_so(build: Build, sample: Corpus) -> None:
    text = text_of(report.page(build("sample_top500_skip20"), sample))
    assert re.search(r"num_words unreachable at most \d\d\.\d% with skip_top=20 ", text)
    assert "none" not in text.partition("How many words to keep")[0]
    assert "unreachable" not in text_of(report.page(build("sample_top500"), sample))


def test_the_charts_say_where_they_end(build: Build, sample: Corpus) -> None:
    page = report.page(build("sample_top500"), sample)
    assert "Both charts end at 116 ids, and leave out 1 review, the longest of 117 ids." in page
    assert page.count("longest review: 117") == 4  # below both charts, and for who does not see
    assert max(map(len, splits.read(build("sample_top500"), "train").tokens.tolist())) == 117


def test_the_prior_is_explained(page: str) -> None:
    text = text_of(page)
    if "There is none: the settings leave no word" not in text:
        assert "the prior, is given as much weight as 1,000 words of text" in text


def test_what_the_records_do_not_have_is_said_to_come_from_elsewhere(
    build: Build, sample: Corpus
) -> None:
    elsewhere = "counted in the reviews that it was built from, and only in those that it holds"
    assert elsewhere in text_of(report.page(build("sample_top500"), sample))
    assert elsewhere not in text_of(report.page(build("sample_full"), sample))
    builder = build("sample_top500_max60_keras")
    text = text_of(report.page(builder, sample))
    removed = {
        split: len(sample.splits[split].ids) - builder.info.splits[split].num_examples
        for split in ("train", "test")
    }
    assert (
        f"Of train {removed['train']} reviews, and of test {removed['test']} reviews of 60 ids or "
        "more are not in the dataset"
    ) in text
    text = text_of(report.page(build("sample_top500_max60"), sample))
    assert "longest 60, the start marker among them. maxlen=60 has cut off 20 reviews" in text
    assert "before, half had 60 at most, three in four 64, and the longest 117." in text


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({}, "longest of 117 ids"),
        ({"num_words": 500}, "Which words this dataset cuts its records do not tell"),
        ({"num_words": 500, "text": True}, "counted in the texts of its records"),
        ({"maxlen": 60}, "how many were, and how long they had been, the records do not tell"),
        ({"num_words": 300, "oov_char": None}, "How many words were cut, and which, the records"),
        (
            {"num_words": 300, "oov_char": None, "maxlen": 60, "semantics": "keras"},
            "held against the length before words are left out, which the records do not tell",
        ),
        ({"validation_split": 20}, "shares no movie and no text with train"),
        ({"num_words": 300, "start_char": 0, "oov_char": 1, "index_from": 0}, "cannot be decoded"),
    ],
    ids=str,
)
def test_own_reviews_have_a_page_of_what_is_there(
    settings: dict[str, Any], told: str, build: Build, request: pytest.FixtureRequest
) -> None:
    name = "own" + re.sub("[^a-z0-9]", "", request.node.callspec.id)[:60]
    page = report.page(build(own(name, **settings)))
    assert Page(page).open == []
    text = text_of(page)
    assert told in text
    assert "The reviews are one's own." in text
    assert "train/unsup 24 " in text
    assert "stanford" not in page


def test_of_few_reviews_there_is_a_page(build: Build, tmp_path: pathlib.Path) -> None:
    (tmp_path / "train/pos").mkdir(parents=True)
    (tmp_path / "train/pos/0_9.txt").write_text("a " + "very" * 99 + " fine film")
    (tmp_path / "train/pos/1_8.txt").write_text("")
    page = report.page(build(own("few", tmp_path)))
    assert Page(page).open == []
    text = text_of(page)
    assert "1 review, decoded" in text
    assert "the settings leave no word, or only one of the classes has some" in text
    assert "built without lists of movies" in text
    assert "train 2 1 1 0 0.00%" in text  # reviews, empty, short, without a known word


def test_a_dataset_without_reviews_has_no_page(tmp_path: pathlib.Path) -> None:
    builder = Builder(config="sample", data_dir=tmp_path)
    options = tfds.download.DownloadConfig(max_examples_per_split=0)
    builder.download_and_prepare(download_config=options)
    with pytest.raises(ImdbKerasError, match="train has no review, so there is nothing to show"):
        report.page(builder)


def test_of_one_review_a_split_there_is_a_page(tmp_path: pathlib.Path, sample: Corpus) -> None:
    builder = Builder(config="sample_top500_val20", data_dir=tmp_path)
    options = tfds.download.DownloadConfig(max_examples_per_split=1)
    builder.download_and_prepare(download_config=options)
    for corpus in (sample, None):
        assert Page(report.page(builder, corpus)).open == []


def test_an_earlier_version_has_a_page_of_what_is_there(repository: pathlib.Path) -> None:
    folder = repository / "tests/prepared/imdb_keras/sample_full/1.0.0"
    page = report.page(tfds.builder_from_directory(folder))
    assert Page(page).open == []
    text = text_of(page)
    assert "Version 1.0.0." in text
    assert "A dataset of version 1.0.0 does not tell which movie a review is of" in text
    assert "longest of" in text


def test_movies_and_copies_are_shown(build: Build, sample: Corpus) -> None:
    builder = build("sample_full")
    text = text_of(report.page(builder, sample))
    found = audit.of(builder)
    assert found.random_cut is not None
    assert found.copies
    for name, split in found.splits.items():
        assert f"{name} {split.movies} {split.most_of_a_movie} {split.without_movie}" in text
    for pair in found.copies:
        assert f"{pair.split} {pair.original} {pair.reviews}" in text
    assert f"{found.random_cut.movie_or_text:.1%} are either" in text
    assert "train/pos/14_10 train/pos/11_7 stars" in text


def test_long_words_are_shortened_with_the_whole_beside(
    build: Build, tmp_path: pathlib.Path
) -> None:
    long = "o" * 80 + "ps"
    for label, stars in (("pos", 9), ("neg", 2)):
        (tmp_path / "train" / label).mkdir(parents=True)
        (tmp_path / f"train/{label}/0_{stars}.txt").write_text(f"a film a film {long}")
    page = report.page(build(own("long_words", tmp_path, num_words=6, text=True)))
    assert f'<rt title="{long}">{"o" * 24}…</rt>' in page


def test_text_is_escaped(build: Build, sample: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    word = TellingWord("<b>&amp;'$x$", (1, 2), 3.0)
    monkeypatch.setattr(report, "telling_words", lambda *_: {"neg": [word], "pos": [word]})
    page = report.page(build("sample_top500"), sample)
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
