import hashlib
import pathlib
import tarfile
from collections.abc import Callable
from typing import Any

import pytest

from imdb_keras_tfds.errors import ImdbKerasError
from imdb_keras_tfds.source import movies, reading
from imdb_keras_tfds.source.release import FOLDERS
from tests.helpers.layout import (
    FILES,
    LISTS,
    Files,
    bucket,
    list_of,
    release_of,
    write_folder,
    write_tar,
)

ALL = FILES | LISTS
RELEASE = release_of(ALL)

MOVIES = {
    "train/pos/0_9": "tt0000011",
    "train/pos/10_8": "tt0000020",
    "train/pos/1_10": "tt0000012",
    "train/neg/0_1": "tt0000012",
    "train/neg/2_4": "tt0000030",
    "test/pos/0_7": "tt0000030",
    "test/neg/0_3": "tt0000030",
    "train/unsup/0_0": "tt0000040",
}

Write = Callable[[pathlib.Path, Files], pathlib.Path]


def as_tar(path: pathlib.Path, files: Files) -> pathlib.Path:
    return write_tar(path.with_suffix(".tar.gz"), files.items())


both = pytest.mark.parametrize("write", [write_folder, as_tar])


def found(source: Any) -> dict[str, str]:
    return {
        review.id: review.movie
        for reviews in source.splits.values()
        for review in (reviews[row] for row in range(len(reviews)))
    }


@both
def test_line_n_from_0_is_the_movie_of_review_n(write: Write, tmp_path: pathlib.Path) -> None:
    source = reading.read(write(tmp_path / "all", ALL), RELEASE)
    assert found(source) == MOVIES
    assert source.contents == RELEASE.contents
    digest = hashlib.sha256(LISTS["train/urls_pos.txt"]).hexdigest()
    assert source.contents["train/pos"].movies == digest


def test_lists_may_come_behind_the_reviews_of_a_tar(tmp_path: pathlib.Path) -> None:
    path = write_tar(tmp_path / "tar.gz", [*FILES.items(), *LISTS.items()])
    assert found(reading.read(path, RELEASE)) == MOVIES


def test_lists_of_a_bucket_are_read(tmp_path: pathlib.Path) -> None:
    write_folder(tmp_path / "aclImdb", ALL)
    with bucket(tmp_path) as url:
        assert found(reading.read(url, RELEASE)) == MOVIES


@both
@pytest.mark.parametrize("there", [[], ["train/urls_neg.txt"]])
def test_for_ones_own_reviews_lists_are_optional_folder_by_folder(
    write: Write, there: list[str], tmp_path: pathlib.Path
) -> None:
    files = FILES | {name: LISTS[name] for name in there}
    source = reading.read(write(tmp_path / "some", files), None)
    folders = [name.replace("urls_", "").removesuffix(".txt") for name in there]
    assert found(source) == {
        name: movie if name.rpartition("/")[0] in folders else "" for name, movie in MOVIES.items()
    }
    for folder, contents in source.contents.items():
        assert (contents.movies is not None) == (folder in folders)


@both
def test_a_list_of_ones_own_may_have_more_lines_and_longer_titles(
    write: Write, tmp_path: pathlib.Path
) -> None:
    files = FILES | {"train/urls_neg.txt": list_of(*range(1_234_567_890, 1_234_567_899))}
    source = reading.read(write(tmp_path / "more", files), None)
    assert found(source)["train/neg/2_4"] == "tt1234567892"


@both
@pytest.mark.parametrize("name", LISTS)
def test_a_release_without_a_list_is_refused(
    write: Write, name: str, tmp_path: pathlib.Path
) -> None:
    path = write(tmp_path / "less", {key: text for key, text in ALL.items() if key != name})
    message = f"there is no list of movies aclImdb/{name}, which the release has; get aclImdb_v1"
    with pytest.raises(ImdbKerasError, match=message):
        reading.read(path, RELEASE)


ONE = list_of(12)

