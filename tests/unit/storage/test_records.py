import pathlib
import tempfile
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
import tensorflow_datasets as tfds
from hypothesis import given
from hypothesis import strategies as st

from imdb_keras_tfds import Builder, ImdbKerasError
from imdb_keras_tfds.ragged import Ragged
from imdb_keras_tfds.recipe.corpus import Corpus
from imdb_keras_tfds.storage.prepared import read_corpus
from imdb_keras_tfds.storage.records import Records
from imdb_keras_tfds.storage.shards import ExampleWriter, raw, write_split
from imdb_keras_tfds.storage.splits import read
from imdb_keras_tfds.storage.wire import parse, serialize

FEATURES = Builder(config="sample").info.features

Row = tuple[str, list[int], int, int]

rows_of_records = st.lists(
    st.tuples(
        st.text(max_size=200),
        st.lists(st.integers(0, 300) | st.integers(0, 2**31 - 1), max_size=300),
        st.sampled_from([-1, 0, 1]),
        st.integers(0, 10),
    ),
    min_size=1,
    max_size=6,
)


def records_of(rows: list[Row]) -> Records:
    ids, tokens, labels, ratings = (list(column) for column in zip(*rows, strict=True))
    return Records(
        ids=ids,
        tokens=Ragged.from_rows([np.array(row) for row in tokens], np.int32),
        labels=np.array(labels, np.int64),
        ratings=np.array(ratings, np.int32),
    )


def serialized_by_tfds(record: tuple[str, int, int, Any]) -> bytes:
    """What TFDS's own serialiser makes of a record, in the order of this process."""
    name, label, rating, tokens = record
    serializer = tfds.core.example_serializer.ExampleSerializer(FEATURES.get_serialized_info())
    example = FEATURES.encode_example(
        {"id": name, "tokens": tokens, "label": label, "rating": rating}
    )
    serialized: bytes = serializer.serialize_example(example)
    return serialized


