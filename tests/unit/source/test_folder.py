import contextlib
import ntpath
import os
import pathlib
import shutil
import tempfile
from collections.abc import Iterator

import pytest
from etils import epath

from imdb_keras_tfds.errors import ImdbKerasError
from imdb_keras_tfds.source import reading
from imdb_keras_tfds.source.checks import Checks
from imdb_keras_tfds.source.folder import list_folder, locate
from imdb_keras_tfds.source.release import Release
from tests.helpers.faults_report import RecordProperty, report
from tests.helpers.layout import FILES, bucket, release_of, write_folder, write_tar

RELEASE = release_of(FILES)
PLACES = ["aclImdb", "aclImdb/test", "aclImdb/test/neg", "aclImdb/train/unsup"]

releases = pytest.mark.parametrize("release", [None, RELEASE], ids=["own reviews", "release"])


def check_refused(path: os.PathLike[str] | str, release: Release | None, message: str) -> None:
    """Both by one process and where Beam lists the folder."""
    with pytest.raises(ImdbKerasError, match=message) as refusal:
        reading.read(path, release)
    assert "\n" not in str(refusal.value)
    with pytest.raises(ImdbKerasError, match=message):
        list(list_folder(path, Checks(path, release)))


@releases
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("kind", ["file", "dangling link", "loop"])
def test_what_is_no_folder_is_not_taken_for_missing(
    kind: str,
    place: str,
    release: Release | None,
    tmp_path: pathlib.Path,
    record_property: RecordProperty,
) -> None:
    # Reviews beside `aclImdb` could be taken for those that are meant.
    write_folder(tmp_path, FILES)
    write_folder(tmp_path / "aclImdb", FILES)
    shutil.rmtree(tmp_path / place)
    if kind == "file":
        (tmp_path / place).touch()
    else:
        (tmp_path / place).symlink_to("nowhere" if kind == "dangling link" else tmp_path / place)
    name = place if place == "aclImdb" else place.removeprefix("aclImdb/")
    message = f"{name}' (is no folder|cannot be read)"
    check_refused(tmp_path, release, message)
    fault = "a file, a dangling link or a loop in the place of a folder of reviews"
    report(record_property, fault, 1, "refused with a clear error")


@pytest.mark.parametrize("place", ["aclImdb", "aclImdb/train", "aclImdb/train/pos"])
def test_a_link_to_a_folder_is_followed(place: str, tmp_path: pathlib.Path) -> None:
    write_folder(tmp_path / "aclImdb", FILES)
    (tmp_path / place).rename(tmp_path / "elsewhere")
    (tmp_path / place).symlink_to(tmp_path / "elsewhere")
    assert reading.read(tmp_path, RELEASE).contents == RELEASE.contents


@contextlib.contextmanager
def as_nobody() -> Iterator[pathlib.Path]:
    """A folder for one who is not root, whom nothing is refused."""
    folder = pathlib.Path(tempfile.mkdtemp())
    try:
        folder.chmod(0o755)
        if os.geteuid() == 0:
            os.seteuid(65534)
            try:
                yield folder
            finally:
                os.seteuid(0)
        else:
            yield folder
    finally:
        for path in folder.rglob("*"):
            path.chmod(0o700)
        shutil.rmtree(folder)


@releases
@pytest.mark.parametrize("place", ["aclImdb", "aclImdb/test", "aclImdb/test/neg"])
@pytest.mark.parametrize("mode", [0o000, 0o444, 0o111])
def test_what_may_not_be_read_is_not_taken_for_missing(
    mode: int, place: str, release: Release | None, record_property: RecordProperty
) -> None:
    with as_nobody() as folder:
        os.seteuid(os.getuid())
        write_folder(folder / "aclImdb", FILES)
        (folder / place).chmod(mode)
        if os.geteuid() == 0:
            os.seteuid(65534)
        if mode == 0o111 and place != "aclImdb/test/neg":  # where nothing has to be listed
            assert reading.read(folder, release).contents == RELEASE.contents
        else:
            with pytest.raises(ImdbKerasError, match=r"cannot be read \(Permission denied\)"):
                reading.read(folder, release)
            fault = "a folder of reviews that may not be read"
            report(record_property, fault, 1, "refused with a clear error")


def test_a_file_that_may_not_be_read_is_named() -> None:
    with as_nobody() as folder:
        os.seteuid(os.getuid())
        write_folder(folder, FILES)
        (folder / "test/neg/0_3.txt").chmod(0)
        if os.geteuid() == 0:
            os.seteuid(65534)
        with pytest.raises(ImdbKerasError, match=r"test/neg/0_3.txt' cannot be read \(Perm"):
            reading.read(folder, None)


def test_in_a_bucket_too(tmp_path: pathlib.Path) -> None:
    write_folder(tmp_path, {name: text for name, text in FILES.items() if "test/neg" not in name})
    with bucket(tmp_path) as url:
        assert len(reading.read(url, None).contents) == 4
        (tmp_path / "test/neg").touch()
        check_refused(url, None, "'test/neg' is no folder")


def test_what_macos_packs_beside_a_review_is_no_review(tmp_path: pathlib.Path) -> None:
    write_folder(tmp_path, FILES | {"train/pos/._0_9.txt": b"\0\5\x16\7"})
    assert reading.read(tmp_path, RELEASE).contents == RELEASE.contents
    (tmp_path / "train/pos/._0_1.txt.txt").touch()
    check_refused(tmp_path, RELEASE, "is not named <n>_<rating>.txt")


class TestUrls:
    def test_a_file_url_of_windows_has_a_drive(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(os.path, "splitdrive", ntpath.splitdrive)
        assert locate("file:///C:/data/aclImdb") == epath.Path("C:/data/aclImdb")
        assert locate("file:///data/aclImdb") == epath.Path("/data/aclImdb")

    def test_a_file_url_is_a_path(self, tmp_path: pathlib.Path) -> None:
        folder = tmp_path / "with space, ü and %"
        write_folder(folder, FILES)
        write_tar(folder / "some.tar.gz", FILES.items())
        assert folder.as_uri().startswith("file:///")
        for url in (folder.as_uri(), f"{folder.as_uri()}/some.tar.gz"):
            assert reading.read(url, RELEASE).contents == RELEASE.contents
        assert locate("file:///C:/data") == epath.Path("/C:/data")
        assert locate("file://localhost/data#1?2\n3%254") == epath.Path("/data#1?2\n3%4")

    @pytest.mark.parametrize(
        ("url", "message"),
        [
            ("file:///nowhere/some.tar.gz", r"cannot be read \(No such file or directory\)"),
            ("file://host/some.tar.gz", "is not of this machine"),
            ("file://[/some.tar.gz", "is not of this machine"),
            ("file:///some%00", "no file can have this name"),
            ("ftp://host/some.tar.gz", "cannot be read from there"),
        ],
    )
    @releases
    def test_other_urls_are_refused(self, url: str, message: str, release: Release | None) -> None:
        with pytest.raises(ImdbKerasError, match=message) as refusal:
            reading.read(url, release)
        assert str(refusal.value).startswith(f"{url}: ")
        assert "\n" not in str(refusal.value)
