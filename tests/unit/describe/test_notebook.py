import html
import pathlib
import pickle
import re
import sys

import pytest
import tensorflow_datasets as tfds

import imdb_keras_tfds
from imdb_keras_tfds import Builder, ImdbKerasConfig, ImdbKerasError
from imdb_keras_tfds.describe import report as report_page
from imdb_keras_tfds.recipe.corpus import Corpus
from tests.helpers.browser import opened
from tests.unit.cli.conftest import Command


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    return tmp_path_factory.mktemp("data")


def test_it_is_the_page_of_the_command(
    data_dir: pathlib.Path, tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "report.html"
    Command(capsys, str(data_dir)).lines("report", "sample_top500", "-o", str(path))
    page = imdb_keras_tfds.report("imdb_keras/sample_top500", data_dir=data_dir)
    assert page == path.read_text()
    builder = Builder(config="sample_top500", data_dir=data_dir)
    assert imdb_keras_tfds.report(builder) == page
    assert type(pickle.loads(pickle.dumps(page))) is str


def test_without_a_cache_it_is_the_same(
    data_dir: pathlib.Path, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = imdb_keras_tfds.report("imdb_keras/sample_top300", data_dir=data_dir)
    monkeypatch.setenv("IMDB_KERAS_CACHE", "")
    builder = Builder(config="sample_top300", data_dir=tmp_path)
    builder.download_and_prepare()
    assert imdb_keras_tfds.report(builder) == page
    # What it cuts came out of the dataset of all words, beside it.
    assert (tmp_path / "imdb_keras/sample_full").is_dir()
    (by_folder,) = [imdb_keras_tfds.report(tfds.builder_from_directory(builder.data_dir))]
    assert by_folder == page


def test_ones_own_reviews_and_earlier_versions_have_one(
    repository: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    earlier = tfds.builder_from_directory(
        repository / "tests/prepared/imdb_keras/sample_full/1.0.0"
    )
    assert imdb_keras_tfds.report(earlier) == report_page.page(earlier)
    config = ImdbKerasConfig(name="mine", corpus=repository / "dummy_data/aclImdb")
    own = Builder(config=config, data_dir=tmp_path)
    assert "<h1>imdb_keras/mine</h1>" in imdb_keras_tfds.report(own)


def test_a_notebook_shows_it_in_a_frame(data_dir: pathlib.Path, tmp_path: pathlib.Path) -> None:
    page = imdb_keras_tfds.report("imdb_keras/sample_top500", data_dir=data_dir)
    shown = page._repr_html_()  # type: ignore[attr-defined]
    match = re.fullmatch(
        r'<iframe title="report" sandbox srcdoc="([^"]*)" style="[^"]*"></iframe>', shown
    )
    assert match
    assert html.unescape(match[1]) == page
    path = tmp_path / "cell.html"
    path.write_text(f'<!DOCTYPE html><html lang="en"><title>A cell</title>{shown}</html>')
    with opened(path) as tab:
        heading = tab.page.frame_locator("iframe").locator("h1")
        assert heading.inner_text() == "imdb_keras/sample_top500"
        assert tab.seen.console == []


def test_download_false_prepares_nothing(tmp_path: pathlib.Path) -> None:
    with pytest.raises(ImdbKerasError, match="no dataset is prepared there"):
        imdb_keras_tfds.report("imdb_keras/sample", data_dir=tmp_path, download=False)
    assert list(tmp_path.iterdir()) == []


def test_the_name_is_there_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    for module in ("charts", "report"):
        monkeypatch.delitem(sys.modules, f"imdb_keras_tfds.describe.{module}", raising=False)
    assert callable(imdb_keras_tfds.report)


def test_the_corpus_is_that_of_the_records(data_dir: pathlib.Path, sample: Corpus) -> None:
    builder = Builder(config="sample_top300_skip20", data_dir=data_dir)
    builder.download_and_prepare()
    page = imdb_keras_tfds.report(builder)
    assert page == report_page.page(builder, sample)
