import pathlib
import re

import pytest
import tensorflow_datasets as tfds

from imdb_keras_tfds import Builder, ImdbKerasConfig
from imdb_keras_tfds.describe import card
from imdb_keras_tfds.describe.account import Account
from imdb_keras_tfds.describe.topics import TOPICS
from tests.helpers.layout import FILES, write_folder

OF_1_0 = pathlib.Path(__file__).parents[2] / "prepared/imdb_keras/sample_full/1.0.0"


@pytest.fixture(scope="module")
def builder(original: pathlib.Path) -> tfds.core.DatasetBuilder:
    return tfds.builder_from_directory(original)


@pytest.fixture(scope="module")
def text(builder: tfds.core.DatasetBuilder) -> str:
    return card.markdown(builder)


def tables(text: str) -> list[list[list[str]]]:
    """The cells of each table."""
    found = re.findall(r"(?:^\|.*\|\n)+", text, re.M)
    rows = [[line.strip("| ").split(" | ") for line in table.splitlines()] for table in found]
    return [[row for row in table if not row[0].startswith("---")] for table in rows]


def test_the_sections_are_those_of_a_datasheet(text: str) -> None:
    assert text.startswith("# imdb_keras/sample_full 1.1.0\n\n")
    assert text.count("\n# ") == 0
    sections = list(dict.fromkeys(topic.section for topic in TOPICS.values()))
    assert re.findall(r"^## (.+)$", text, re.M) == sections
    questions = re.findall(r"^### (.+)$", text, re.M)
    assert questions == [topic.question for topic in TOPICS.values()]


def test_it_says_all_that_is_to_be_said(builder: tfds.core.DatasetBuilder, text: str) -> None:
    account = Account.of(builder)
    words = " ".join(text.split())
    for paragraphs in account.statements.values():
        for paragraph in paragraphs:
            assert paragraph in words
    assert card.markdown(builder, account) == text


def test_the_tables_have_the_figures(text: str) -> None:
    fields, splits, stars = tables(text)
    assert [row[0].strip("`") for row in fields[1:]] == [
        "id",
        "tokens",
        "label",
        "rating",
        "movie",
        "duplicate_of",
    ]
    assert [row[:6] for row in splits[1:]] == [
        ["`train`", "48", "24", "24", "0", "2,975"],
        ["`test`", "48", "24", "24", "0", "1,964"],
        ["`unsupervised`", "24", "0", "0", "24", "959"],
    ]
    assert stars[0] == ["stars", *map(str, range(1, 11))]
    neg, pos = ([int(cell) for cell in row[1:]] for row in stars[1:])
    assert (sum(neg), sum(pos)) == (48, 48)
    assert not any(neg[4:] + pos[:6])
    assert all(len({len(row) for row in table}) == 1 for table in tables(text))


def test_lines_are_short_and_without_what_not_every_terminal_has(text: str) -> None:
    assert text.isascii()
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    lines = [line for line in text.splitlines() if not line.startswith("|")]
    assert max(map(len, lines)) <= 100
    assert [line for line in lines if line != line.rstrip()] == []


@pytest.mark.parametrize("file_format", ["tfrecord", "array_record"])
def test_the_same_dataset_has_the_same_card_wherever_it_was_built(
    text: str, file_format: str, tmp_path: pathlib.Path
) -> None:
    other = Builder(config="sample", data_dir=tmp_path, file_format=file_format)
    shards = tfds.download.DownloadConfig(num_shards=2)
    other.download_and_prepare(download_config=shards)
    assert card.markdown(other) == text
    assert card.markdown(tfds.builder_from_directory(other.data_dir)) == text


def test_a_validation_split_stands_behind_train(tmp_path: pathlib.Path) -> None:
    builder = Builder(config="sample_top500_val20_text", data_dir=tmp_path)
    builder.download_and_prepare()
    fields, splits, _ = tables(card.markdown(builder))
    assert fields[-1][0] == "`text`"
    assert [row[0].strip("`") for row in splits[1:]] == [
        "train",
        "validation",
        "test",
        "unsupervised",
    ]


def test_a_card_of_ones_own_reviews(tmp_path: pathlib.Path) -> None:
    path = write_folder(tmp_path / "mine", FILES)
    builder = Builder(config=ImdbKerasConfig(name="mine", corpus=path), data_dir=tmp_path)
    builder.download_and_prepare()
    text = card.markdown(builder)
    assert text == card.markdown(tfds.builder_from_directory(builder.data_dir))
    assert text.startswith("# imdb_keras/mine 1.1.0\n")
    assert "@InProceedings" not in text
    assert "Stanford" not in text
    assert str(path) not in text
    assert "Not known here: " in text


def test_a_card_of_reviews_without_labels_for_some_stars(tmp_path: pathlib.Path) -> None:
    files = {path: text for path, text in FILES.items() if path.startswith("train/neg")}
    path = write_folder(tmp_path / "mine", files)
    builder = Builder(config=ImdbKerasConfig(name="mine", corpus=path), data_dir=tmp_path)
    builder.download_and_prepare()
    _, splits, stars = tables(card.markdown(builder))
    assert [row[:4] for row in splits[1:]] == [["`train`", "2", "2", "0"]]
    assert [row[0] for row in stars[1:]] == ["`neg`"]


def test_a_card_of_a_dataset_of_1_0() -> None:
    text = card.markdown(tfds.builder_from_directory(OF_1_0))
    fields, splits, _ = tables(text)
    assert [row[0].strip("`") for row in fields[1:]] == ["id", "tokens", "label", "rating"]
    assert {row[-1] for row in splits[1:]} == {"not told"}
    assert text.startswith("# imdb_keras/sample_full 1.0.0\n")
