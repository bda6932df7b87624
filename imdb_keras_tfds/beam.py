"""Builds a dataset by Apache Beam: the same bytes as in one process, by any number of workers.

Each step is a pipeline. Workers get the numbers of chunks of reviews, or shards to write, and hand
on what they find in files of a workspace, which lies in the unfinished folder of the dataset and is
removed in the end:

1. stage, of a tar only: one worker cuts it into chunks;
2. count: chunks -> size and digest of each review; words with counts and first positions, merged;
3. look, with some `keras` settings only: chunks -> number of ranks and highest rank of each review;
4. encode: chunks -> records, and size and digest of each;
5. write: records of all chunks -> shards.

No worker holds more of the texts or records than a chunk, or 8 MiB of a shard: what goes from one
to another does not go through Beam, whose runners differ in what they keep in memory.
"""

import hashlib
import os
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any

import apache_beam as beam
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import tensorflow_datasets as tfds
from etils import epath
from numpy.typing import NDArray

from . import archive, corpus, sequences
from .archive import Checks, Reviews
from .config import ImdbKerasConfig
from .corpus import RankedReviews
from .errors import ImdbKerasError
from .integrity import ContentDigest, record_digest
from .ragged import Ragged
from .records import Records, cut_shards, serialize, split_info
from .release import SPLITS, Contents, Release
from .sequences import Encoded, RankFacts
from .tokenizer import tokenize
from .vocabulary import Vocabulary, WordCounts, count_words, merge, number_words

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
class Output:
    """Where a dataset goes, and in which form.

    Attributes:
      folder: of the dataset.
      templates: split -> TFDS's `ShardedFileTemplate`.
      writer: writes one shard.
      shard_config: TFDS's `ShardConfig`.
      max_records: of a split; None for all.
    """

    folder: epath.Path
    templates: Mapping[str, Any]
    writer: tfds.core.ExampleWriter
    shard_config: Any
    max_records: int | None


@dataclass(frozen=True, eq=False)
class Built:
    """What is to be told of a dataset whose shards are written.

    Attributes:
      vocabulary: the words by rank.
      contents: folder -> what the source held in it.
      limit: see `sequences.Encoding.limit`.
      splits: what TFDS keeps of each split.
      digests: split -> the digest of its records.
    """

    vocabulary: Vocabulary
    contents: Mapping[str, Contents]
    limit: int | None
    splits: list[tfds.core.SplitInfo]
    digests: Mapping[str, ContentDigest]


def build(
    path: epath.PathLike,
    release: Release | None,
    config: ImdbKerasConfig,
    output: Output,
    runner: Any = None,
    options: Any = None,
) -> Built:
    """Writes the shards of a dataset.

    Args:
      path: as for `archive.read`; workers must see it, as well as the folder of the output.
      release: as for `archive.read`.
      config: the settings.
      output: what is to be written.
      runner: of Beam, or its name; None for the one that the options name.
      options: Beam's `PipelineOptions`; None for the default.

    Raises:
      ImdbKerasError: see `archive.read`, `sequences.encode` and `records.write_split`.
      Exception: whatever the runner raises if a pipeline fails.
    """
    workspace = Workspace(_absolute(output.folder / "workspace"))
    source = _Source(_absolute(path), release, workspace)
    epath.Path(workspace.folder).mkdir()
    built = _Driver(source, config, output, runner, options).build()
    epath.Path(workspace.folder).rmtree()  # after a failure TFDS removes the folder around it
    return built


def _absolute(path: epath.PathLike) -> str:
    """A path as workers can use it, wherever they were started."""
    return os.path.abspath(path) if archive.is_local(path) else str(path)


@dataclass(frozen=True)
class Workspace:
    """The files by which steps hand on what they found: Arrow tables, and records.

    Attributes:
      folder: where they are.
    """

    folder: str

    def write(self, name: str, columns: Mapping[str, Any], **notes: str) -> None:
        """Writes a table, whole or not at all; a second one of that name replaces the first."""
        table = pa.table(dict(columns)).replace_schema_metadata(notes)
        sink = pa.BufferOutputStream()
        with pa.ipc.new_file(sink, table.schema) as writer:
            writer.write_table(table.combine_chunks())
        self.write_bytes(name, sink.getvalue().to_pybytes())

    def read(self, name: str) -> "Found":
        """The table of a name."""
        content = self._path(name).read_bytes()
        return Found(pa.ipc.open_file(pa.py_buffer(content)).read_all())

    def write_bytes(self, name: str, content: bytes) -> None:
        """Writes bytes, as `write` does a table."""
        temporary = self.temporary()
        temporary.write_bytes(content)
        temporary.replace(self._path(name))

    def read_bytes(self, name: str, start: int, stop: int) -> bytes:
        """A part of the bytes of a name."""
        with self._path(name).open("rb") as file:
            file.seek(start)
            content: bytes = file.read(stop - start)
            return content

    def temporary(self) -> epath.Path:
        """The path of a new file, which gets its name when it is whole."""
        return epath.Path(self.folder) / uuid.uuid4().hex

    def _path(self, name: str) -> epath.Path:
        return epath.Path(self.folder) / name


