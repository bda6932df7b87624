"""What workers do: read chunks of reviews, count, encode, and write shards.

What is wrong with the reviews they note in the workspace, since an error is for a runner a reason
to try again, or to tell it wrapped in others.

Usage:

    beam.Create(range(8)) | beam.FlatMap(count_chunk, source)
"""

import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise

import apache_beam as beam
import numpy as np
import pyarrow as pa
import tensorflow_datasets as tfds

from ..config import ImdbKerasConfig
from ..errors import ImdbKerasError
from ..recipe import sequences
from ..recipe.sequences import Encoded
from ..recipe.tokenizer import tokenize
from ..recipe.vocabulary import Vocabulary, WordCounts, count_words, merge, number_words
from ..source.release import SPLITS
from ..storage.digests import record_digests
from ..storage.records import Records
from ..storage.wire import serialize
from . import chunks as limits
from .chunks import WorkerSource, digests_of
from .workspace import Workspace

_COUNTS_AT_ONCE = 8
"""So many partial counts are merged by one call."""

Task = tuple[str, list[int], int, int]
"""A shard to be written: its path, the chunks of its split, its first record and the one behind its
last."""


def count_chunk(chunk: int, source: WorkerSource) -> Iterator[WordCounts]:
    """Reads a chunk: sizes and digests go to the workspace, the words of training reviews on."""
    is_training = source.workspace.read(f"names-{chunk}").note("folder") in SPLITS["train"]
    places = source.workspace.read(f"places-{chunk}").numbers("place")
    sizes: list[int] = []
    digests: list[bytes] = []
    try:
        for part in source.parts(chunk):
            if is_training:
                counts = count_words(number_words(tokenize(part.texts)))
                yield counts.moved(places[len(sizes) :])
            sizes += part.texts.lengths.tolist()
            digests += digests_of(part)
    except ImdbKerasError as error:
        source.workspace.write(f"read-{chunk}", {}, refused=str(error))
    else:
        read = {"size": pa.array(sizes, pa.int64()), "digest": pa.array(digests, pa.binary(32))}
        source.workspace.write(f"read-{chunk}", read)


class MergeCounts(beam.CombineFn):
    """Merges counts of words, wherever and in whatever order they were made."""

    def create_accumulator(self) -> list[WordCounts]:
        """No counts."""
        return []

    def add_input(self, parts: list[WordCounts], counts: WordCounts) -> list[WordCounts]:
        """Takes further counts."""
        return _fewer([*parts, counts])

    def merge_accumulators(self, accumulators: Iterable[list[WordCounts]]) -> list[WordCounts]:
        """Puts the counts of several workers together."""
        parts: list[WordCounts] = []
        for others in accumulators:
            parts = _fewer([*parts, *others])
        return parts

    def extract_output(self, parts: list[WordCounts]) -> WordCounts:
        """The counts of the whole."""
        return merge(parts)


def _fewer(parts: list[WordCounts]) -> list[WordCounts]:
    return [merge(parts)] if len(parts) >= _COUNTS_AT_ONCE else parts


def write_counts(counts: WordCounts, workspace: Workspace) -> None:
    """Keeps the counts of all training reviews in the workspace."""
    columns = {"word": counts.words, "count": counts.counts, "first_seen": counts.first_seen}
    workspace.write("counts", columns)


def read_counts(workspace: Workspace) -> WordCounts:
    """What `write_counts` has kept."""
    found = workspace.read("counts")
    return WordCounts(found["word"], found.numbers("count"), found.numbers("first_seen"))


def read_vocabulary(workspace: Workspace) -> Vocabulary:
    """The vocabulary that the driver has put into the workspace."""
    return Vocabulary(workspace.read("vocabulary")["word"])


