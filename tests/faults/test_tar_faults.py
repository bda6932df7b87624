"""Tars that are cut, or have bits and blocks that are not theirs any more."""

import bisect
import gzip
import io
import pathlib
import random
import tarfile
from collections.abc import Mapping

import pytest

from imdb_keras_tfds.beam.chunks import WorkerSource
from imdb_keras_tfds.beam.staging import stage_tar
from imdb_keras_tfds.beam.workspace import Workspace
from imdb_keras_tfds.errors import ImdbKerasError
from imdb_keras_tfds.source import reading
from imdb_keras_tfds.source.release import Contents, Release
from tests.helpers.faults_report import RecordProperty, report
from tests.helpers.fuzz import fuzz_tries
from tests.helpers.layout import FILES, Files, release_of, tar_bytes
from tests.helpers.tars import END, member, pax

BLOCK = tarfile.BLOCKSIZE

REFUSED = "refused with a clear error"
REFUSED_OR_SAME = "refused with a clear error, or the same reviews where the bit means nothing"


def _reviews(number: int) -> Files:
    chance = random.Random(number)
    folders = {"train/pos": 9, "train/neg": 2, "test/pos": 7, "test/neg": 4, "train/unsup": 0}
    return {
        f"{folder}/{i}_{rating}.txt": f"Film {i}. ".encode() * chance.randrange(1, 200)
        for folder, rating in folders.items()
        for i in range(number // len(folders))
    }


MANY = _reviews(2_000)


@pytest.fixture(scope="module")
def tar() -> bytes:
    """A tar of 2,000 reviews."""
    return tar_bytes(MANY.items())


def members(tar: bytes) -> list[tarfile.TarInfo]:
    """The members of a tar that is whole."""
    with tarfile.open(fileobj=io.BytesIO(tar)) as file:
        return file.getmembers()


def found(path: pathlib.Path, release: Release | None) -> Mapping[str, Contents] | None:
    """What a tar holds, with a digest of all reviews; None if it is refused."""
    try:
        return reading.read(path, release).contents
    except ImdbKerasError as error:
        assert str(error).startswith(f"{path}: ")
        assert str(error).isprintable()
        return None


@pytest.mark.fuzz
def test_own_reviews_are_truncated(
    tar: bytes, tmp_path: pathlib.Path, record_property: RecordProperty
) -> None:
    path = tmp_path / "mine.tar"
    contents = release_of(MANY).contents
    chance = random.Random(1)
    all_members = members(tar)
    end = all_members[-1].offset_data + -(-all_members[-1].size // BLOCK) * BLOCK
    tried = 0
    for _ in range(fuzz_tries(25)):
        chosen = chance.choice(all_members[1:])
        behind = chosen.offset_data + chosen.size
        places = [
            chosen.offset,
            chosen.offset + chance.randrange(1, BLOCK),
            chosen.offset_data,
            chosen.offset_data + chance.randrange(chosen.size),
            behind,
            behind + chance.randrange(-behind % BLOCK + 1),
            end + chance.randrange(2 * BLOCK),
            chance.randrange(len(tar)),
            end + chance.randrange(2 * BLOCK, len(tar) - end + 1),
        ]
        for place in places:
            path.write_bytes(tar[:place])
            whole = place >= end + 2 * BLOCK  # with fewer zeros behind the end
            assert found(path, None) == (contents if whole else None)
            tried += 1
    report(
        record_property,
        "a tar of one's own reviews is truncated",
        tried,
        "refused with a clear error, or the same reviews where the end is there",
    )


@pytest.mark.fuzz
def test_a_flipped_bit_in_own_reviews(
    tar: bytes, tmp_path: pathlib.Path, record_property: RecordProperty
) -> None:
    path = tmp_path / "mine.tar"
    contents = release_of(MANY).contents
    all_members = members(tar)
    headers = [info.offset for info in all_members]
    chance = random.Random(2)
    tries = fuzz_tries(400)
    refused = 0
    for i in range(tries):
        place = (
            chance.choice(headers) + chance.randrange(BLOCK)
            if i % 2
            else chance.randrange(len(tar))
        )
        flipped = bytearray(tar)
        flipped[place] ^= 1 << chance.randrange(8)
        path.write_bytes(flipped)
        if (now := found(path, None)) is None:
            refused += 1
        elif now != contents:
            # Nothing in a tar tells a wrong byte of a text; all else is as it was.
            owner = all_members[bisect.bisect(headers, place) - 1]
            assert owner.offset_data <= place < owner.offset_data + owner.size
            name = owner.name.removeprefix("aclImdb/")
            text = bytes(flipped[owner.offset_data :][: owner.size])
            assert now == release_of(MANY | {name: text}).contents
    assert refused >= tries // 2 - tries // 20  # those in headers
    report(
        record_property,
        "a flipped bit in a tar of one's own reviews",
        tries,
        "refused with a clear error, or all reviews as they were, but for that bit of a text",
    )


@pytest.mark.fuzz
@pytest.mark.parametrize("release", [None, release_of(MANY)], ids=["own reviews", "release"])
def test_a_flipped_bit_of_a_header_below_an_intact_gzip(
    release: Release | None, tar: bytes, tmp_path: pathlib.Path, record_property: RecordProperty
) -> None:
    path = tmp_path / "some.tar.gz"
    contents = release_of(MANY).contents
    chance = random.Random(3)
    tries = fuzz_tries(100)
    headers = [info.offset for info in members(tar)]
    for _ in range(tries):
        flipped = bytearray(tar)
        flipped[chance.choice(headers) + chance.randrange(BLOCK)] ^= 1 << chance.randrange(8)
        path.write_bytes(gzip.compress(flipped, 1))
        assert found(path, release) in (None, contents)
    report(
        record_property,
        "a flipped bit in a header below an intact gzip",
        tries,
        REFUSED_OR_SAME,
    )


@pytest.mark.fuzz
@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_blocks_that_are_not_where_they_were(
    form: int, tmp_path: pathlib.Path, record_property: RecordProperty
) -> None:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=form) as packed:
        for i, (name, text) in enumerate(FILES.items()):
            info = tarfile.TarInfo(f"aclImdb/{name}")
            info.size, info.mtime = len(text), i + 0.5
            packed.addfile(info, io.BytesIO(text))
            if form != tarfile.USTAR_FORMAT:
                packed.addfile(tarfile.TarInfo(f"aclImdb/{i}{'x' * 120}"))
    blocks = [
        file.getvalue()[place : place + BLOCK] for place in range(0, len(file.getvalue()), BLOCK)
    ]
    release = release_of(FILES)
    path = tmp_path / "some.tar.gz"
    chance = random.Random(form)
    tries = fuzz_tries(200)
    for _ in range(tries):
        changed = list(blocks)
        one, other = (chance.randrange(len(blocks)) for _ in range(2))
        match chance.randrange(4):
            case 0:
                del changed[one]
            case 1:
                changed.insert(one, blocks[other])
            case 2:
                changed[one], changed[other] = blocks[other], blocks[one]
            case 3:
                changed[one] = chance.randbytes(BLOCK)
        path.write_bytes(gzip.compress(b"".join(changed), 1))
        assert found(path, release) in (None, release.contents)
        found(path, None)  # of which nothing is known beforehand: without another error
    report(
        record_property,
        "a block of a tar that is lost, doubled, exchanged or of random bytes",
        tries,
        "refused with a clear error, or the same reviews where the block means nothing",
    )


@pytest.mark.fuzz
def test_what_is_refused_is_refused_by_a_worker_of_beam_alike(
    tar: bytes, tmp_path: pathlib.Path, record_property: RecordProperty
) -> None:
    path = tmp_path / "mine.tar"
    chance = random.Random(4)
    tries = fuzz_tries(20)
    for i in range(tries):
        damaged = bytearray(tar[: chance.randrange(len(tar) // 2, len(tar) - 4 * BLOCK)])
        path.write_bytes(damaged)
        with pytest.raises(ImdbKerasError) as refusal:
            reading.read(path, None)
        workspace = Workspace(str(tmp_path / str(i)))
        pathlib.Path(workspace.folder).mkdir()
        stage_tar(WorkerSource(str(path), None, workspace, texts=False))
        assert workspace.read("staged").note("refused") == str(refusal.value)
    report(record_property, "a tar that Beam reads is truncated", tries, REFUSED)


@pytest.mark.parametrize("release", [None, release_of(FILES)], ids=["own reviews", "release"])
def test_long_pax_headers(
    release: Release | None, tmp_path: pathlib.Path, record_property: RecordProperty
) -> None:
    """For each of which the `tarfile` of Python 3.11 takes more than a second."""
    header = pax({f"{i}": "" for i in range(6_000)})
    content = b"".join(member(f"aclImdb/{name}", text) for name, text in FILES.items())
    path = tmp_path / "some.tar.gz"
    path.write_bytes(gzip.compress(content + (header + member("README", b"")) * 40 + END))
    assert found(path, release) == release_of(FILES).contents
    path.write_bytes(gzip.compress(content + header * 40 + member("README", b"") + END))
    assert found(path, release) is None
    report(record_property, "40 pax headers of 50 KB, of a file each", 1, "the same reviews")
    report(record_property, "40 pax headers of 50 KB, of one file", 1, REFUSED)