class Found:
    """A table of the workspace."""

    def __init__(self, table: pa.Table):
        self._table = table

    def __getitem__(self, column: str) -> Any:
        """A column, as an Arrow array."""
        return self._table[column].combine_chunks()

    def numbers(self, column: str) -> NDArray[Any]:
        """A column of numbers."""
        numbers: NDArray[Any] = self[column].to_numpy()
        return numbers

    def note(self, name: str) -> str:
        """What was noted beside the table; empty if nothing was."""
        notes: Mapping[bytes, bytes] = self._table.schema.metadata or {}
        return notes.get(name.encode(), b"").decode()


class _Driver:
    """One build. Of each review it knows no more than name, size, places and digests."""

    def __init__(
        self, source: "_Source", config: ImdbKerasConfig, output: Output, runner: Any, options: Any
    ):
        self._source = source
        self._workspace = source.workspace
        self._checks = Checks(source.path, source.release)
        self._config = config
        self._output = output
        self._runner = runner
        self._options = options

    def build(self) -> Built:
        """Takes all steps."""
        self._listing = listing = self._stage()
        vocabulary, contents = self._count()
        if sequences.needs_facts(self._config):
            self._look()
        reviews, limit = sequences.select(
            {split: len(places) for split, places in listing.splits.items()},
            self._config,
            self._facts,
        )
        # If an index does not fit in int32, this is the place to say so.
        highest = Ragged.from_rows([np.array([len(vocabulary)])], np.int32)
        sequences.encode_ranks(highest, self._config, limit)
        records = {split: rows[: self._output.max_records] for split, rows in reviews.items()}
        self._encode(records, limit)
        infos, digests = self._write(records)
        return Built(vocabulary, contents, limit, infos, digests)

    def _pipeline(self) -> Any:
        """A pipeline, to be ended by a shuffle.

        Beam's own runner sees that a worker has died only where it reads what the worker puts out;
        elsewhere it waits for ever.
        """
        return beam.Pipeline(runner=self._runner, options=self._options)

    def _chunks(self, pipeline: Any) -> Any:
        """The numbers of all chunks, spread over the workers."""
        chunks = list(range(len(self._listing.chunks)))
        return pipeline | "Chunks" >> beam.Create(chunks) | "Spread" >> beam.Reshuffle()

    def _vocabulary(self, pipeline: Any) -> Any:
        """The vocabulary as a side input."""
        words = pipeline | "Workspace" >> beam.Create([self._workspace])
        return beam.pvalue.AsSingleton(words | "Vocabulary" >> beam.Map(_read_vocabulary))

    def _read_all(self, name: str) -> list[Found]:
        """The tables of a name, one of each chunk."""
        return [self._workspace.read(f"{name}-{i}") for i in range(len(self._listing.chunks))]

    def _stage(self) -> "_Listing":
        """Cuts the reviews into chunks, and finds the place of each review."""
        if epath.Path(self._source.path).is_dir():
            folders = _stage_folder(self._source)
        else:
            with self._pipeline() as pipeline:
                _ = (
                    pipeline
                    | "Archive" >> beam.Create([self._source])
                    | "Stage" >> beam.Map(_stage_tar)
                    | "End" >> beam.Reshuffle()
                )
            staged = self._workspace.read("staged")
            _refuse(staged)
            folders = staged["folder"].to_pylist()
        if not folders:
            self._checks.contents({})  # which refuses it
        names = [self._workspace.read(f"names-{i}")["name"] for i in range(len(folders))]
        listing = _Listing.of(folders, names)
        for folder, places in listing.folders.items():
            in_order = listing.names[places.start : places.stop]
            for name in in_order[1:].filter(pc.equal(in_order[1:], in_order[:-1])):
                self._checks.refuse(f"'{folder}/{name}' is there twice")
        return listing

    def _count(self) -> tuple[Vocabulary, dict[str, Contents]]:
        """Reads and checks all reviews; returns the vocabulary and what the folders hold."""
        listing = self._listing
        for i, places in enumerate(listing.chunks):
            self._workspace.write(f"places-{i}", {"place": places})
        with self._pipeline() as pipeline:
            _ = (
                self._chunks(pipeline)
                | "Count" >> beam.FlatMap(_count_chunk, self._source)
                | "Merge" >> beam.CombineGlobally(MergeCounts()).without_defaults()
                | "Keep" >> beam.Map(_write_counts, self._workspace)
                | "End" >> beam.Reshuffle()
            )
        found = self._read_all("read")
        for chunk in found:
            _refuse(chunk)
        sizes = listing.by_place([chunk.numbers("size") for chunk in found])
        digests = listing.by_place([_digest_array(chunk) for chunk in found])
        contents = self._checks.contents(
            {
                folder: (
                    (listing.names[place].as_py(), int(sizes[place]), digests[place].tobytes())
                    for place in places
                )
                for folder, places in listing.folders.items()
            }
        )
        vocabulary = Vocabulary.from_counts(_read_counts(self._workspace))
        self._workspace.write("vocabulary", {"word": vocabulary.words})
        return vocabulary, contents

    def _look(self) -> None:
        """Finds what `sequences.select` asks for."""
        with self._pipeline() as pipeline:
            vocabulary = self._vocabulary(pipeline)
            _ = (
                self._chunks(pipeline)
                | "Look" >> beam.Map(_look_at_chunk, vocabulary, self._source)
                | "End" >> beam.Reshuffle()
            )
        found = self._read_all("facts")
        self._lengths = self._listing.by_place([chunk.numbers("length") for chunk in found])
        self._highest = self._listing.by_place([chunk.numbers("highest") for chunk in found])

    def _facts(self, split: str) -> RankFacts:
        places = self._listing.splits[split]
        part = slice(places.start, places.stop)
        return RankFacts(self._lengths[part], self._highest[part])

    def _encode(self, reviews: Mapping[str, NDArray[np.int64]], limit: int | None) -> None:
        """Makes the records.

        Args:
          reviews: split -> for each record the place of its review in the split.
          limit: see `sequences.Encoding.limit`.
        """
        record = np.full(len(self._listing.names), -1)
        for split, rows in reviews.items():
            record[self._listing.splits[split].start + rows] = np.arange(len(rows))
        for i, places in enumerate(self._listing.chunks):
            self._workspace.write(f"rows-{i}", {"record": record[places]})
        with self._pipeline() as pipeline:
            vocabulary = self._vocabulary(pipeline)
            _ = (
                self._chunks(pipeline)
                | "Encode" >> beam.Map(_encode_chunk, vocabulary, self._source, self._config, limit)
                | "End" >> beam.Reshuffle()
            )

    def _write(
        self, reviews: Mapping[str, NDArray[np.int64]]
    ) -> tuple[list[tfds.core.SplitInfo], dict[str, ContentDigest]]:
        """Writes the shards; the reviews are those of `_encode`."""
        tasks: list[Task] = []
        infos, digests = [], {}
        for split, rows in reviews.items():
            places = self._listing.splits[split]
            chunks = [i for i, held in enumerate(self._listing.chunks) if held[0] in places]
            found = [self._workspace.read(f"sums-{i}") for i in chunks]
            order = np.argsort(np.concatenate([chunk.numbers("record") for chunk in found]))
            digests[split] = ContentDigest()
            for digest in np.concatenate([_digest_array(chunk) for chunk in found])[order]:
                digests[split].update(digest.tobytes())
            size = sum(int(chunk.numbers("size").sum()) for chunk in found)
            template = self._output.templates[split]
            shards = cut_shards(len(rows), size, template, self._output.shard_config)
            tasks += [(_absolute(shard.path), chunks, shard.start, shard.stop) for shard in shards]
            infos.append(split_info(shards, size, template))
        with self._pipeline() as pipeline:
            _ = (
                pipeline
                | "Shards" >> beam.Create(tasks)
                | "Spread" >> beam.Reshuffle()
                | "Write" >> beam.Map(_write_shard, self._workspace, self._output.writer)
                | "End" >> beam.Reshuffle()
            )
        return infos, digests


