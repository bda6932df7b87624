import pathlib
import sys

import pytest

from tests.helpers.commands import run
from tools import release_check


def test_a_check_that_fails_is_told_and_the_others_run(tmp_path: pathlib.Path) -> None:
    python = [sys.executable, "-c"]
    results = release_check.run(
        {
            "fails": [*python, "print('why'); raise SystemExit(3)"],
            "holds too": [*python, "print('fine')"],
        },
        tmp_path / "logs",
    )
    assert {name: holds for name, (holds, _) in results.items()} == {
        "fails": False,
        "holds too": True,
    }
    assert (tmp_path / "logs/fails.log").read_text() == "why\n"
    assert (tmp_path / "logs/holds_too.log").read_text() == "fine\n"
    shown = release_check.table(results)
    assert "| fails | NO |" in shown
    assert "| holds too | yes |" in shown


def test_its_commands_are_targets_that_there_are(repository: pathlib.Path) -> None:
    for program, *arguments in release_check.CHECKS.values():
        if program == "make":
            run(["make", "-n", *arguments], cwd=repository)


def test_without_the_archive_it_does_not_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("IMDB_KERAS_ARCHIVE", raising=False)
    assert release_check.main() == 2
