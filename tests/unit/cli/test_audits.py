import pathlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from imdb_keras_tfds import Builder, ImdbKerasConfig
from imdb_keras_tfds.cli import command
from imdb_keras_tfds.recipe import validation
from tests.unit.cli.conftest import Command


def test_an_audit_tells_what_it_finds(imdb_keras: Command) -> None:
    lines = imdb_keras.lines("audit", "sample")
    assert lines[0] == "imdb_keras/sample_full/1.1.0"
    told = "\n".join(lines)
    assert "train/pos/14_10  of  train/pos/11_7" in told  # of other stars
    assert "train and test          1       1 and 1       1      1 and 1       tt9990309" in told
    assert "A random cut of train that holds out 9 of 48 reviews leaks." in told
    assert lines[-1].endswith("13.0% either.")


def test_an_audit_as_json_has_the_same_figures(imdb_keras: Command) -> None:
    told = imdb_keras.json("audit", "sample_top50_val20")
    assert told["name"] == "imdb_keras/sample_top50_val20/1.1.0"
    assert list(told["splits"]) == ["train", "validation", "test", "unsupervised"]
    assert told["splits"]["train"]["unknown_words"] > 0
    assert {"split", "original", "reviews", "other_label", "other_rating", "examples"} == set(
        told["copies"][0]
    )
    (pair,) = [p for p in told["shared"] if p["splits"] == ["train", "validation"]]
    assert (pair["movies"], pair["texts"]) == (0, 0)
    assert told["random_cut"]["held_out"] == told["random_cut"]["reviews"] // 5


def test_strict_gives_the_status_of_what_train_and_validation_share(
    imdb_keras: Command,
    in_another_folder: Callable[[object], Command],
    tmp_path: pathlib.Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    imdb_keras.lines("audit", "sample_full_val20", "--strict")
    imdb_keras.lines("audit", "sample_full", "--strict")

    def by_place(ids: list[str], *_: Any, **__: Any) -> Any:
        return np.arange(len(ids)) >= len(ids) // 2

    monkeypatch.setattr(validation, "held_out", by_place)
    leaking = in_another_folder(tmp_path)
    leaking.lines("build", "sample_full_val20")
    leaking.lines("audit", "sample_full_val20")
    leaking.lines("audit", "sample_full_val20", "--strict", status=1)
    assert leaking.json("audit", "sample_full_val20", "--strict", status=1)["splits"]


def test_strict_without_a_validation_split_says_that_there_is_none(
    imdb_keras: Command, capsys: pytest.CaptureFixture[str], data_dir: str
) -> None:
    assert command.main(["--data-dir", data_dir, "audit", "sample", "--strict"]) == 0
    assert "has no split validation" in capsys.readouterr().err


def test_datasets_of_any_kind_are_audited(
    tmp_path: pathlib.Path,
    repository: pathlib.Path,
    in_another_folder: Callable[[object], Command],
) -> None:
    earlier = in_another_folder(repository / "tests/prepared")
    lines = earlier.lines("audit", "sample/1.0.0")
    assert "1.0.0 do not tell movies and copies" in lines[-1]
    assert "not told" in lines[3]
    folder = tmp_path / "mine/train/pos"
    folder.mkdir(parents=True)
    (folder / "0_9.txt").write_text("A film.")
    config = ImdbKerasConfig(name="mine", corpus=tmp_path / "mine")
    Builder(config=config, data_dir=tmp_path / "data").download_and_prepare()
    assert "imdb_keras/mine/1.1.0" in in_another_folder(tmp_path / "data").lines("audit", "mine")
