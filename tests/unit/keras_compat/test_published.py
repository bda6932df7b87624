import dataclasses
import errno
import hashlib
import io
import json
import pathlib
import pickle
import pickletools
import re
import zipfile
import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import imdb_keras_tfds
from imdb_keras_tfds import ImdbKerasError
from imdb_keras_tfds.keras_compat import published
from imdb_keras_tfds.keras_compat.pickles import Write
from imdb_keras_tfds.keras_compat.published import KerasFile
from imdb_keras_tfds.ragged import Ragged
from imdb_keras_tfds.recipe.compact import CompactRanks
from imdb_keras_tfds.recipe.corpus import Corpus, RankedReviews
from imdb_keras_tfds.recipe.vocabulary import Vocabulary

JSON, REVIEWS_PICKLE, WORD_INDEX_PICKLE, NPZ = published.PUBLISHED

# Reviews on both sides of every border: one batch of cPickle is 1000 items, of the words of a
# review and of the reviews themselves; memo numbers above 255 are written otherwise.
LENGTHS = [0, 1, 2, 999, 1000, 1001, 2000, 2001, *(i % 3 for i in range(993))]

# Printed by CPython 2.7.18 (64 bit) and numpy 1.12.1 for the reviews of the fixture `borders`:
# MD5 of `cPickle.dumps(data, 0)`, and of the entries of what `numpy.savez_compressed` wrote.
RECORDED_REVIEWS_PICKLE = "a53d36856c22cc521cf843acefa71e8b"
RECORDED_ENTRIES = {
    "x_test.npy": "09bce649c1d032acdbeb29e548fd2a26",
    "x_train.npy": "3edebb38ed215bfbad14fc5d94a78d26",
    "y_train.npy": "29a9673e0be26d31bbf502961b3d9b23",
    "y_test.npy": "1931db7f0f90c9031f46e1988b9b33d7",
}

# Printed by the same: MD5 of `cPickle.dumps(d, 0)` for a dict filled with `WORDS` and their ranks.
RECORDED_WORD_INDEX_PICKLE = "fca9ef8e71a2b7fdf4c45fc31f9a5548"
WORDS = [
    *(b"the", b"and", b"a", b"don't", "Édouard".encode(), b"it's\"", b"back\\slash"),
    *(b"\x08", b"\xa0", b"\x7f\x10", b"'90s"),
    *(b"w%d" % i for i in range(300)),
]

Rows = Sequence[Sequence[int]]


def corpus_of(words: Sequence[bytes], train: Rows = (), test: Rows = ()) -> Corpus:
    def ranked(rows: Rows) -> RankedReviews:
        arrays = [np.array(row, np.int32) for row in rows]
        return RankedReviews(
            ids=[str(i) for i in range(len(rows))],
            ranks=CompactRanks.of(Ragged.from_rows(arrays, np.int32)),
            labels=np.arange(len(rows)) % 2,
            ratings=np.zeros(len(rows), np.int32),
            movies=[""] * len(rows),
            duplicate_of=[""] * len(rows),
        )

    vocabulary = Vocabulary(pa.array(words, pa.large_binary()))
    return Corpus(vocabulary, {"train": ranked(train), "test": ranked(test)}, {})


def rows_of(lengths: Sequence[int]) -> list[list[int]]:
    return [[(7919 * j + i) % 70_000 + 1 for j in range(n)] for i, n in enumerate(lengths)]


@pytest.fixture(scope="module")
def borders() -> Corpus:
    words = [b"w%d" % i for i in range(70_000)]
    return corpus_of(words, rows_of(LENGTHS), rows_of([5]))


def content(file: KerasFile, corpus: Corpus) -> bytes:
    written = io.BytesIO()
    file.write(corpus, written)
    return written.getvalue()


