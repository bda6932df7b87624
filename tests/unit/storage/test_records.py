import pathlib
import tempfile
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
import tensorflow_datasets as tfds
from hypothesis import given
from hypothesis import strategies as st

from imdb_keras_tfds import Builder, ImdbKerasError
from imdb_keras_tfds.recipe.corpus import Corpus
from imdb_keras_tfds.storage.prepared import read_corpus
from imdb_keras_tfds.storage.records import Records
from imdb_keras_tfds.storage.shards import ExampleWriter, raw, write_split
from imdb_keras_tfds.storage.splits import read
from imdb_keras_tfds.storage.wire import parse, serialize, varints_of
from tests.helpers import records
from tests.helpers.records import Record

FEATURES = Builder(config="sample_full_text").info.features

FormAndRows = tuple[Sequence[str], list[Record]]

forms_and_rows = records.forms_and_rows(
    labels=st.sampled_from([-1, 0, 1]), ratings=st.integers(0, 10), min_size=1
)


def some(number: int) -> Records:
    """Records of all features, each a token longer than the one before it."""
    rows = [
        Record(f"train/pos/{i}_9", 1, 9, np.ones(i, np.int32), f"tt{i}", "", b"a" * (i % 7))
        for i in range(number)
    ]
    return records.records_of(records.FORMS[-1], rows)


def serialized_by_tfds(features: Sequence[str], record: Record) -> bytes:
    """What TFDS's own serialiser makes of a record, in the order of this process."""
    described = tfds.features.FeaturesDict({name: FEATURES[name] for name in features})
    serializer = tfds.core.example_serializer.ExampleSerializer(described.get_serialized_info())
    example = described.encode_example({name: getattr(record, name) for name in features})
    serialized: bytes = serializer.serialize_example(example)
    return serialized


@given(forms_and_rows)
def test_records_are_serialised_as_tfds_does_in_canonical_order(found: FormAndRows) -> None:
    features, rows = found
    for example, record in zip(serialize(records.records_of(*found)), rows, strict=True):
        theirs = serialized_by_tfds(features, record)
        assert example == tf.train.Example.FromString(theirs).SerializeToString(deterministic=True)


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=5))
def test_tfrecords_are_written_as_tensorflow_does(examples: list[bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = f"{folder}/ours", f"{folder}/theirs"
        ExampleWriter(tfds.core.FileFormat.TFRECORD).write(ours, enumerate(examples))
        tfds.core.ExampleWriter(tfds.core.FileFormat.TFRECORD).write(theirs, enumerate(examples))
        assert pathlib.Path(ours).read_bytes() == pathlib.Path(theirs).read_bytes()


@given(forms_and_rows)
def test_what_was_serialised_is_parsed(found: FormAndRows) -> None:
    features, rows = found
    parsed = parse(serialize(records.records_of(*found)), features)
    assert records.comparable(parsed) == records.comparable(rows)


def test_varints_may_be_there_already() -> None:
    rows = some(50)
    assert serialize(rows, varints_of(rows.tokens)) == serialize(rows)


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
        assert reviews.ranks[:].equals(sample.splits[split].ranks[:])
    assert again.vocabulary.words == sample.vocabulary.words
    assert again.contents == sample.contents


@pytest.mark.parametrize("num_shards", [1, 2, 7])
@pytest.mark.parametrize("max_shard_size", [1 << 30, 2_000])
def test_shards_are_those_of_tfds(
    num_shards: int | None, max_shard_size: int, tmp_path: pathlib.Path
) -> None:
    rows = some(40)
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
    ours = write_split(enumerate(serialize(rows)), template("ours"), writer, shard_config)

    theirs = tfds.core.writer.Writer(
        serializer=tfds.core.example_serializer.ExampleSerializer(FEATURES.get_serialized_info()),
        filename_template=template("theirs"),
        hash_salt="train",
        disable_shuffling=True,
        example_writer=writer,
        shard_config=shard_config,
    )
    for key, record in enumerate(records.rows_of(rows)):
        example = {name: getattr(record, name) for name in FEATURES}
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
    examples = serialize(some(3))
    for file_format in (tfds.core.FileFormat.TFRECORD, tfds.core.FileFormat.ARRAY_RECORD):
        path = tmp_path / file_format.value
        ExampleWriter(file_format).write(path, enumerate(examples))
        assert list(raw(path, file_format)) == examples
