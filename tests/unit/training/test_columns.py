import pathlib
from typing import Any

import numpy as np
import pytest
import tensorflow_datasets as tfds

import imdb_keras_tfds
from imdb_keras_tfds import Builder, ImdbKerasError, Ragged
from tests.helpers.commands import run_python


@pytest.fixture(scope="module", params=["sample", "sample_top500_text"])
def builder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Builder:
    builder = Builder(config=request.param, data_dir=tmp_path_factory.mktemp("data"))
    builder.download_and_prepare()
    return builder


@pytest.mark.parametrize(
    "split",
    ["train", "test", "unsupervised", "train[:80%]", "train[5:7]+test[-3:]", "train+train[:2]"],
)
def test_columns_are_the_features_of_tfds(builder: Builder, split: str) -> None:
    columns: Any = imdb_keras_tfds.load_columns(builder, split)
    records = list(tfds.as_numpy(builder.as_dataset(split=split)))
    assert set(columns) == set(builder.info.features)
    for name, column in columns.items():
        theirs = [record[name] for record in records]
        assert len(column) == len(theirs)
        if name == "tokens":
            assert column.equals(Ragged.from_rows(theirs, np.int32))
            assert column.dtype == np.int32
        elif theirs and isinstance(theirs[0], bytes):
            assert column.tolist() == [text.decode() for text in theirs]
        else:
            assert column.dtype == builder.info.features[name].np_dtype
            assert column.tolist() == theirs


def test_an_empty_part_has_empty_columns(builder: Builder) -> None:
    columns: Any = imdb_keras_tfds.load_columns(builder, "train[:0]")
    assert {len(column) for column in columns.values()} == {0}
    whole: Any = imdb_keras_tfds.load_columns(builder, "train")
    kinds = {name: column.dtype.kind for name, column in whole.items()}
    assert {name: column.dtype.kind for name, column in columns.items()} == kinds


def test_they_are_those_that_batches_hands_to_a_function(builder: Builder) -> None:
    seen: list[Any] = []

    def see(columns: Any) -> list[int]:
        seen.append(columns)
        return [0]

    split = "test[3:]+train[:5]"
    imdb_keras_tfds.batches(builder, split, 8, where=see)
    columns: Any = imdb_keras_tfds.load_columns(builder, split)
    (given,) = seen
    assert given.keys() == columns.keys()
    for name, column in columns.items():
        assert given[name].dtype == column.dtype
        equal = given[name].equals if name == "tokens" else lambda c, n=name: (c == given[n]).all()
        assert equal(column)


def test_tensorflow_is_not_needed(builder: Builder) -> None:
    code = """
import sys
import numpy as np
import imdb_keras_tfds
columns = imdb_keras_tfds.load_columns(sys.argv[1], "train", data_dir=sys.argv[2])
print(np.bincount(columns["label"]).tolist(), len(columns["tokens"]), "tensorflow" in sys.modules)
"""
    printed = run_python(code, f"imdb_keras/{builder.builder_config.name}", builder.data_dir_root)
    assert printed == "[24, 24] 48 False\n"


def test_a_folder_without_this_packages_builder_does_as_well(builder: Builder) -> None:
    ours = imdb_keras_tfds.load_columns(builder, "test")
    by_folder = tfds.builder_from_directory(builder.data_dir)
    assert (imdb_keras_tfds.load_columns(by_folder, "test")["id"] == ours["id"]).all()


def test_the_texts_give_the_tokens(builder: Builder) -> None:
    columns = imdb_keras_tfds.load_columns(builder, "train")
    assert ("text" in columns) == builder.builder_config.text
    if "text" in columns:
        assert columns["text"].dtype == object
        encoded = imdb_keras_tfds.codec(builder).encode(columns["text"].tolist())
        for ids, tokens in zip(encoded, columns["tokens"], strict=True):
            assert np.array_equal(ids, tokens)


def test_a_folder_of_an_earlier_version_has_the_columns_that_it_has(
    repository: pathlib.Path,
) -> None:
    name, data_dir = "imdb_keras/sample_full:1.0.0", repository / "tests/prepared"
    columns = imdb_keras_tfds.load_columns(name, "train", data_dir=data_dir)
    assert set(columns) == {"id", "tokens", "label", "rating"}
    stars = imdb_keras_tfds.batches(name, "train", 8, features="rating", data_dir=data_dir)
    found = [stars for _, batch in tfds.as_numpy(stars) for stars in batch]
    assert found == columns["rating"].tolist()
    with pytest.raises(ImdbKerasError, match="where asks for column 'duplicate_of'; there are id"):
        imdb_keras_tfds.batches(
            name, "train", 8, where=lambda r: r["duplicate_of"] == "", data_dir=data_dir
        )
    with pytest.raises(ImdbKerasError, match="features='movie' cannot stand beside the tokens"):
        imdb_keras_tfds.batches(name, "train", 8, features="movie", data_dir=data_dir)


def test_a_split_that_is_none_is_refused(builder: Builder) -> None:
    with pytest.raises(ImdbKerasError, match=r"split='trian' cannot be read .* train of 48"):
        imdb_keras_tfds.load_columns(builder, "trian")


def test_records_that_were_not_built_are_refused(folder: pathlib.Path) -> None:
    metadata = folder / "metadata.json"
    text = metadata.read_text()
    digest = text.partition('"splits"')[2].partition('"sha256": "')[2][:64]
    metadata.write_text(text.replace(digest, digest[::-1]))
    data_dir = folder.parents[2]
    with pytest.raises(ImdbKerasError, match="the content of split train is not that of"):
        imdb_keras_tfds.load_columns("imdb_keras/sample", "train", data_dir=data_dir)


def test_what_is_not_prepared_is_prepared_or_not(tmp_path: pathlib.Path) -> None:
    name = "imdb_keras/sample_top500"
    with pytest.raises(ImdbKerasError, match=f"build it with: tfds build {name} --imports"):
        imdb_keras_tfds.load_columns(name, "train", data_dir=tmp_path, download=False)
    columns = imdb_keras_tfds.load_columns(name, "train", data_dir=tmp_path)
    assert columns["tokens"].values.max() < 500