def md5(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def unpickled(data: bytes) -> Any:
    return pickle.loads(data, encoding="bytes")


def lists(corpus: Corpus, split: str) -> tuple[list[list[int]], list[int]]:
    reviews = corpus.splits[split]
    return [row.tolist() for row in reviews.ranks[:]], reviews.labels.tolist()


def test_the_four_files() -> None:
    assert [file.name for file in published.PUBLISHED] == [
        "imdb_word_index.json",
        "imdb_full.pkl",
        "imdb_word_index.pkl",
        "imdb.npz",
    ]
    for file in published.PUBLISHED:
        assert len(file.digest) == 2 * hashlib.new(file.algorithm).digest_size


@pytest.mark.parametrize("file", published.PUBLISHED, ids=lambda file: file.name)
def test_what_is_computed_is_the_hash_of_what_is_written(file: KerasFile, sample: Corpus) -> None:
    written = io.BytesIO()
    digest = file.write(sample, written)
    assert digest == hashlib.new(file.algorithm, written.getvalue()).hexdigest()
    assert digest == file.compute(sample)
    assert digest != file.digest


def test_the_package_has_no_use_for_pickle() -> None:
    for path in pathlib.Path(imdb_keras_tfds.__file__).parent.rglob("*.py"):
        assert not re.search(r"^\s*(import|from)\s+_?c?pickle", path.read_text(), re.M | re.I), path


def test_the_word_index_as_json(sample: Corpus) -> None:
    word_index = json.loads(content(JSON, sample))
    assert list(word_index.items()) == list(sample.vocabulary.word_index.items())


def test_the_pickled_word_index(sample: Corpus) -> None:
    words = sample.vocabulary.words.to_pylist()
    word_index = unpickled(content(WORD_INDEX_PICKLE, sample))
    assert word_index == {word: rank for rank, word in enumerate(words, start=1)}
    assert list(word_index) == [words[i] for i in sample.vocabulary.legacy_order]


def test_the_pickled_word_index_is_the_one_of_cpickle() -> None:
    data = content(WORD_INDEX_PICKLE, corpus_of(WORDS))
    assert md5(data) == RECORDED_WORD_INDEX_PICKLE
    assert unpickled(data) == {word: rank for rank, word in enumerate(WORDS, start=1)}


def test_the_pickled_reviews(sample: Corpus) -> None:
    data = content(REVIEWS_PICKLE, sample)
    pickletools.dis(data, io.StringIO())  # Raises if a memo number comes twice.
    assert unpickled(data) == (lists(sample, "train"), lists(sample, "test"))


def test_the_pickled_reviews_are_those_of_cpickle(borders: Corpus) -> None:
    assert REVIEWS_PICKLE.compute(borders) == RECORDED_REVIEWS_PICKLE


def load(data: bytes) -> dict[str, Any]:
    with np.load(io.BytesIO(data), allow_pickle=True, encoding="latin1") as arrays:
        return dict(arrays)


def test_the_arrays(sample: Corpus) -> None:
    arrays = load(content(NPZ, sample))
    for split in ("train", "test"):
        x, y = arrays[f"x_{split}"], arrays[f"y_{split}"]
        assert (x.dtype, x.shape, y.dtype) == (object, (48,), "<i8")
        assert (x.tolist(), y.tolist()) == lists(sample, split)


def test_the_arrays_are_those_of_numpy(borders: Corpus) -> None:
    with zipfile.ZipFile(io.BytesIO(content(NPZ, borders))) as archive:
        digests = {name: md5(archive.read(name)) for name in archive.namelist()}
    assert list(digests.items()) == list(RECORDED_ENTRIES.items())


def batches(array: bytes) -> tuple[list[list[tuple[str, int]]], list[str]]:
    """How the words of each review are appended, and how the reviews are."""
    opcodes = [opcode.name for opcode, *_ in pickletools.genops(array[80:])]
    words: list[list[tuple[str, int]]] = []
    reviews = []
    integers = 0
    for name in opcodes[opcodes.index("EMPTY_LIST") + 1 :]:
        if name == "EMPTY_LIST":
            words.append([])
        elif name.startswith("BININT"):
            integers += 1
        elif name in ("APPEND", "APPENDS"):
            if integers:
                words[-1].append((name, integers))
            else:
                reviews.append(name)
            integers = 0
    return words, reviews


def test_the_arrays_are_pickled_in_batches(borders: Corpus) -> None:
    with zipfile.ZipFile(io.BytesIO(content(NPZ, borders))) as archive:
        words, reviews = batches(archive.read("x_train.npy"))
        assert batches(archive.read("x_test.npy")) == ([[("APPENDS", 5)]], ["APPEND"])
    assert words[:8] == [
        [],
        [("APPEND", 1)],
        [("APPENDS", 2)],
        [("APPENDS", 999)],
        [("APPENDS", 1000)],
        [("APPENDS", 1000), ("APPEND", 1)],
        [("APPENDS", 1000)] * 2,
        [("APPENDS", 1000), ("APPENDS", 1000), ("APPEND", 1)],
    ]
    assert reviews == ["APPENDS", "APPEND"]


def test_the_zip_around_the_arrays(sample: Corpus) -> None:
    data = content(NPZ, sample)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = archive.infolist()
        assert archive.testzip() is None
        assert archive.comment == b""
    assert [(entry.filename, entry.date_time) for entry in entries] == [
        ("x_test.npy", (2017, 2, 18, 14, 55, 50)),
        ("x_train.npy", (2017, 2, 18, 14, 55, 52)),
        ("y_train.npy", (2017, 2, 18, 14, 55, 54)),
        ("y_test.npy", (2017, 2, 18, 14, 55, 54)),
    ]
    for entry in entries:
        assert entry.compress_type == zipfile.ZIP_DEFLATED
        assert (entry.create_system, entry.create_version, entry.extract_version) == (3, 20, 20)
        assert (entry.flag_bits, entry.internal_attr, entry.volume) == (0, 0, 0)
        assert entry.external_attr == 0x81800000
        assert (entry.extra, entry.comment) == (b"", b"")
        # The header before the data holds the sizes too, and no extra field.
        header = data[entry.header_offset :][: 30 + len(entry.filename)]
        sizes = [entry.CRC, entry.compress_size, entry.file_size]
        assert header[14:26] == b"".join(size.to_bytes(4, "little") for size in sizes)
        assert header[28:] == b"\0\0" + entry.filename.encode()


reviews_of_ranks = st.lists(st.lists(st.integers(1, 300), max_size=5), max_size=5)


@given(reviews_of_ranks, reviews_of_ranks)
def test_any_reviews(train: Rows, test: Rows) -> None:
    corpus = corpus_of([b"w%d" % i for i in range(300)], train, test)
    expected = lists(corpus, "train"), lists(corpus, "test")
    assert unpickled(content(REVIEWS_PICKLE, corpus)) == expected
    arrays = load(content(NPZ, corpus))
    for split, (x, y) in zip(("train", "test"), expected, strict=True):
        assert arrays[f"x_{split}"].shape == (len(x),)
        assert arrays[f"x_{split}"].tolist() == x
        assert arrays[f"y_{split}"].tolist() == y


def test_no_words() -> None:
    corpus = corpus_of([])
    assert content(WORD_INDEX_PICKLE, corpus) == b"(dp1\n."
    assert content(JSON, corpus) == b"{}"


@pytest.fixture(scope="module")
def of_the_sample(sample: Corpus) -> tuple[KerasFile, ...]:
    """The files with the hashes of the sample."""
    return tuple(
        dataclasses.replace(file, digest=file.compute(sample)) for file in published.PUBLISHED
    )


@pytest.fixture
def _published_of_the_sample(
    of_the_sample: tuple[KerasFile, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(published, "PUBLISHED", of_the_sample)


NAMES = ["imdb.npz", "imdb_word_index.json"]


def files_below(folder: pathlib.Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if not path.is_dir())


@pytest.mark.usefixtures("_published_of_the_sample")
class TestExport:
    def test_into_a_fresh_folder(self, sample: Corpus, tmp_path: pathlib.Path) -> None:
        home = tmp_path / "not" / "there"
        paths = published.export(sample, home)
        assert sorted(paths) == [home / "datasets" / name for name in NAMES]
        assert files_below(tmp_path) == NAMES
        assert (home / "datasets" / "imdb.npz").read_bytes() == content(NPZ, sample)
        assert (home / "datasets" / "imdb_word_index.json").read_bytes() == content(JSON, sample)

    def test_a_file_is_as_readable_as_any_other(
        self, sample: Corpus, tmp_path: pathlib.Path
    ) -> None:
        (tmp_path / "other").touch()
        for path in published.export(sample, str(tmp_path)):
            assert path.stat().st_mode == (tmp_path / "other").stat().st_mode

    @pytest.mark.parametrize("force", [False, True])
    def test_what_is_there_already_is_left_alone(
        self, force: bool, sample: Corpus, tmp_path: pathlib.Path
    ) -> None:
        paths = published.export(sample, tmp_path)
        before = [path.stat() for path in paths]
        assert published.export(sample, tmp_path, force=force) == paths
        after = [path.stat() for path in paths]
        for one, other in zip(before, after, strict=True):
            assert (one.st_mtime_ns, one.st_ino) == (other.st_mtime_ns, other.st_ino)

    def test_only_what_is_missing_is_written(self, sample: Corpus, tmp_path: pathlib.Path) -> None:
        npz, word_index = sorted(published.export(sample, tmp_path))
        before = npz.stat()
        word_index.unlink()
        published.export(sample, tmp_path)
        assert (npz.stat().st_mtime_ns, npz.stat().st_ino) == (before.st_mtime_ns, before.st_ino)
        assert files_below(tmp_path) == NAMES

    @pytest.mark.parametrize("name", NAMES)
    def test_another_content_is_kept_unless_forced(
        self, name: str, sample: Corpus, tmp_path: pathlib.Path
    ) -> None:
        path = tmp_path / "datasets" / name
        path.parent.mkdir()
        path.write_text("precious")
        with pytest.raises(ImdbKerasError, match=r"another content .* --force") as error:
            published.export(sample, tmp_path)
        assert str(error.value).startswith(f"{path}: ")
        assert files_below(tmp_path) == [name]
        assert path.read_text() == "precious"

        assert path in published.export(sample, tmp_path, force=True)
        assert files_below(tmp_path) == NAMES
        assert path.read_bytes() == content(NPZ if name == "imdb.npz" else JSON, sample)

    def test_a_file_that_compresses_differently_is_refused(
        self, sample: Corpus, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        compressobj = zlib.compressobj
        monkeypatch.setattr(zlib, "compressobj", lambda _, *rest: compressobj(1, *rest))
        with pytest.raises(ImdbKerasError, match="compresses differently") as error:
            published.export(sample, tmp_path)
        assert f"this Python's zlib {zlib.ZLIB_RUNTIME_VERSION} " in str(error.value)
        assert "\n" not in str(error.value)
        assert files_below(tmp_path) == []

    def test_other_words_are_refused(self, tmp_path: pathlib.Path) -> None:
        with pytest.raises(ImdbKerasError, match=r"json: these reviews give another file"):
            published.export(corpus_of([b"other"]), tmp_path)
        assert files_below(tmp_path) == []

    def test_other_reviews_are_not_blamed_on_zlib(
        self, sample: Corpus, tmp_path: pathlib.Path
    ) -> None:
        splits = {"train": sample.splits["train"], "test": sample.splits["train"]}
        with pytest.raises(ImdbKerasError, match=r"npz: these reviews give another file"):
            published.export(dataclasses.replace(sample, splits=splits), tmp_path)
        assert files_below(tmp_path) == []

    def test_a_refused_file_leaves_the_old_ones(
        self, sample: Corpus, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        folder = tmp_path / "datasets"
        folder.mkdir()
        for name in NAMES:
            (folder / name).write_text("old")
        compressobj = zlib.compressobj
        monkeypatch.setattr(zlib, "compressobj", lambda _, *rest: compressobj(1, *rest))
        with pytest.raises(ImdbKerasError, match="zlib"):
            published.export(sample, tmp_path, force=True)
        assert files_below(tmp_path) == NAMES
        assert [(folder / name).read_text() for name in NAMES] == ["old", "old"]

    @pytest.mark.parametrize("file", ["home", "home/datasets"])
    @pytest.mark.parametrize("force", [False, True])
    def test_a_file_in_the_place_of_a_folder(
        self, file: str, force: bool, sample: Corpus, tmp_path: pathlib.Path
    ) -> None:
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_text("precious")
        with pytest.raises(ImdbKerasError, match=r"cannot be written .* --keras-home$") as error:
            published.export(sample, tmp_path / "home", force=force)
        assert str(error.value).startswith(f"{tmp_path / 'home' / 'datasets'}: ")
        assert (tmp_path / file).read_text() == "precious"

    @pytest.mark.parametrize("force", [False, True])
    def test_a_folder_in_the_place_of_a_file(
        self, force: bool, sample: Corpus, tmp_path: pathlib.Path
    ) -> None:
        path = tmp_path / "datasets" / "imdb.npz"
        path.mkdir(parents=True)
        with pytest.raises(ImdbKerasError, match=r"npz: cannot be read .*; move it away$"):
            published.export(sample, tmp_path, force=force)
        assert files_below(tmp_path) == []

    @pytest.mark.parametrize("place", ["mkdir", "open", "replace"])
    def test_a_folder_that_cannot_be_written_to(
        self, place: str, sample: Corpus, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # Root may write anywhere, so a read-only folder would be none for every reader of this.
        real = getattr(pathlib.Path, place)

        def refuse(path: pathlib.Path, *arguments: Any, **options: Any) -> Any:
            if arguments == ("rb",):
                return real(path, *arguments, **options)
            raise PermissionError(errno.EACCES, "Permission denied", str(path))

        monkeypatch.setattr(pathlib.Path, place, refuse)
        with pytest.raises(ImdbKerasError, match=r"cannot be written there \(Permission denied\)"):
            published.export(sample, tmp_path)
        assert files_below(tmp_path) == []

    @pytest.mark.parametrize("failing", NAMES)
    @pytest.mark.parametrize(
        ("failure", "reported"),
        [
            (OSError(errno.ENOSPC, "No space left on device"), ImdbKerasError),
            (KeyboardInterrupt(), KeyboardInterrupt),
        ],
    )
    def test_an_interrupted_file_is_not_left_behind(
        self,
        failing: str,
        failure: BaseException,
        reported: type[BaseException],
        sample: Corpus,
        tmp_path: pathlib.Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        def interrupted(corpus: Corpus, write: Write) -> None:
            write(b"half a file")
            raise failure

        files = [
            dataclasses.replace(file, writer=interrupted) if file.name == failing else file
            for file in published.PUBLISHED
        ]
        monkeypatch.setattr(published, "PUBLISHED", tuple(files))
        with pytest.raises(reported):
            published.export(sample, tmp_path)
        assert files_below(tmp_path) == []
