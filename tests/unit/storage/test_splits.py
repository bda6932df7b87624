import pathlib
import sys

import pytest

from imdb_keras_tfds import Builder, ImdbKerasError
from imdb_keras_tfds.storage import splits
from imdb_keras_tfds.storage.records import Records
from tests.helpers.records import Record, comparable, rows_of

SIZES = [1, 3_000, splits.PART_SIZE]


@pytest.fixture(scope="module", params=["sample", "sample_top500_text"])
def builder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Builder:
    builder = Builder(config=request.param, data_dir=tmp_path_factory.mktemp("data"))
    builder.download_and_prepare()
    return builder


@pytest.mark.parametrize("with_tensorflow", [True, False])
@pytest.mark.parametrize("size", SIZES)
def test_the_parts_are_the_whole(
    size: int, with_tensorflow: bool, builder: Builder, monkeypatch: pytest.MonkeyPatch
) -> None:
    if with_tensorflow:
        import tensorflow  # noqa: F401
    else:
        monkeypatch.delitem(sys.modules, "tensorflow", raising=False)
    whole = splits.read(builder, "test")
    parts = list(splits.read_in_parts(builder, "test", size))
    assert len(parts) == {1: 48, splits.PART_SIZE: 1}.get(size, len(parts))
    assert [record for part in parts for record in comparable(part)] == comparable(whole)
    joined = Records.joined(parts)
    assert comparable(joined) == comparable(whole)
    for name in ("labels", "ratings"):
        assert getattr(joined, name).dtype == getattr(whole, name).dtype
    assert joined.tokens.equals(whole.tokens)
    assert (joined.texts is None) == (whole.texts is None)


def test_parts_of_an_earlier_version_have_no_movies(repository: pathlib.Path) -> None:
    import tensorflow_datasets as tfds

    folder = repository / "tests/prepared/imdb_keras/sample_full/1.0.0"
    builder = tfds.builder_from_directory(folder)
    joined = Records.joined(list(splits.read_in_parts(builder, "test", 2_000)))
    assert [joined.movies, joined.duplicate_of, joined.texts] == [None] * 3
    assert comparable(joined) == comparable(splits.read(builder, "test"))


def test_what_was_not_built_is_refused_behind_the_last_part(folder: pathlib.Path) -> None:
    metadata = folder / "metadata.json"
    text = metadata.read_text()
    digest = text.partition('"test"')[2].partition('"sha256": "')[2][:64]
    metadata.write_text(text.replace(digest, digest[::-1]))
    builder = Builder(config="sample", data_dir=folder.parents[2])
    assert len(splits.read(builder, "train").ids) == 48
    parts = splits.read_in_parts(builder, "test", 1)
    found: list[Record] = []
    with pytest.raises(ImdbKerasError, match="the content of split test is not that of"):
        found.extend(record for part in parts for record in rows_of(part))
    assert len(found) == 48


def test_a_damaged_record_is_told(damaged: Builder) -> None:
    with pytest.raises(ImdbKerasError, match=r"split test cannot be read \(.*delete the folder"):
        list(splits.read_in_parts(damaged, "test"))
