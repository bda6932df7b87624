import contextlib
import io
import pathlib
import re
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
import tensorflow_datasets as tfds
import tqdm

from imdb_keras_tfds import Builder
from imdb_keras_tfds.source import release
from imdb_keras_tfds.storage import cache

READING, RANKING, WRITING = "Reading reviews", "Ranking words", "Writing records"


class Screen(io.StringIO):
    """A terminal; what is drawn on it stays."""

    def isatty(self) -> bool:
        return True

    def bars(self) -> dict[str, str]:
        """Description -> the last state of each bar that is still there at the end."""
        lines = [line.rsplit("\r", 1)[-1] for line in self.getvalue().split("\n")]
        found = [re.fullmatch(r"(.+)\.\.\.: +(\d+%)\|.*\| (\d+/\d+) .*", line) for line in lines]
        return {bar[1]: f"{bar[2]} {bar[3]}" for bar in found if bar}


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Screen:
    screen = Screen()

    @contextlib.contextmanager
    def bar(**named: Any) -> Iterator[Any]:
        with tqdm.tqdm(file=screen, **named) as shown:
            yield shown

    monkeypatch.setattr(tfds.core.utils, "tqdm", bar)
    return screen


@pytest.fixture(autouse=True)
def _a_cache_of_its_own(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path / "cache"))


def build(config: str, data_dir: pathlib.Path, most: int | None = None) -> None:
    Builder(config=config, data_dir=data_dir).download_and_prepare(
        download_config=tfds.download.DownloadConfig(max_examples_per_split=most)
    )


def test_every_bar_comes_to_its_end(tmp_path: pathlib.Path, screen: Screen) -> None:
    build("sample", tmp_path)
    assert screen.bars() == {READING: "100% 120/120", RANKING: "100% 6/6", WRITING: "100% 120/120"}
    assert list(screen.bars()) == [READING, RANKING, WRITING]


def test_records_that_are_not_wanted_do_not_count(tmp_path: pathlib.Path, screen: Screen) -> None:
    build("sample", tmp_path, most=2)
    assert screen.bars()[WRITING] == "100% 6/6"


@pytest.mark.parametrize("form", ["folder", "archive"])
def test_ranks_out_of_the_cache(
    form: str, tmp_path: pathlib.Path, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An archive that was read before is not read again, a folder is."""
    if form == "archive":
        path = shutil.make_archive(str(tmp_path / "sample"), "gztar", release.sample_path())
        monkeypatch.setattr(release, "sample_path", lambda: path)
    build("sample", tmp_path)
    assert list(screen.bars()) == [READING, RANKING, WRITING]
    screen.seek(screen.truncate(0))
    build("sample_top500", tmp_path)
    assert list(screen.bars()) == [*([READING] if form == "folder" else []), WRITING]
    assert set(screen.bars().values()) == {"100% 120/120"}


def test_who_wants_no_bars_gets_none(
    tmp_path: pathlib.Path, capfd: pytest.CaptureFixture[str]
) -> None:
    tfds.disable_progress_bar()
    try:
        build("sample", tmp_path)
    finally:
        tfds.enable_progress_bar()
    assert "%|" not in capfd.readouterr().err
