import gzip
import hashlib
import pathlib
import random
import tarfile
from typing import Any

import numpy as np
import pytest
from etils import epath

from imdb_keras_tfds.errors import ImdbKerasError
from imdb_keras_tfds.source import checks, reading
from imdb_keras_tfds.source.reviews import Review, Source
from tests.helpers.layout import (
    FILES,
    Files,
    bucket,
    release_of,
    tar_bytes,
    write_folder,
    write_tar,
)

RELEASE = release_of(FILES)


def all_reviews(source: Source) -> dict[str, list[Review]]:
    return {
        split: [reviews[i] for i in range(len(reviews))] for split, reviews in source.splits.items()
    }


@pytest.fixture
def whole(tmp_path: pathlib.Path) -> pathlib.Path:
    return write_tar(tmp_path / "whole.tar.gz", FILES.items())


def test_reviews_come_in_canonical_order(whole: pathlib.Path) -> None:
    source = reading.read(whole, RELEASE)
    assert source.splits["train"].ids == [
        "train/pos/0_9",
        "train/pos/10_8",
        "train/pos/1_10",
        "train/neg/0_1",
        "train/neg/2_4",
    ]
    assert source.splits["train"][1] == Review(
        "train/pos/10_8", b"Great fun.<br />Don't miss it.", 1, 8
    )
    assert source.splits["train"][4] == Review("train/neg/2_4", b"", 0, 4)
    assert source.splits["unsupervised"][0] == Review("train/unsup/0_0", b"A film.", -1, 0)
    assert source.splits["test"].labels.dtype == np.int64
    assert source.splits["test"].ratings.tolist() == [7, 3]
    assert source.contents == RELEASE.contents