def look_at_chunk(chunk: int, vocabulary: Vocabulary, source: WorkerSource) -> None:
    """Puts down how many ranks each review of a chunk has, and the highest of them."""
    found = [sequences.rank_facts(part.ranks) for part in source.ranked(chunk, vocabulary)]
    facts = {
        "length": np.concatenate([part.lengths for part in found]),
        "highest": np.concatenate([part.highest for part in found]),
    }
    source.workspace.write(f"facts-{chunk}", facts)


def encode_chunk(
    chunk: int,
    vocabulary: Vocabulary,
    source: WorkerSource,
    config: ImdbKerasConfig,
    limit: int | None,
) -> None:
    """Makes the records of a chunk, and puts them down part by part, each sorted by number."""
    rows = source.workspace.read(f"rows-{chunk}")
    numbers = rows.numbers("record")
    movies, duplicate_of = rows["movie"].to_pylist(), rows["duplicate_of"].to_pylist()
    parts: list[int] = []
    kept: list[int] = []
    sizes: list[int] = []
    digests: list[bytes] = []
    start = 0
    for i, part in enumerate(source.ranked(chunk, vocabulary)):
        place = slice(start, start + len(part.ids))
        start = place.stop
        in_part = numbers[place]
        part = replace(part, movies=movies[place], duplicate_of=duplicate_of[place])
        chosen = np.argsort(in_part)
        chosen = chosen[in_part[chosen] >= 0]
        ids = sequences.encode_ranks(part.ranks.take(chosen), config, limit)
        records = Records.of(part, Encoded(ids, chosen))
        examples = list(serialize(records))
        source.workspace.write_bytes(f"records-{chunk}-{i}", b"".join(examples))
        parts += [i] * len(examples)
        kept += in_part[chosen].tolist()
        sizes += [len(example) for example in examples]
        digests += record_digests(records)
    source.workspace.write(
        f"sums-{chunk}",
        {
            "part": pa.array(parts, pa.int64()),
            "record": pa.array(kept, pa.int64()),
            "size": pa.array(sizes, pa.int64()),
            "digest": pa.array(digests, pa.binary(32)),
        },
    )


def write_shard(task: Task, workspace: Workspace, writer: tfds.core.ExampleWriter) -> None:
    """Writes a shard."""
    path, chunks, start, stop = task
    records = _gather(chunks, start, stop, workspace)
    temporary = workspace.temporary()
    writer.write(os.fspath(temporary), enumerate(records))
    temporary.replace(path)


def _gather(chunks: list[int], start: int, stop: int, workspace: Workspace) -> Iterator[bytes]:
    """The records of a split from number `start` up to `stop`, out of the files of its chunks."""
    files: list[str] = []
    tables = []
    for chunk in chunks:
        found = workspace.read(f"sums-{chunk}")
        part, record, size = (found.numbers(column) for column in ("part", "record", "size"))
        for i in np.unique(part).tolist():
            in_part = part == i
            end = np.cumsum(size[in_part])
            begin = end - size[in_part]
            file = np.full(len(end), len(files))
            tables.append(np.stack([record[in_part], file, begin, end]))
            files.append(f"records-{chunk}-{i}")
    table = np.concatenate(tables, axis=1)
    table = table[:, (table[0] >= start) & (table[0] < stop)]
    table = table[:, np.argsort(table[0])]
    _, file, begin, end = table
    reach = np.cumsum(end - begin) // limits.CHUNK_SIZE
    bounds = [0, *(np.flatnonzero(np.diff(reach)) + 1).tolist(), len(reach)]
    for first, last in pairwise(bounds):
        gathered = [b""] * (last - first)
        for i in np.unique(file[first:last]).tolist():
            # Sorted by number in the file too, they stand there one behind the other.
            rows = np.flatnonzero(file[first:last] == i) + first
            origin = int(begin[rows[0]])
            content = workspace.read_bytes(files[i], origin, int(end[rows[-1]]))
            cuts = (rows - first, begin[rows] - origin, end[rows] - origin)
            for row, left, right in zip(*(cut.tolist() for cut in cuts), strict=True):
                gathered[row] = content[left:right]
        yield from gathered
