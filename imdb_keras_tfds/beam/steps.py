"""What workers do: read chunks of reviews, count, encode, and write shards.

What is wrong with the reviews they note in the workspace, since an error is for a runner a reason
to try again, or to tell it wrapped in others.

Usage:

    beam.Create(range(8)) | beam.FlatMap(count_chunk, source)
"""

import os
from collections.abc import Iterable, Iterator
from itertools import groupby, pairwise

import apache_beam as beam
import numpy as np
import pyarrow as pa
import tensorflow_datasets as tfds

from ..config import ImdbKerasConfig
from ..errors import ImdbKerasError
from ..recipe import sequences
from ..recipe.corpus import RankedReviews
from ..recipe.sequences import Encoded
from ..recipe.vocabulary import Vocabulary, WordCounts, count_words, merge, number_words
from ..source.release import FOLDERS, SPLITS
from ..storage.digests import record_digests
from ..storage.records import Records
from ..storage.wire import serialize
from . import chunks as limits
from .chunks import RankedPart, WorkerSource
from .workspace import Found, Workspace

_COUNTS_AT_ONCE = 8
"""So many partial counts are merged by one call."""

Task = tuple[str, str]
"""A shard to be written: its path, and the name of the table of its records."""


def count_chunk(chunk: int, source: WorkerSource) -> Iterator[WordCounts]:
    """Reads a chunk: what was found goes to the workspace, the words of training reviews on."""
    is_training = source.workspace.read(f"names-{chunk}").note("folder") in SPLITS["train"]
    places = source.workspace.read(f"places-{chunk}").numbers("place")
    sizes: list[int] = []
    digests: list[bytes] = []
    parts: list[int] = []
    words: list[int] = []
    distinct = 0
    try:
        for i, part in enumerate(source.parts(chunk)):
            numbered = number_words(part.texts)
            source.keep(chunk, i, numbered)
            if is_training:
                yield count_words(numbered).moved(places[len(sizes) :])
            sizes += part.texts.lengths.tolist()
            digests += part.digests
            parts += [i] * len(part.names)
            words += np.diff(numbered.row_splits).tolist()
            distinct += len(numbered.words)
    except ImdbKerasError as error:
        source.workspace.write(f"read-{chunk}", {}, refused=str(error))
    else:
        read = {
            "size": pa.array(sizes, pa.int64()),
            "digest": pa.array(digests, pa.binary(32)),
            "part": pa.array(parts, pa.int64()),
            "words": pa.array(words, pa.int64()),
        }
        source.workspace.write(f"read-{chunk}", read, distinct=str(distinct))


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


def look_at_chunks(chunks: list[int], source: WorkerSource) -> None:
    """Puts down how many ranks each review of some chunks has, and the highest of them."""
    for chunk, parts in _ranked(chunks, source):
        found = [sequences.rank_facts(part.ranks) for part in parts]
        facts = {
            "length": np.concatenate([part.lengths for part in found]),
            "highest": np.concatenate([part.highest for part in found]),
        }
        source.workspace.write(f"facts-{chunk}", facts)


def _ranked(chunks: list[int], source: WorkerSource) -> Iterator[tuple[int, Iterator[RankedPart]]]:
    vocabulary = Vocabulary(source.workspace.read("vocabulary")["word"])
    return groupby(source.ranked(chunks, vocabulary), key=lambda part: part.chunk)


def encode_chunks(
    chunks: list[int], source: WorkerSource, config: ImdbKerasConfig, limit: int | None
) -> None:
    """Makes the records of some chunks, and puts them down part by part, each sorted by number."""
    for chunk, parts in _ranked(chunks, source):
        rows, names = (source.workspace.read(f"{name}-{chunk}") for name in ("rows", "names"))
        sums = []
        for part in parts:
            place = slice(part.first, part.first + len(part.ranks))
            numbers = rows.numbers("record")[place]
            chosen = np.argsort(numbers)
            chosen = chosen[numbers[chosen] >= 0]
            ids = sequences.encode_ranks(part.ranks.take(chosen), config, limit)
            records = Records.of(_reviews(part, names, rows, place), Encoded(ids, chosen))
            examples = serialize(records)
            source.workspace.write_bytes(f"records-{chunk}-{part.number}", b"".join(examples))
            sizes = np.array([len(example) for example in examples], np.int64)
            sums.append(
                pa.table(
                    {
                        "part": np.full(len(sizes), part.number),
                        "record": numbers[chosen],
                        "begin": np.cumsum(sizes) - sizes,
                        "size": sizes,
                        "digest": pa.array(record_digests(records), pa.binary(32)),
                    }
                )
            )
        source.workspace.write(f"sums-{chunk}", pa.concat_tables(sums))


def _reviews(part: RankedPart, names: Found, rows: Found, place: slice) -> RankedReviews:
    """The reviews of a part, with what their names say, and what the driver has found."""
    folder = names.note("folder")
    stems = [name.removesuffix(".txt") for name in names["name"][place].to_pylist()]
    return RankedReviews(
        ids=[f"{folder}/{stem}" for stem in stems],
        ranks=part.ranks,
        labels=np.full(len(stems), FOLDERS[folder].label, np.int64),
        ratings=np.array([int(stem.rpartition("_")[2]) for stem in stems], np.int32),
        movies=rows["movie"][place].to_pylist(),
        duplicate_of=rows["duplicate_of"][place].to_pylist(),
        texts=part.texts,
    )


def write_shard(task: Task, workspace: Workspace, writer: tfds.core.ExampleWriter) -> None:
    """Writes a shard."""
    path, name = task
    temporary = workspace.temporary()
    writer.write(os.fspath(temporary), enumerate(_gather(name, workspace)))
    temporary.replace(path)


def _gather(name: str, workspace: Workspace) -> Iterator[bytes]:
    """The records that a table names, one by one, out of the files of their chunks."""
    found = workspace.read(name)
    chunk, part, begin, size = (found.numbers(it) for it in ("chunk", "part", "begin", "size"))
    end = begin + size
    reach = np.cumsum(size) // limits.CHUNK_SIZE
    bounds = [0, *(np.flatnonzero(np.diff(reach)) + 1).tolist(), len(reach)]
    for first, last in pairwise(bounds):
        gathered = [b""] * (last - first)
        # Sorted by number in the file too, they stand there one behind the other.
        order = np.lexsort((begin[first:last], part[first:last], chunk[first:last])) + first
        is_other = (np.diff(chunk[order]) != 0) | (np.diff(part[order]) != 0)
        for rows in np.split(order, np.flatnonzero(is_other) + 1):
            origin = int(begin[rows[0]])
            content = workspace.read_bytes(
                f"records-{chunk[rows[0]]}-{part[rows[0]]}", origin, int(end[rows[-1]])
            )
            cuts = (rows - first, begin[rows] - origin, end[rows] - origin)
            for row, left, right in zip(*(cut.tolist() for cut in cuts), strict=True):
                gathered[row] = content[left:right]
        yield from gathered
