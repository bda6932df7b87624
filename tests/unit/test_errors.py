import pathlib
import pickle

import pytest

from imdb_keras_tfds.errors import ImdbKerasError, one_line
from imdb_keras_tfds.source import reading


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("plain, ünïcode, 映画", "plain, ünïcode, 映画"),
        ("a\nb\r\n\tc", r"a\nb\r\n\tc"),
        ("\x1b[31m\0", r"\x1b[31m\x00"),
        ("\u2028\u2029\x85\u202e", r"\u2028\u2029\x85\u202e"),
        ("\udce9", r"\udce9"),
        ("C:\\new", "C:\\new"),
    ],
)
def test_what_cannot_be_printed_is_escaped(text: str, line: str) -> None:
    assert one_line(text) == line
    error = ImdbKerasError(text)
    assert str(error) == line
    assert len(str(error).splitlines()) == 1
    str(error).encode()
    assert str(pickle.loads(pickle.dumps(error))) == line


@pytest.mark.parametrize("name", ["a\nb", "\x1b[31m", "\udce9", "\u2028", "\0"])
def test_a_path_of_any_characters_is_one_line(name: str, tmp_path: pathlib.Path) -> None:
    with pytest.raises(ImdbKerasError) as refusal:
        reading.read(f"{tmp_path}/{name}", None)
    message = str(refusal.value)
    assert message.startswith(f"{tmp_path}/{one_line(name)}: ")
    assert message.isprintable()
