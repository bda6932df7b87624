import pathlib

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from imdb_keras_tfds import ImdbKerasError, Ragged
from imdb_keras_tfds.export import arrow, shards
from imdb_keras_tfds.storage.records import Records

SCHEMA = pa.schema([("id", pa.string()), ("tokens", pa.list_(pa.int32())), ("label", pa.int64())])


def records_of(rows: list[list[int]], first: int = 0) -> Records:
    return Records(
        ids=[str(first + place) for place in range(len(rows))],
        tokens=Ragged.from_rows(rows, np.int32),
        labels=np.zeros(len(rows), np.int64),
        ratings=np.zeros(len(rows), np.int32),
    )


PARTS = st.lists(
    st.lists(st.lists(st.integers(0, 9), max_size=12), min_size=1, max_size=12),
    min_size=1,
    max_size=4,
)


@given(PARTS, st.integers(1, 400))
def test_no_shard_is_larger_than_asked_for(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[list[int]]], most: int
) -> None:
    folder = tmp_path_factory.mktemp("shards")
    parts = [records_of(part, 100 * number) for number, part in enumerate(rows)]
    split = shards.write_split("train", parts, SCHEMA, folder, most)

    count = len(split.shards)
    names = [f"train-{number:05d}-of-{count:05d}.parquet" for number in range(count)]
    assert sorted(path.name for path in folder.iterdir()) == names
    assert [shard.name for shard in split.shards] == names
    assert all(map(shards.NAME.fullmatch, names))
    tables = [parquet.read_table(folder / name) for name in names]
    assert [len(table) for table in tables] == [shard.records for shard in split.shards]
    assert [(folder / s.name).stat().st_size for s in split.shards] == [
        s.size for s in split.shards
    ]
    # All rows, in their order.
    expected = pa.concat_tables(arrow.table_of(part, SCHEMA) for part in parts)
    assert pa.concat_tables(tables).equals(expected)
    assert split.records == len(expected)
    assert split.size == arrow.row_sizes(expected).sum()
    # Full means that the next row would not fit.
    sizes = [arrow.row_sizes(table.combine_chunks()) for table in tables]
    for number, found in enumerate(sizes):
        assert found.sum() <= most or len(found) == 1
        if number + 1 < count:
            assert found.sum() + sizes[number + 1][0] > most


def test_a_part_is_a_row_group(tmp_path: pathlib.Path) -> None:
    parts = [records_of([[1, 2]] * length) for length in (3, 5, 1)]
    (shard,) = shards.write_split("train", parts, SCHEMA, tmp_path, 10**6).shards
    metadata = parquet.read_metadata(tmp_path / shard.name)
    groups = [metadata.row_group(number) for number in range(metadata.num_row_groups)]
    assert [group.num_rows for group in groups] == [3, 5, 1]
    assert {group.column(0).compression for group in groups} == {"ZSTD"}


def test_a_part_is_let_go_before_the_next_one_comes(tmp_path: pathlib.Path) -> None:
    """What was written is on the disk, and not in memory until the end."""
    sizes = []

    def parts() -> object:
        for number in range(20):
            yield records_of([list(np.random.default_rng(number).integers(0, 2**31, 5_000))])
            sizes.append(sum(path.stat().st_size for path in tmp_path.iterdir()))

    shards.write_split("train", parts(), SCHEMA, tmp_path, 10**9)  # type: ignore[arg-type]
    assert all(np.diff(sizes) > 0)


def test_more_shards_than_five_digits_tell_are_refused(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shards, "_MOST_SHARDS", 3)
    parts = [records_of([[1], [2], [3], [4]])]
    with pytest.raises(
        ImdbKerasError, match="train does not fit in 3 files of 1 bytes; give a lar"
    ):
        shards.write_split("train", parts, SCHEMA, tmp_path, 1)
    assert not [path for path in tmp_path.iterdir() if shards.NAME.fullmatch(path.name)]
