import os
import pathlib
import re
from typing import Any

import nbclient
import nbformat
import pytest

from tools import notebook

pytestmark = pytest.mark.pages

MARKED = '<mark title="a word that the settings cut">[OOV]</mark>'


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    """What the cells show, one after the other, when the notebook is run on the sample."""
    folder = tmp_path_factory.mktemp("notebook")
    content = nbformat.read(notebook.NOTEBOOK, as_version=4)
    client = nbclient.NotebookClient(
        content, timeout=300, resources={"metadata": {"path": str(folder)}}
    )
    client.execute(
        env={
            **os.environ,
            "PYTHONPATH": str(pathlib.Path.cwd()),
            "TFDS_DATA_DIR": str(folder / "data"),
            "IMDB_KERAS_CACHE": str(folder / "cache"),  # What is found there shows no progress.
            "TF_CPP_MIN_LOG_LEVEL": "3",
        }
    )
    return [shown for cell in content.cells for shown in cell.get("outputs", [])]


def printed(outputs: list[Any]) -> str:
    return "".join(shown.text for shown in outputs if shown.output_type == "stream")


def shown_as(kind: str, outputs: list[Any]) -> list[str]:
    return [shown.data[kind] for shown in outputs if kind in shown.get("data", {})]


def test_it_is_made_of_its_text() -> None:
    assert notebook.NOTEBOOK.read_text() == notebook.made(), "make notebook makes it anew"


def test_its_first_cell_installs_the_package_only_where_it_is_missing() -> None:
    first, *others = [
        cell.source
        for cell in nbformat.read(notebook.NOTEBOOK, as_version=4).cells
        if cell.cell_type == "code"
    ]
    condition, command = first.splitlines()[-2:]
    assert condition == 'if importlib.util.find_spec("imdb_keras_tfds") is None:'
    assert command.startswith("    %pip install ")
    assert not any("pip" in cell for cell in others)


def test_it_shows_progress(outputs: list[Any]) -> None:
    for what in ("Reading reviews", "Ranking words", "Writing records"):
        bars = [text for text in shown_as("text/plain", outputs) if what in text]
        assert bars or re.search(rf"{what}.*100%", printed(outputs))


def test_it_shows_tables(outputs: list[Any]) -> None:
    settings, records = [html for html in shown_as("text/html", outputs) if "<table" in html]
    assert "<b><code>500</code></b>" in settings
    assert "<b><code>'sample'</code></b>" in settings
    assert "<td><code>113</code></td>" in settings
    assert records.count("train/") >= 4


def test_it_shows_charts(outputs: list[Any]) -> None:
    assert len(shown_as("image/png", outputs)) == 2


def test_it_shows_a_review_with_a_cut_word_marked(outputs: list[Any]) -> None:
    review, sentence = [html for html in shown_as("text/html", outputs) if "[START]" in html]
    assert review.startswith("<p ")
    assert MARKED in review
    assert "wonderful film" in sentence
    assert "<mark" not in sentence  # It has none but frequent words.


def test_it_trains(outputs: list[Any]) -> None:
    text = printed(outputs)
    assert "Epoch 8/8" in text
    assert re.search(r"^accuracy on the test reviews: [01]\.\d{3}$", text, re.MULTILINE)
    assert len(re.findall(r"^[01]\.\d\d [AD]", text, re.MULTILINE)) == 2
