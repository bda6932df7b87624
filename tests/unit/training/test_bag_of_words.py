import pathlib
import sys
from typing import Any

import numpy as np
import pytest
import tensorflow_datasets as tfds
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

import imdb_keras_tfds
from imdb_keras_tfds import Builder, ImdbKerasError, Ragged
from imdb_keras_tfds.training.bag_of_words import matrix_of
from tests.helpers.commands import run_python


def multi_hot(rows: Any, width: int, *, counts: bool) -> NDArray[np.float32]:
    """As books have it, in a loop."""
    matrix = np.zeros((len(rows), width), np.float32)
    for row, ids in zip(matrix, rows, strict=True):
        for number in ids:
            row[number] = row[number] + 1 if counts else 1
    return matrix


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    return tmp_path_factory.mktemp("data")


@pytest.mark.parametrize("counts", [False, True])
@pytest.mark.parametrize(
    "config",
    [
        "sample",
        "sample_top500_text",
        "sample_top50_skip9_keras",
        "sample_top20_startnone_oovnone",
        "sample_top9_start700_oov30_from5",
    ],
)
def test_it_is_the_loop_of_books(config: str, counts: bool, data_dir: pathlib.Path) -> None:
    name = f"imdb_keras/{config}"
    width = imdb_keras_tfds.codec(name, data_dir=data_dir).vocabulary_size
    for split in ("train", "test", "unsupervised[3:9]+train[:2]"):
        matrix = imdb_keras_tfds.bag_of_words(name, split, counts=counts, data_dir=data_dir)
        columns = imdb_keras_tfds.load_columns(name, split, data_dir=data_dir)
        expected = multi_hot(columns["tokens"], width, counts=counts)
        assert matrix.shape == expected.shape
        assert (matrix.toarray() == expected).all()
        assert matrix.dtype == np.float32


def test_all_splits_have_the_columns_of_the_codec(data_dir: pathlib.Path) -> None:
    builder = Builder(config="sample_top500", data_dir=data_dir)
    train, test = (imdb_keras_tfds.bag_of_words(builder, split) for split in ("train", "test"))
    assert train.shape == test.shape == (48, 500)
    assert imdb_keras_tfds.bag_of_words(builder, "train[:0]").shape == (0, 500)
    film = imdb_keras_tfds.codec(builder).encode("film")[-1]
    words = imdb_keras_tfds.load_columns(builder, "train")["tokens"]
    assert train[:, film].sum() == sum(film in row for row in words)


def test_a_folder_of_an_earlier_version_does_as_well(repository: pathlib.Path) -> None:
    folder = repository / "tests/prepared/imdb_keras/sample_full/1.0.0"
    builder = tfds.builder_from_directory(folder)
    matrix = imdb_keras_tfds.bag_of_words(builder, "test")
    assert matrix.shape == (48, imdb_keras_tfds.codec(builder).vocabulary_size)


ROWS = st.lists(st.lists(st.integers(0, 29), max_size=30), max_size=12)


@given(ROWS, st.integers(30, 40), st.booleans())
def test_any_rows_give_what_the_loop_gives(rows: list[list[int]], width: int, counts: bool) -> None:
    ragged = Ragged.from_rows(rows, np.int32)
    before = ragged.values.tolist()
    matrix = matrix_of(ragged, width, counts=counts)
    assert (matrix.toarray() == multi_hot(rows, width, counts=counts)).all()
    assert matrix.shape == (len(rows), width)
    # In canonical form: each column of a row once, ascending, and no zeros.
    assert matrix.has_canonical_format
    assert matrix.nnz == sum(len(set(row)) for row in rows)
    assert ragged.values.tolist() == before


def test_an_id_may_be_as_large_as_int32_is() -> None:
    matrix = matrix_of(Ragged.from_rows([[2**31 - 1, 0], []], np.int32), 2**31)
    assert matrix.shape == (2, 2**31)
    assert matrix[0, 2**31 - 1] == 1


def test_without_scipy_one_line_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path
) -> None:
    for module in [name for name in sys.modules if name.startswith("scipy")]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, "scipy", None)
    with pytest.raises(ImdbKerasError, match=r"install it by: pip install scipy$") as raised:
        imdb_keras_tfds.bag_of_words("imdb_keras/sample", "train", data_dir=tmp_path)
    assert "\n" not in str(raised.value)
    assert list(tmp_path.iterdir()) == []


def test_scipy_is_imported_when_it_is_called(data_dir: pathlib.Path) -> None:
    code = """
import sys
import imdb_keras_tfds
function = imdb_keras_tfds.bag_of_words
before = "scipy" in sys.modules
function("imdb_keras/sample", "train", data_dir=sys.argv[1])
print(before, "scipy" in sys.modules, "tensorflow" in sys.modules)
"""
    assert run_python(code, str(data_dir)).splitlines()[-1] == "False True False"


def test_scikit_learn_takes_it(data_dir: pathlib.Path) -> None:
    from sklearn.feature_extraction.text import TfidfTransformer
    from sklearn.naive_bayes import BernoulliNB

    name = "imdb_keras/sample_top500"
    labels = imdb_keras_tfds.load_columns(name, "train", data_dir=data_dir)["label"]
    words = imdb_keras_tfds.bag_of_words(name, "train", data_dir=data_dir)
    assert BernoulliNB().fit(words, labels).score(words, labels) > 0.9
    counts = imdb_keras_tfds.bag_of_words(name, "train", counts=True, data_dir=data_dir)
    lengths = np.sqrt(TfidfTransformer().fit_transform(counts).power(2).sum(axis=1))
    assert np.allclose(lengths, 1)
