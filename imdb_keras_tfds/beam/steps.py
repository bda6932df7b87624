"""What workers do: read chunks of reviews, count, encode, and write shards.

What is wrong with the reviews they note in the workspace, since an error is for a runner a reason
to try again, or to tell it wrapped in others.

Usage:

    beam.Create(range(8)) | beam.FlatMap(count_chunk, source)
"""

import hashlib
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import apache_beam as beam
import numpy as np
import pyarrow as pa
import tensorflow_datasets as tfds
from numpy.typing import NDArray

from ..config import ImdbKerasConfig
from ..errors import ImdbKerasError
from ..recipe import corpus, sequences
from ..recipe.corpus import RankedReviews
from ..recipe.sequences import Encoded
from ..recipe.tokenizer import tokenize
from ..recipe.vocabulary import Vocabulary, WordCounts, count_words, merge, number_words
from ..source import reading, reviews
from ..source.checks import Checks
from ..source.folder import list_folder, read_file
from ..source.release import SPLITS, Release
from ..source.reviews import Reviews
from ..storage.digests import record_digest
from ..storage.records import Records
from ..storage.wire import serialize
from .workspace import Found, Workspace

CHUNK_REVIEWS = 2_000
"""Reviews of a chunk at most."""

CHUNK_SIZE = 8 << 20
"""Bytes of text or records that a worker takes at a time."""

_COUNTS_AT_ONCE = 8
"""So many partial counts are merged by one call."""

Task = tuple[str, list[int], int, int]
"""A shard to be written: its path, the chunks of its split, its first record and the one behind its
last."""


@dataclass(frozen=True)
class WorkerSource:
    """The reviews as workers see them.

    Attributes:
      path: as for `reading.read`, and so is the next.
      release: see there.
      workspace: has the names of each chunk, and the texts of a tar.
    """

    path: str
    release: Release | None
    workspace: Workspace

    def parts(self, chunk: int) -> Iterator[Reviews]:
        """The reviews of a chunk, some at a time, in ascending order of their names."""
        listed = self.workspace.read(f"names-{chunk}")
        folder, directory = listed.note("folder"), listed.note("directory")
        names = listed["name"].to_pylist()
        texts: Iterator[bytes]
        if directory:
            texts = (read_file(f"{directory}/{name}") for name in names)
        else:
            texts = (text.as_py() for text in self.workspace.read(f"texts-{chunk}")["text"])
        checks = Checks(self.path, self.release)
        part: dict[str, bytes] = {}
        size = 0
        with checks.readable():
            for name, text in zip(names, texts, strict=True):
                checks.size(folder, name, len(text))
                part[name] = text
                size += len(text)
                if size >= CHUNK_SIZE:
                    yield reviews.join([(folder, part)])
                    part, size = {}, 0
        if part:
            yield reviews.join([(folder, part)])

    def ranked(self, chunk: int, vocabulary: Vocabulary) -> Iterator[RankedReviews]:
        """The same reviews as ranks.

        Raises:
          ImdbKerasError: a review is not what it was when it was counted.
        """
        counted = self.workspace.read(f"read-{chunk}")["digest"].to_pylist()
        place = 0
        for part in self.parts(chunk):
            if _digests(part) != counted[place : place + len(part)]:
                raise ImdbKerasError(f"{self.path}: reviews were changed while they were read")
            place += len(part)
            numbered = number_words(tokenize(part.texts))
            ranks = corpus.rank(vocabulary.ranks(numbered.words), numbered)
            yield RankedReviews(part.ids, ranks, part.labels, part.ratings)


def _digests(reviews: Reviews) -> list[bytes]:
    return [hashlib.sha256(text.tobytes()).digest() for text in reviews.texts]


def digest_array(found: Found) -> NDArray[np.uint8]:
    """The digests of a table, uint8 `[rows, 32]`."""
    return np.frombuffer(b"".join(found["digest"].to_pylist()), np.uint8).reshape(-1, 32)


def stage_folder(source: WorkerSource) -> list[str]:
    """Notes the names of the reviews, chunk by chunk; returns the folder of each chunk."""
    found: dict[str, list[str]] = defaultdict(list)
    directories = {}
    checks = Checks(source.path, source.release)
    for folder, name, file in list_folder(source.path, checks):
        found[folder].append(name)
        directories[folder] = os.path.dirname(file)
    chunks: list[str] = []
    for folder, names in found.items():
        names.sort()
        for start in range(0, len(names), CHUNK_REVIEWS):
            source.workspace.write(
                f"names-{len(chunks)}",
                {"name": pa.array(names[start : start + CHUNK_REVIEWS], pa.string())},
                folder=folder,
                directory=directories[folder],
            )
            chunks.append(folder)
    return chunks


def stage_tar(source: WorkerSource) -> None:
    """Cuts a tar into chunks."""
    stage = _Stage(source.workspace)
    try:
        reading.walk(source.path, Checks(source.path, source.release), stage.keep)
    except ImdbKerasError as error:
        source.workspace.write("staged", {}, refused=str(error))
    else:
        stage.finish()


class _Stage:
    """Writes chunks of reviews as they come out of a tar."""

    def __init__(self, workspace: Workspace):
        self._workspace = workspace
        self._folders: list[str] = []
        self._texts: dict[str, list[tuple[str, bytes]]] = defaultdict(list)
        self._sizes: dict[str, int] = defaultdict(int)

    def keep(self, folder: str, name: str, text: bytes) -> None:
        """Takes the next review; see `reviews.Keep`."""
        self._texts[folder].append((name, text))
        self._sizes[folder] += len(text)
        if len(self._texts[folder]) == CHUNK_REVIEWS or self._sizes[folder] >= CHUNK_SIZE:
            self._write(folder)

    def finish(self) -> None:
        """Writes what is left, and the folder of each chunk."""
        for folder in list(self._texts):
            self._write(folder)
        self._workspace.write("staged", {"folder": pa.array(self._folders, pa.string())})

    def _write(self, folder: str) -> None:
        del self._sizes[folder]
        reviews = sorted(self._texts.pop(folder))
        names = pa.array([name for name, _ in reviews], pa.string())
        texts = pa.array([text for _, text in reviews], pa.large_binary())
        chunk = len(self._folders)
        try:
            self._workspace.write(f"names-{chunk}", {"name": names}, folder=folder)
            self._workspace.write(f"texts-{chunk}", {"text": texts})
        except OSError as error:
            # Where an archive is read, an OSError says that it cannot be.
            raise RuntimeError(f"{self._workspace.folder}: {error}") from error
        self._folders.append(folder)


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
            digests += _digests(part)
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
    numbers = source.workspace.read(f"rows-{chunk}").numbers("record")
    parts: list[int] = []
    kept: list[int] = []
    sizes: list[int] = []
    digests: list[bytes] = []
    start = 0
    for i, part in enumerate(source.ranked(chunk, vocabulary)):
        in_part = numbers[start : start + len(part.ids)]
        start += len(part.ids)
        chosen = np.argsort(in_part)
        chosen = chosen[in_part[chosen] >= 0]
        ids = sequences.encode_ranks(part.ranks.take(chosen), config, limit)
        records = Records.of(part, Encoded(ids, chosen))
        examples = list(serialize(records))
        source.workspace.write_bytes(f"records-{chunk}-{i}", b"".join(examples))
        parts += [i] * len(examples)
        kept += in_part[chosen].tolist()
        sizes += [len(example) for example in examples]
        digests += [record_digest(*fields) for fields in records]
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
    reach = np.cumsum(end - begin) // CHUNK_SIZE
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