@dataclass(frozen=True, eq=False)
class _Listing:
    """All reviews, chunk by chunk, and where they stand in canonical order, split by split.

    Attributes:
      chunks: for each chunk int64 `[reviews]`, ascending: the places of its reviews.
      names: of the files, by place.
      folders: folder -> the places of its reviews.
      splits: split -> the places of its reviews; none without any.
    """

    chunks: list[NDArray[np.int64]]
    names: Any
    folders: dict[str, range]
    splits: dict[str, range]

    @classmethod
    def of(cls, folders: list[str], names: list[Any]) -> "_Listing":
        """Sorts reviews; given are the folder of each chunk and the names in it."""
        lengths = [len(chunk) for chunk in names]
        in_order = [folder for split in SPLITS.values() for folder in split]
        folder = np.repeat([in_order.index(found) for found in folders], lengths).astype(np.int64)
        joined = pa.concat_arrays([pa.array([], pa.string()), *names])
        keys = [("folder", "ascending"), ("name", "ascending")]
        order = pc.sort_indices(pa.table({"folder": folder, "name": joined}), sort_keys=keys)
        places = np.empty(len(order), np.int64)
        places[order.to_numpy()] = np.arange(len(order))

        counts = np.bincount(folder, minlength=len(in_order)).tolist()
        starts = [0, *accumulate(counts)]
        ranges = {
            found: range(*bounds) for found, bounds in zip(in_order, pairwise(starts), strict=True)
        }
        splits = {
            split: range(ranges[found[0]].start, ranges[found[-1]].stop)
            for split, found in SPLITS.items()
        }
        return cls(
            chunks=[places[start:stop] for start, stop in pairwise([0, *accumulate(lengths)])],
            names=joined.take(order),
            folders=ranges,
            splits={split: places for split, places in splits.items() if places},
        )

    def by_place(self, chunks: list[NDArray[Any]]) -> NDArray[Any]:
        """Puts in canonical order what each chunk has to say of its reviews."""
        values = np.concatenate(chunks)
        ordered = np.empty_like(values)
        ordered[np.concatenate(self.chunks)] = values
        return ordered


