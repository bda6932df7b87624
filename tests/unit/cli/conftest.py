"""What the tests of the command have in common."""

import dataclasses
import json
from collections.abc import Callable
from typing import Any

import pytest

from imdb_keras_tfds.cli import command
from imdb_keras_tfds.keras_compat import published
from imdb_keras_tfds.recipe.corpus import Corpus
from imdb_keras_tfds.source import release


class Command:
    """The command, run in this process."""

    def __init__(self, capsys: pytest.CaptureFixture[str], data_dir: str):
        self._capsys = capsys
        self._data_dir = data_dir

    def lines(self, *arguments: str, status: int = 0) -> list[str]:
        """What it prints on standard output."""
        self._capsys.readouterr()
        assert command.main(["--data-dir", self._data_dir, *arguments]) == status
        return self._capsys.readouterr().out.splitlines()

    def json(self, *arguments: str, status: int = 0) -> Any:
        """The JSON that it prints."""
        return json.loads("\n".join(self.lines(*arguments, "--json", status=status)))

    def error(self, *arguments: str) -> str:
        """The one line of its error; nothing else is printed."""
        self._capsys.readouterr()
        try:
            status = command.main(["--data-dir", self._data_dir, *arguments])
        except SystemExit as ended:  # wrong usage
            assert isinstance(ended.code, int)
            status = ended.code
        assert status == 2
        captured = self._capsys.readouterr()
        assert captured.out == ""
        (line,) = captured.err.splitlines()
        assert line.startswith("imdb-keras")
        return line


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(tmp_path_factory.mktemp("data"))


@pytest.fixture
def imdb_keras(capsys: pytest.CaptureFixture[str], data_dir: str) -> Command:
    return Command(capsys, data_dir)


@pytest.fixture
def in_another_folder(capsys: pytest.CaptureFixture[str]) -> Callable[[object], Command]:
    """Makes the command of another data folder."""
    return lambda folder: Command(capsys, str(folder))


@pytest.fixture
def _proofs_of_the_sample(monkeypatch: pytest.MonkeyPatch, sample: Corpus) -> None:
    """Puts the sample in the place of the Stanford corpus, its hashes in those of Keras."""
    monkeypatch.setattr(release, "STANFORD", release.SAMPLE)
    files = [dataclasses.replace(file, digest=file.compute(sample)) for file in published.PUBLISHED]
    monkeypatch.setattr(published, "PUBLISHED", tuple(files))