@given(rows_of_records)
def test_records_are_serialised_as_tfds_does_in_canonical_order(rows: list[Row]) -> None:
    records = records_of(rows)
    for example, record in zip(serialize(records), records, strict=True):
        theirs = serialized_by_tfds(record)
        assert example == tf.train.Example.FromString(theirs).SerializeToString(deterministic=True)


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=5))
def test_tfrecords_are_written_as_tensorflow_does(examples: list[bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = f"{folder}/ours", f"{folder}/theirs"
        ExampleWriter(tfds.core.FileFormat.TFRECORD).write(ours, enumerate(examples))
        tfds.core.ExampleWriter(tfds.core.FileFormat.TFRECORD).write(theirs, enumerate(examples))
        assert pathlib.Path(ours).read_bytes() == pathlib.Path(theirs).read_bytes()


@given(rows_of_records)
def test_what_was_serialised_is_parsed(rows: list[Row]) -> None:
    parsed = parse(list(serialize(records_of(rows))))
    assert [
        (name, tokens.tolist(), label, rating) for name, label, rating, tokens in parsed
    ] == rows
    assert parsed.tokens.values.dtype == parsed.ratings.dtype == np.int32


def test_many_rows_are_serialised_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    rows: list[Row] = [(str(i), list(range(i % 5)), 0, 1) for i in range(50)]
    whole = list(serialize(records_of(rows)))
    monkeypatch.setattr("imdb_keras_tfds.storage.wire._ROWS_AT_ONCE", 7)
    assert list(serialize(records_of(rows))) == whole


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    return tmp_path_factory.mktemp("data")


@pytest.mark.parametrize("file_format", ["tfrecord", "array_record"])
@pytest.mark.parametrize("num_shards", [None, 5])
def test_read_is_what_tfds_reads(
    file_format: str, num_shards: int | None, tmp_path: pathlib.Path, sample: Corpus
) -> None:
    builder = Builder(config="sample", data_dir=tmp_path, file_format=file_format)
    config = tfds.download.DownloadConfig(num_shards=num_shards)
    builder.download_and_prepare(download_config=config)
    for split in builder.info.splits:
        found = read(builder, split)
        if file_format == "tfrecord":
            theirs = list(tfds.as_numpy(builder.as_dataset(split=split)))
        else:
            theirs = list(builder.as_data_source(split=split))
        assert found.ids == [record["id"].decode() for record in theirs]
        assert found.labels.tolist() == [record["label"] for record in theirs]
        assert found.ratings.tolist() == [record["rating"] for record in theirs]
        assert [row.tolist() for row in found.tokens] == [r["tokens"].tolist() for r in theirs]
    again = read_corpus(builder)
    for split, reviews in again.splits.items():
        assert reviews.ids == sample.splits[split].ids
        assert reviews.labels.tolist() == sample.splits[split].labels.tolist()
        assert reviews.ratings.tolist() == sample.splits[split].ratings.tolist()
        assert reviews.ranks.values.tolist() == sample.splits[split].ranks.values.tolist()
        assert reviews.ranks.row_splits.tolist() == sample.splits[split].ranks.row_splits.tolist()
    assert again.vocabulary.words == sample.vocabulary.words
    assert again.contents == sample.contents


@pytest.mark.parametrize("num_shards", [1, 2, 7])
@pytest.mark.parametrize("max_shard_size", [1 << 30, 2_000])
def test_shards_are_those_of_tfds(
    num_shards: int | None, max_shard_size: int, tmp_path: pathlib.Path
) -> None:
    rows: list[Row] = [(f"train/pos/{i}_9", [1] * i, 1, 9) for i in range(40)]
    records = records_of(rows)
    shard_config = tfds.core.utils.shard_utils.ShardConfig(
        num_shards=None if max_shard_size == 2_000 else num_shards,
        min_shard_size=100,
        max_shard_size=max_shard_size,
    )

    def template(folder: str) -> Any:
        (tmp_path / folder).mkdir()
        return tfds.core.ShardedFileTemplate(
            data_dir=tmp_path / folder,
            dataset_name="imdb_keras",
            split="train",
            filetype_suffix="tfrecord",
        )

    writer = ExampleWriter(tfds.core.FileFormat.TFRECORD)
    ours = write_split(enumerate(serialize(records)), template("ours"), writer, shard_config)

    theirs = tfds.core.writer.Writer(
        serializer=tfds.core.example_serializer.ExampleSerializer(FEATURES.get_serialized_info()),
        filename_template=template("theirs"),
        hash_salt="train",
        disable_shuffling=True,
        example_writer=writer,
        shard_config=shard_config,
    )
    for key, (name, label, rating, tokens) in enumerate(records):
        example = {"id": name, "tokens": tokens, "label": label, "rating": rating}
        theirs.write(key, FEATURES.encode_example(example))
    lengths, size = theirs.finalize()
    assert (ours.shard_lengths, ours.num_bytes) == (lengths, size)
    # The bytes differ in the order of features only, so the sizes do not.
    files = {path.name: path.stat().st_size for path in (tmp_path / "ours").iterdir()}
    assert files == {path.name: path.stat().st_size for path in (tmp_path / "theirs").iterdir()}
    assert len(files) == len(lengths)


def test_more_shards_than_records_are_refused(tmp_path: pathlib.Path) -> None:
    builder = Builder(config="sample", data_dir=tmp_path)
    config = tfds.download.DownloadConfig(num_shards=50)
    with pytest.raises(ImdbKerasError, match="split train has 48 records, too few for 50 shards"):
        builder.download_and_prepare(download_config=config)


def test_raw_records_come_one_by_one(tmp_path: pathlib.Path) -> None:
    rows: list[Row] = [("a", [1, 2], 1, 9), ("b", [], 0, 1)]
    examples = list(serialize(records_of(rows)))
    for file_format in (tfds.core.FileFormat.TFRECORD, tfds.core.FileFormat.ARRAY_RECORD):
        path = tmp_path / file_format.value
        ExampleWriter(file_format).write(path, enumerate(examples))
        assert list(raw(path, file_format)) == examples