def test_what_the_order_and_the_form_of_the_archive_are_makes_no_difference(
    whole: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    shuffled = list(FILES.items())
    random.Random(1).shuffle(shuffled)
    others = [("README", b"read me"), ("train/unsupBow.feat", b"0:1")]
    variants = [
        write_tar(tmp_path / "shuffled.tar.gz", others + shuffled),
        write_tar(tmp_path / "dotted.tar.gz", FILES.items(), root="./aclImdb/"),
        write_tar(tmp_path / "bare.tar.gz", FILES.items(), root=""),
        write_folder(tmp_path / "root", FILES),
        write_folder(tmp_path / "parent" / "aclImdb", FILES).parent,
    ]
    expected = all_reviews(reading.read(whole, RELEASE))
    for variant in variants:
        assert all_reviews(reading.read(variant, RELEASE)) == expected


def test_a_bucket(tmp_path: pathlib.Path) -> None:
    expected = reading.read(write_folder(tmp_path / "folder", FILES), RELEASE)
    write_tar(tmp_path / "some.tar.gz", FILES.items())
    with bucket(tmp_path) as url:
        for name in ("folder", "some.tar.gz"):
            found = reading.read(f"{url}/{name}", RELEASE)
            assert all_reviews(found) == all_reviews(expected)
        with pytest.raises(ImdbKerasError, match="gs://bucket/nowhere: cannot be read") as refusal:
            reading.read(f"{url}/nowhere", RELEASE)
        assert "\n" not in str(refusal.value)


class TestOwnReviews:
    """Reviews in the layout of the release, of which nothing is known beforehand."""

    def test_any_number_of_them(self, tmp_path: pathlib.Path) -> None:
        expected = all_reviews(reading.read(write_folder(tmp_path / "mine", FILES), RELEASE))
        gzipped = write_tar(tmp_path / "mine.tar.gz", FILES.items())
        plain = tmp_path / "mine.tar"
        plain.write_bytes(tar_bytes(FILES.items()))
        for path in (tmp_path / "mine", gzipped, plain):
            source = reading.read(path, None)
            assert all_reviews(source) == expected
            assert source.contents == RELEASE.contents
            if path.is_file():
                assert source.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()

    def test_folders_may_be_missing(self, tmp_path: pathlib.Path) -> None:
        training = {name: text for name, text in FILES.items() if "train/" in name}
        source = reading.read(write_folder(tmp_path / "training", training), None)
        assert list(source.splits) == ["train", "unsupervised"]
        assert list(source.contents) == ["train/pos", "train/neg", "train/unsup"]
        positive = {name: text for name, text in FILES.items() if "/pos/" in name}
        source = reading.read(write_tar(tmp_path / "positive.tar.gz", positive.items()), None)
        assert {split: set(found.labels) for split, found in source.splits.items()} == {
            "train": {1},
            "test": {1},
        }

    @pytest.mark.parametrize("case", ["a folder", "a tar"])
    @pytest.mark.parametrize(
        ("files", "message"),
        [
            ({"test/pos/0_7.txt": b""}, "there is no review in train/pos or train/neg"),
            ({"README": b""}, "there is no review in train/pos or train/neg"),
            ({"train/pos/0_3.txt": b""}, "is not named <n>_<rating>.txt with a rating from 7"),
            ({"train/pos/0_9.md": b""}, "is not named <n>_<rating>.txt"),
            ({"train/pos/0_9.txt": b"a" * ((1 << 20) + 1)}, "has more than 1,048,576 bytes"),
        ],
    )
    def test_what_is_wrong_is_refused_by_name(
        self, case: str, files: Files, message: str, tmp_path: pathlib.Path
    ) -> None:
        path = tmp_path / "mine"
        if case == "a tar":
            write_tar(path, files.items())
        else:
            write_folder(path, files)
        with pytest.raises(ImdbKerasError, match=message) as refusal:
            reading.read(path, None)
        assert str(refusal.value).startswith(f"{path}: ")
        assert "in the layout of the release: train/pos" in str(refusal.value)
        assert "\n" not in str(refusal.value)

    @pytest.mark.parametrize("data", [b"", b"\x1f\x8b", b"This is not a tar archive." * 100])
    def test_what_is_no_tar_is_refused(self, data: bytes, tmp_path: pathlib.Path) -> None:
        path = tmp_path / "mine.tar"
        path.write_bytes(data)
        with pytest.raises(ImdbKerasError, match=r"not a tar archive|truncated"):
            reading.read(path, None)

    def test_what_a_tar_may_hold_is_bounded(
        self, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = write_tar(tmp_path / "mine.tar.gz", FILES.items())
        monkeypatch.setattr(checks, "MAX_OWN_MEMBERS", len(FILES) - 1)
        with pytest.raises(ImdbKerasError, match="it has more than 7 members"):
            reading.read(path, None)
        monkeypatch.setattr(checks, "MAX_OWN_UNPACKED_SIZE", 2000)
        with pytest.raises(ImdbKerasError, match="it unpacks to more than 2,000 bytes"):
            reading.read(path, None)


def test_nothing_is_extracted(whole: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(whole.parent)
    before = sorted(whole.parent.rglob("*"))
    reading.read(whole, RELEASE)
    assert sorted(whole.parent.rglob("*")) == before


def test_the_archive_is_read_once(whole: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[pathlib.Path] = []
    read = 0
    path_type: Any = type(epath.Path(whole))
    open_path = path_type.open

    class Counted:
        def __init__(self, file: Any):
            self.file = file

        def read(self, size: int = -1) -> bytes:
            nonlocal read
            data: bytes = self.file.read(size)
            read += len(data)
            return data

        def __enter__(self) -> "Counted":
            return self

        def __exit__(self, *error: object) -> None:
            self.file.close()

    def counted_open(path: pathlib.Path, mode: str) -> Counted:
        opened.append(path)
        return Counted(open_path(path, mode))

    monkeypatch.setattr(path_type, "open", counted_open)
    reading.read(whole, RELEASE)
    assert opened == [whole]
    assert read == whole.stat().st_size


def test_progress_counts_every_review(whole: pathlib.Path) -> None:
    seen: dict[str, Any] = {"updates": 0}

    class Bar:
        def __init__(self, **arguments: Any):
            seen.update(arguments)

        def __enter__(self) -> "Bar":
            return self

        def __exit__(self, *error: object) -> None:
            pass

        def update(self, reviews: int) -> None:
            seen["updates"] += reviews

    reading.read(whole, RELEASE, progress=Bar)
    assert seen["total"] == seen["updates"] == len(FILES)


def member(name: str, kind: bytes, target: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type = kind
    info.linkname = target
    return info


BROKEN: dict[str, tuple[list[Any], str]] = {
    "no reviews": ([("README", b"")], "no folder aclImdb/train/pos with reviews"),
    "a folder is missing": (
        [(name, text) for name, text in FILES.items() if "test/neg" not in name],
        "no folder aclImdb/test/neg with reviews",
    ),
    "a review is missing": (
        [(name, text) for name, text in FILES.items() if name != "train/pos/0_9.txt"],
        "train/pos holds 2 reviews, the release has 3",
    ),
    "a review too many": (
        [*FILES.items(), ("test/pos/9_9.txt", b"")],
        "test/pos holds more than 1 reviews",
    ),
    "an unknown folder": (
        [*FILES.items(), ("test/unsup/0_0.txt", b"")],
        "'test/unsup/0_0.txt' is in a folder that the release does not have",
    ),
    "no rating in the name": (
        [("train/pos/0.txt", b"")],
        r"'train/pos/0.txt' is not named <n>_<rating>.txt with a rating from 7 to 10",
    ),
    "a rating of the other label": (
        [("train/neg/0_9.txt", b"")],
        "'train/neg/0_9.txt' is not named <n>_<rating>.txt with a rating from 1 to 4",
    ),
    "a number with a leading zero": ([("train/pos/00_9.txt", b"")], "is not named <n>_<rating>"),
    "a folder within a folder": ([("train/pos/more/0_9.txt", b"")], "is not named <n>_<rating>"),
    "a name with a newline": ([("train/pos/0_9.txt\n", b"")], "is not named <n>_<rating>"),
    "a name that stands there twice": (
        [("train/pos/0_9.txt", b"one"), ("train/pos/0_9.txt", b"two")],
        "'train/pos/0_9.txt' is there twice",
    ),
    "a symbolic link": (
        [member("aclImdb/train/pos/0_9.txt", tarfile.SYMTYPE, "/etc/passwd")],
        "member 'aclImdb/train/pos/0_9.txt' is a link, a device or sparse",
    ),
    "a hard link": (
        [member("aclImdb/link", tarfile.LNKTYPE, "aclImdb/README")],
        "member 'aclImdb/link' is a link, a device or sparse",
    ),
    "a device": ([member("aclImdb/null", tarfile.CHRTYPE)], "is a link, a device or sparse"),
    "a pipe": ([member("aclImdb/pipe", tarfile.FIFOTYPE)], "is a link, a device or sparse"),
    "a way out": ([("../../etc/passwd", b"")], "leads out of the archive"),
    "an absolute name": (
        [member("/train/pos/0_9.txt", tarfile.REGTYPE)],
        "leads out of the archive",
    ),
    "a review over 1 MiB": (
        [("train/pos/0_9.txt", b"a" * ((1 << 20) + 1))],
        "'train/pos/0_9.txt' has more than 1,048,576 bytes",
    ),
    "another text": (
        [*(FILES | {"test/neg/0_3.txt": b"Fine, fine, fine."}).items()],
        "the content of test/neg is not the release's",
    ),
    "two texts exchanged": (
        [
            *(
                FILES
                | {
                    "train/neg/0_1.txt": FILES["train/neg/2_4.txt"],
                    "train/neg/2_4.txt": FILES["train/neg/0_1.txt"],
                }
            ).items()
        ],
        "the content of train/neg is not the release's",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_what_is_wrong_in_the_archive_is_refused_by_name(case: str, tmp_path: pathlib.Path) -> None:
    members, message = BROKEN[case]
    path = write_tar(tmp_path / "broken.tar.gz", members)
    with pytest.raises(ImdbKerasError, match=message) as refusal:
        reading.read(path, RELEASE)
    assert str(refusal.value).startswith(f"{path}: ")
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("case", "message"),
    [
        ("empty", "not a tar archive|truncated"),
        ("text", "not a gzip file"),
        ("plain tar", "not a gzip file"),
        ("gzip of text", "not a tar archive"),
        ("truncated", "the archive is truncated"),
        ("without its last byte", "the archive is truncated"),
        ("wrong checksum", "not a gzip file, or a damaged one"),
        ("damaged", "damaged|not the release's|holds"),
    ],
)
def test_a_damaged_file_is_refused(case: str, message: str, tmp_path: pathlib.Path) -> None:
    whole = gzip.compress(tar_bytes(FILES.items()), mtime=0)
    data = {
        "empty": b"",
        "text": b"This is not an archive.",
        "plain tar": tar_bytes(FILES.items()),
        "gzip of text": gzip.compress(b"This is not a tar archive." * 100),
        "truncated": whole[: len(whole) // 2],
        "without its last byte": whole[:-1],
        "wrong checksum": whole[:-8] + bytes([whole[-8] ^ 1]) + whole[-7:],
        "damaged": whole[:100] + bytes([whole[100] ^ 0x55]) + whole[101:],
    }[case]
    path = tmp_path / "damaged.tar.gz"
    path.write_bytes(data)
    with pytest.raises(ImdbKerasError, match=message) as refusal:
        reading.read(path, RELEASE)
    assert "\n" not in str(refusal.value)


def test_a_path_that_does_not_exist_is_refused(tmp_path: pathlib.Path) -> None:
    with pytest.raises(ImdbKerasError, match=r"cannot be read \(No such file or directory\)"):
        reading.read(tmp_path / "nowhere.tar.gz", RELEASE)


def test_an_empty_folder_is_refused(tmp_path: pathlib.Path) -> None:
    with pytest.raises(ImdbKerasError, match="no folder aclImdb/train/pos"):
        reading.read(tmp_path, RELEASE)


@pytest.mark.parametrize("kind", ["link", "folder", "other name"])
def test_what_is_wrong_in_a_folder_is_refused(kind: str, tmp_path: pathlib.Path) -> None:
    root = write_folder(tmp_path / "aclImdb", FILES)
    wrong = root / "train/pos/7_7.txt"
    if kind == "link":
        wrong.symlink_to(root / "train/pos/0_9.txt")
    elif kind == "folder":
        wrong.mkdir()
    else:
        wrong = root / "train/pos/.DS_Store"
        wrong.touch()
    message = f"'train/pos/{wrong.name}' is (a link, a device or a folder|not named)"
    with pytest.raises(ImdbKerasError, match=message):
        reading.read(tmp_path, RELEASE)