WRONG: dict[str, tuple[bytes, str]] = {
    "another title": (list_of(12, 0, 31), "the list of movies aclImdb/{} is not the release's"),
    "a line fewer": (list_of(12, 0), "'{}' has 2 lines, and none for 'train/neg/2_4.txt'"),
    "a line more": (list_of(12, 0, 30, 30), "the list of movies aclImdb/{} is not the release's"),
    "nothing": (b"", "'{}' has 0 lines, and none for 'train/neg/0_1.txt'"),
    "an empty line": (ONE + b"\n" + ONE, "'{}' is no list of movies .line 2, '', is not http"),
    "two in a line": (ONE.strip() + ONE, "is no list of movies .line 1, "),
    "a carriage return": (ONE.replace(b"\n", b"\r\n"), "is no list of movies .line 1, "),
    "a last line without an end": (ONE * 2 + ONE.strip(), "its last line, 'http.*', has no end"),
    "six digits": (ONE.replace(b"tt00", b"tt0"), "is no list of movies .line 1, "),
    "Arabic digits": (ONE.replace(b"0", "\u0660".encode()), "line 1, "),
    "another site": (ONE.replace(b"imdb", b"mdbi"), "is no list of movies .line 1, "),
    "a way out": (ONE + b"../../etc/passwd\n", "is no list of movies .line 2, '../../etc/passwd'"),
    "binary": (bytes(range(256)), "is no list of movies .line 1, "),
}


@both
@pytest.mark.parametrize("case", WRONG)
@pytest.mark.parametrize("is_release", [True, False])
def test_a_wrong_list_is_refused_by_name(
    write: Write, case: str, is_release: bool, tmp_path: pathlib.Path
) -> None:
    content, message = WRONG[case]
    name = "train/urls_neg.txt"
    path = write(tmp_path / "wrong", ALL | {name: content})
    if not is_release and case in ("another title", "a line more"):
        reading.read(path, None)
        return
    with pytest.raises(ImdbKerasError, match=message.format(name)) as refusal:
        reading.read(path, RELEASE if is_release else None)
    assert "\n" not in str(refusal.value)


@both
def test_a_list_of_a_folder_that_there_is_not_is_refused(
    write: Write, tmp_path: pathlib.Path
) -> None:
    path = write(tmp_path / "more", ALL | {"test/urls_unsup.txt": ONE})
    if path.is_dir():  # Nobody asks for such a list there.
        reading.read(path, RELEASE)
        return
    with pytest.raises(
        ImdbKerasError, match=r"'test/urls_unsup\.txt' is the list of a folder that"
    ):
        reading.read(path, RELEASE)


def test_a_list_that_stands_there_twice_is_refused(tmp_path: pathlib.Path) -> None:
    twice = [*ALL.items(), ("./train/urls_pos.txt", LISTS["train/urls_pos.txt"])]
    with pytest.raises(ImdbKerasError, match=r"'train/urls_pos\.txt' is there twice"):
        reading.read(write_tar(tmp_path / "tar.gz", twice), RELEASE)


def test_a_list_that_is_a_folder_or_a_link_is_refused(tmp_path: pathlib.Path) -> None:
    name = "train/urls_pos.txt"
    folder = tarfile.TarInfo(f"aclImdb/{name}")
    folder.type = tarfile.DIRTYPE
    path = write_tar(tmp_path / "tar.gz", [*FILES.items(), folder])
    with pytest.raises(ImdbKerasError, match=f"'{name}' is a folder, not a list of movies"):
        reading.read(path, None)
    for kind in ("folder", "link"):
        root = write_folder(tmp_path / kind, ALL)
        (root / name).unlink()
        if kind == "folder":
            (root / name).mkdir()
        else:
            (root / name).symlink_to(root / "train/urls_neg.txt")
        with pytest.raises(ImdbKerasError, match=f"'{name}' is a link, a device or a folder"):
            reading.read(root, None)


@both
def test_a_list_that_is_too_large_is_refused_unread(
    write: Write, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "large", ALL | {"train/urls_pos.txt": bytes(10_000)})
    monkeypatch.setattr(movies, "MAX_SIZE", 9_998)
    with pytest.raises(ImdbKerasError, match=r"'train/urls_pos\.txt' has more than 9,998 bytes"):
        reading.read(path, RELEASE)
    for module in (movies, reading):
        monkeypatch.setattr(module, "MAX_OWN_SIZE", 9_999)
    with pytest.raises(ImdbKerasError, match=r"'train/urls_pos\.txt' has more than 9,999 bytes"):
        reading.read(path, None)


def test_names_of_lists() -> None:
    names = [movies.list_name(folder) for folder in FOLDERS]
    assert sorted(names) == sorted(LISTS)
    assert [movies.folder_of(name) for name in names] == list(FOLDERS)
    for name in ("train/urls_pos.txt.gz", "urls_pos.txt", "train/urls_all.txt", "train/._urls.txt"):
        assert movies.folder_of(name) is None
        assert not movies.is_list(name)
