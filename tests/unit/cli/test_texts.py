import io
import sys

import pytest

from imdb_keras_tfds.cli import texts
from tests.unit.cli.conftest import Command

NAME = "sample_top500"

E_ACUTE = "\N{LATIN SMALL LETTER E WITH ACUTE}"


@pytest.fixture(autouse=True)
def _prepared(imdb_keras: Command) -> None:
    imdb_keras.lines("build", NAME, "sample")


def give(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    """Puts something on standard input."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))


def test_encode_and_decode(imdb_keras: Command) -> None:
    text = "A wonderful film, unseen!"
    (skipped,) = imdb_keras.lines("encode", NAME, text)
    (with_oov,) = imdb_keras.lines("encode", NAME, text, "--unknown=oov")
    assert with_oov == f"{skipped} 2"
    ids = with_oov.split()
    assert imdb_keras.lines("decode", NAME, *ids) == ["[START] a wonderful film [OOV]"]
    assert imdb_keras.lines("decode", NAME, *ids, "--skip-special") == ["a wonderful film"]


def test_a_name_may_be_given_by_the_option(imdb_keras: Command) -> None:
    ids = imdb_keras.lines("encode", NAME, "A wonderful film")
    assert imdb_keras.lines("encode", "A wonderful film", "--config", NAME) == ids
    assert imdb_keras.lines("encode", "--config", NAME, "A wonderful film") == ids
    text = imdb_keras.lines("decode", NAME, "1", "4")
    assert imdb_keras.lines("decode", "1", "4", "--config", NAME) == text == ["[START] the"]


def test_options_may_stand_anywhere(imdb_keras: Command) -> None:
    ids = imdb_keras.lines("encode", NAME, "unseen film", "--unknown", "oov")
    assert imdb_keras.lines("encode", NAME, "--unknown", "oov", "unseen film") == ids
    text = imdb_keras.lines("decode", NAME, "1", "4", "--skip-special")
    assert imdb_keras.lines("decode", NAME, "1", "--skip-special", "4") == text == ["the"]
    assert imdb_keras.lines("decode", "1", "--config", "sample", "4") == ["[START] the"]


def test_a_text_that_looks_like_an_option(imdb_keras: Command) -> None:
    encoded = imdb_keras.lines("encode", NAME, "film")
    assert imdb_keras.lines("encode", f"--config={NAME}", "--", "--film") == encoded


@pytest.mark.parametrize("at_a_time", [1, 2, 1000])
def test_standard_input(
    at_a_time: int, imdb_keras: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(texts, "_LINES", at_a_time)
    give(monkeypatch, f"A film\r\n\nA caf{E_ACUTE}, the film".encode())
    encoded = imdb_keras.lines("encode", NAME, "-")
    assert encoded == [
        *imdb_keras.lines("encode", NAME, "A film"),
        "1",
        *imdb_keras.lines("encode", NAME, f"A caf{E_ACUTE}, the film"),
    ]
    give(monkeypatch, "\n".join([*encoded, ""]).encode())
    decoded = imdb_keras.lines("decode", "-", "--config", NAME)
    assert decoded == ["[START] a film", "[START]", f"[START] a caf{E_ACUTE} the film"]
    give(monkeypatch, b"1 4\n\n")
    assert imdb_keras.lines("decode", NAME, "-", "--skip-special") == ["the", ""]
    give(monkeypatch, b"")
    assert imdb_keras.lines("encode", NAME, "-") == []


@pytest.mark.parametrize(
    ("verb", "content", "message"),
    [
        ("encode", b"\xff\n", "line 1 of standard input is not valid UTF-8"),
        ("decode", b"x\n", "line 1 of standard input has something in it that is no id"),
        ("decode", b"7777\n", "line 1 of standard input: 7777 at place 0 is not an id"),
        ("decode", b"9" * 5000, "line 1 of standard input has something in it that is no id"),
    ],
)
def test_an_error_in_standard_input_names_the_line(
    verb: str,
    content: bytes,
    message: str,
    imdb_keras: Command,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    give(monkeypatch, content)
    assert message in imdb_keras.error(verb, NAME, "-")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["encode", NAME, "two", "texts"], "give one text, in quotes"),
        (["encode", "topp10k", "a text"], "did you mean 'top10k'?"),
        (["encode", NAME, "\udcff"], "not valid UTF-8"),
        (["encode", "a", "--config", "foo"], "'foo' is not a config name"),
        (["decode", "x"], "give ids, whole numbers"),
        (["decode", NAME], "give ids, whole numbers"),
        (["decode", NAME, "1", "x"], "give ids, whole numbers"),
        (["decode", NAME, "-", "1"], "give ids, whole numbers"),
        (["decode", NAME, "7777"], "7777 at place 0"),
        (["decode", NAME, "-1"], "-1 at place 0"),
        (["decode", NAME, "1", "--unknown", "oov"], "unrecognized arguments: --unknown"),
        (["encode", NAME, "a", "--foo", "b"], "unrecognized arguments: --foo"),
    ],
)
def test_what_is_no_text_or_no_id_is_one_line(
    arguments: list[str], message: str, imdb_keras: Command
) -> None:
    assert message in imdb_keras.error(*arguments)
