import os
import pathlib
import signal
import subprocess
import sys
from collections.abc import Callable

import pytest

from imdb_keras_tfds import ImdbKerasError
from imdb_keras_tfds.storage import owners, whole_folder
from imdb_keras_tfds.storage.whole_folder import writing
from tests.helpers.exports import names_in
from tests.helpers.faults_report import RecordProperty, report


def allow(folder: pathlib.Path) -> None:
    """Lets every folder be replaced."""


def refuse(folder: pathlib.Path) -> None:
    raise ImdbKerasError(f"{folder.name}: it is taken")


@pytest.fixture(params=[True, False], ids=["exchange", "two renames"])
def exchange(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether the system lets two folders change places in one step."""
    if not request.param:
        monkeypatch.setattr(whole_folder, "exchange", lambda one, other: False)
    return bool(request.param)


@pytest.fixture
def old(tmp_path: pathlib.Path) -> pathlib.Path:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "old").touch()
    return folder


def write(path: pathlib.Path, check: Callable[[pathlib.Path], None] = allow) -> None:
    with writing(path, check) as new:
        (new / "new").touch()


def test_a_folder_takes_its_place_when_it_is_whole(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "folder"
    with writing(path, refuse) as new:
        (new / "new").touch()
        assert not path.exists()
        assert new.parent == tmp_path
        assert new.name.startswith(".folder.incomplete.")
    assert names_in(path) == ["new"]
    assert names_in(tmp_path) == ["folder"]


@pytest.mark.usefixtures("exchange")
def test_it_takes_the_place_of_one_that_may_go(old: pathlib.Path) -> None:
    with writing(old, allow) as new:
        (new / "new").touch()
        assert names_in(old) == ["old"]
    assert names_in(old) == ["new"]
    assert names_in(old.parent) == ["folder"]


def test_one_that_may_not_go_stays(old: pathlib.Path) -> None:
    with pytest.raises(ImdbKerasError, match="folder: it is taken"):
        write(old, refuse)
    assert names_in(old) == ["old"]
    assert names_in(old.parent) == ["folder"]


@pytest.mark.usefixtures("exchange")
def test_it_is_asked_again_at_the_end(old: pathlib.Path) -> None:
    asked = []

    def once(folder: pathlib.Path) -> None:
        asked.append(folder)
        if len(asked) == 2:
            refuse(folder)

    with pytest.raises(ImdbKerasError, match="folder: it is taken"):
        write(old, once)
    assert asked == [old, old]
    assert names_in(old) == ["old"]
    assert names_in(old.parent) == ["folder"]


@pytest.mark.parametrize("error", [OSError("full"), KeyboardInterrupt()])
def test_after_an_exception_the_old_folder_is_there(
    error: BaseException, old: pathlib.Path
) -> None:
    def write_half() -> None:
        with writing(old, allow) as new:
            (new / "half").touch()
            raise error

    with pytest.raises(type(error)):
        write_half()
    assert names_in(old) == ["old"]
    assert names_in(old.parent) == ["folder"]


def test_if_the_new_one_cannot_be_moved_the_old_one_comes_back(
    old: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whole_folder, "exchange", lambda one, other: False)
    rename = pathlib.Path.rename

    def fail(path: pathlib.Path, target: pathlib.Path) -> pathlib.Path:
        if ".incomplete." in path.name:
            raise OSError("the disk is gone")
        return rename(path, target)

    monkeypatch.setattr(pathlib.Path, "rename", fail)
    with pytest.raises(OSError, match="the disk is gone"):
        write(old)
    assert names_in(old) == ["old"]
    assert names_in(old.parent) == ["folder"]


def test_an_empty_folder_is_as_good_as_none(tmp_path: pathlib.Path) -> None:
    (tmp_path / "folder").mkdir()
    write(tmp_path / "folder", refuse)
    assert names_in(tmp_path / "folder") == ["new"]


def test_a_folder_is_as_readable_as_any_other(tmp_path: pathlib.Path) -> None:
    (tmp_path / "other").mkdir()
    write(tmp_path / "folder")
    assert (tmp_path / "folder").stat().st_mode == (tmp_path / "other").stat().st_mode


@pytest.mark.usefixtures("exchange")
def test_a_link_is_followed(old: pathlib.Path, tmp_path: pathlib.Path) -> None:
    (tmp_path / "link").symlink_to(old)
    write(tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert names_in(old) == ["new"]


def test_what_is_no_folder_is_refused(tmp_path: pathlib.Path) -> None:
    (tmp_path / "file").write_text("precious")
    os.mkfifo(tmp_path / "pipe")
    for name in ("file", "pipe"):
        with pytest.raises(ImdbKerasError, match=f"{name}: is no folder"):
            write(tmp_path / name)
    with pytest.raises(ImdbKerasError, match="s3://bucket/x: is no folder of this machine"):
        write("s3://bucket/x")  # type: ignore[arg-type]
    for path in ("missing/folder", "file/folder"):
        with pytest.raises(OSError, match=str(tmp_path)):
            write(tmp_path / path)
    assert names_in(tmp_path) == ["file", "pipe"]
    assert (tmp_path / "file").read_text() == "precious"


def test_the_current_folder_is_not_pulled_from_under_a_shell(
    old: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(old)
    for path in (".", "", "../folder", old):
        with pytest.raises(ImdbKerasError, match="is the current folder"):
            write(pathlib.Path(path))
    write(old / "within")
    assert names_in(old) == ["old", "within"]


KILLED = """
import os, pathlib, sys
from imdb_keras_tfds.storage import whole_folder
if sys.argv[2] == "when whole":
    whole_folder._put = lambda *_: os.kill(os.getpid(), 9)
if sys.argv[2] == "between two renames":
    whole_folder.exchange = lambda *_: False
    rename, count = pathlib.Path.rename, []
    def killed(path, target):
        count.append(rename(path, target))
        os.kill(os.getpid(), 9)
    pathlib.Path.rename = lambda p, t: killed(p, t) if p.name == "folder" else rename(p, t)
with whole_folder.writing(sys.argv[1], lambda _: None) as new:
    (new / "new").touch()
    if sys.argv[2] == "in the block":
        os.kill(os.getpid(), 9)
"""


@pytest.mark.parametrize("when", ["in the block", "when whole", "between two renames"])
def test_what_a_kill_leaves_goes_with_the_next_run(
    when: str, old: pathlib.Path, record_property: RecordProperty
) -> None:
    killed = subprocess.run([sys.executable, "-c", KILLED, old, when], check=False)
    assert killed.returncode == -signal.SIGKILL
    hidden = [name for name in names_in(old.parent) if name != "folder"]
    assert hidden
    assert all(name.startswith(".folder.") for name in hidden)
    # Whoever looks next finds the old one, even if he may not replace it.
    with pytest.raises(ImdbKerasError, match="it is taken"):
        write(old, refuse)
    assert names_in(old) == ["old"]
    write(old)
    assert names_in(old) == ["new"]
    assert names_in(old.parent) == ["folder"]
    report(
        record_property,
        "`kill -9` while a folder is replaced",
        1,
        "the old folder is there; the next run removes what is left",
    )


def test_only_leftovers_of_this_very_folder_go(old: pathlib.Path) -> None:
    gone = f"{owners.this_process().rpartition('-')[0]}-1"  # another process had this number
    living, unique = owners.this_process(), "0123456789abcdef"
    kept = [
        f".folder.incomplete.{living}.{unique}",
        f".folder.incomplete.{gone}.{unique}0",
        f".folder.incomplete.{unique}",
        f".other.incomplete.{gone}.{unique}",
        f"folder.incomplete.{gone}.{unique}",
        f".folderxincomplete.{gone}.{unique}",
    ]
    for name in kept:
        (old.parent / name).mkdir()
    link = f".folder.incomplete.{gone}.{'a' * 16}"
    (old.parent / link).symlink_to(old)
    (old.parent / f".folder.incomplete.{gone}.{'b' * 16}").touch()
    (old.parent / f".folder.incomplete.{gone}.{unique}").mkdir()
    (old.parent / f".folder.incomplete.{gone}.{unique}" / "half").touch()
    write(old)
    others = [link, f".folder.incomplete.{gone}.{'b' * 16}", "folder"]
    assert names_in(old.parent) == sorted([*kept, *others])


def test_a_name_is_not_taken_for_a_pattern(tmp_path: pathlib.Path) -> None:
    gone = f"{owners.this_process().rpartition('-')[0]}-1"
    other = tmp_path / f".axb.incomplete.{gone}.0123456789abcdef"
    other.mkdir()
    for name in ("a.b", "a[x]b", "a*b"):
        write(tmp_path / name)
    assert other.is_dir()