def _refuse(found: Found) -> None:
    """Raises the error that a worker has noted."""
    if refused := found.note("refused"):
        raise ImdbKerasError(refused)


# What workers do. What is wrong with the reviews they note, since an error is for a runner a reason
# to try again, or to tell it wrapped in others.


@dataclass(frozen=True)
class _Source:
    """The reviews as workers see them.

    Attributes:
      path: as for `archive.read`, and so is the next.
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
            texts = (archive.read_file(f"{directory}/{name}") for name in names)
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
                    yield archive.join([(folder, part)])
                    part, size = {}, 0
        if part:
            yield archive.join([(folder, part)])

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


def _digest_array(found: Found) -> NDArray[np.uint8]:
    """The digests of a table, uint8 `[rows, 32]`."""
    return np.frombuffer(b"".join(found["digest"].to_pylist()), np.uint8).reshape(-1, 32)


def _stage_folder(source: _Source) -> list[str]:
    """Notes the names of the reviews, chunk by chunk; returns the folder of each chunk."""
    found: dict[str, list[str]] = defaultdict(list)
    directories = {}
    checks = Checks(source.path, source.release)
    for folder, name, file in archive.list_folder(source.path, checks):
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


def _stage_tar(source: _Source) -> None:
    """Cuts a tar into chunks."""
    stage = _Stage(source.workspace)
    try:
        archive.walk(source.path, Checks(source.path, source.release), stage.keep)
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
        """Takes the next review; see `archive.Keep`."""
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


def _count_chunk(chunk: int, source: _Source) -> Iterator[WordCounts]:
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


def _write_counts(counts: WordCounts, workspace: Workspace) -> None:
    columns = {"word": counts.words, "count": counts.counts, "first_seen": counts.first_seen}
    workspace.write("counts", columns)


def _read_counts(workspace: Workspace) -> WordCounts:
    found = workspace.read("counts")
    return WordCounts(found["word"], found.numbers("count"), found.numbers("first_seen"))


def _read_vocabulary(workspace: Workspace) -> Vocabulary:
    return Vocabulary(workspace.read("vocabulary")["word"])


def _look_at_chunk(chunk: int, vocabulary: Vocabulary, source: _Source) -> None:
    """Puts down how many ranks each review of a chunk has, and the highest of them."""
    found = [sequences.rank_facts(part.ranks) for part in source.ranked(chunk, vocabulary)]
    facts = {
        "length": np.concatenate([part.lengths for part in found]),
        "highest": np.concatenate([part.highest for part in found]),
    }
    source.workspace.write(f"facts-{chunk}", facts)


def _encode_chunk(
    chunk: int,
    vocabulary: Vocabulary,
    source: _Source,
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


def _write_shard(task: Task, workspace: Workspace, writer: tfds.core.ExampleWriter) -> None:
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
