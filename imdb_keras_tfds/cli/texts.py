"""The commands from text to ids and back: `encode`, `decode`.

Usage:

    texts.add_to(commands)   # of the parser in `command`
"""

import argparse
import itertools
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from etils import epy

from ..errors import ImdbKerasError
from .parser import DEFAULT_CONFIG, add_command

# What takes long to import waits until a command needs it: the help needs none of it.
with epy.lazy_imports():
    from imdb_keras_tfds.cli import prepared

_STDIN = "-"

_LINES = 1_000
"""So many lines of standard input are worked on at a time."""

_Value = TypeVar("_Value")


def add_to(commands: Any) -> None:
    """Adds the commands."""
    encode = add_command(
        commands,
        "encode",
        "encode a text as a dataset does",
        'top10k "What a film!"',
        run=_encode,
        notes="- stands for standard input, a text a line, and gives a line of ids for each.",
    )
    _add_words(encode, "TEXT", "the text, or -")
    encode.add_argument(
        "--unknown",
        choices=("skip", "oov"),
        default="skip",
        help="what becomes of a word that no training review has (default: skip)",
    )

    decode = add_command(
        commands,
        "decode",
        "decode ids of a dataset to words",
        "top10k 1 51 6 22",
        run=_decode,
        notes="- stands for standard input, ids with spaces between them, and gives a text for "
        "each line.",
    )
    _add_words(decode, "ID", "the ids, or -")
    decode.add_argument("--skip-special", action="store_true", help="leave out [START] and such")


def _add_words(parser: argparse.ArgumentParser, metavar: str, what: str) -> None:
    many = " ..." if metavar == "ID" else ""
    parser.usage = f"{parser.prog} [options] [NAME] {metavar}{many}"
    parser.add_argument(
        "words",
        metavar=f"[NAME] {metavar}",
        nargs="+",
        help=f"a config, as in top10k (default: {DEFAULT_CONFIG}), and {what}",
    )
    parser.add_argument("--config", metavar="NAME", help="another way to give NAME")


def _encode(options: argparse.Namespace) -> int:
    name, texts = options.config, options.words
    if name is None and len(texts) > 1:
        name, *texts = texts
    if len(texts) != 1:
        options.parser.error("give one text, in quotes, or - for standard input")
    codec = _codec(options, name)
    if texts == [_STDIN]:
        for lines in _lines(bytes.decode, "is not valid UTF-8"):
            for ids in codec.encode(lines, unknown=options.unknown):
                print(*ids.tolist())
    else:
        print(*codec.encode(texts[0], unknown=options.unknown).tolist())
    return 0


def _decode(options: argparse.Namespace) -> int:
    name, ids = options.config, options.words
    if name is None and ids[0] != _STDIN and not _is_number(ids[0]):
        name, *ids = ids
    from_stdin = ids == [_STDIN]
    if not from_stdin and not (ids and all(map(_is_number, ids))):
        options.parser.error("give ids, whole numbers, or - for standard input")
    codec = _codec(options, name)
    if from_stdin:
        first = 1
        for rows in _lines(_ids, "has something in it that is no id"):
            try:
                texts = codec.decode(rows, skip_special=options.skip_special)
            except ImdbKerasError:
                texts = _decode_each(codec, rows, first, skip_special=options.skip_special)
            for text in texts:
                print(text)
            first += len(rows)
    else:
        print(codec.decode(list(map(int, ids)), skip_special=options.skip_special))
    return 0


def _decode_each(codec: Any, rows: list[list[int]], first: int, **how: bool) -> Iterator[str]:
    """Decodes row by row, to say of an error in which line it is."""
    for line, row in enumerate(rows, first):
        try:
            yield codec.decode(row, **how)
        except ImdbKerasError as error:
            raise ImdbKerasError(f"line {line} of standard input: {error}") from error


def _codec(options: argparse.Namespace, name: str | None) -> Any:
    from ..text.prepared import codec_of

    dataset = prepared.find(name or DEFAULT_CONFIG, options.data_dir)
    return codec_of(prepared.prepare(dataset, options.archive))


def _lines(parse: Callable[[bytes], _Value], wrong: str) -> Iterator[list[_Value]]:
    """The lines of standard input, parsed, some at a time.

    Raises:
      ImdbKerasError: `parse` raised a `ValueError`.
    """
    lines: Iterable[tuple[int, bytes]] = enumerate(sys.stdin.buffer, 1)
    while some := list(itertools.islice(lines, _LINES)):
        parsed = []
        for number, line in some:
            try:
                parsed.append(parse(line.rstrip(b"\r\n")))
            except ValueError as error:
                raise ImdbKerasError(f"line {number} of standard input {wrong}") from error
        yield parsed


def _ids(line: bytes) -> list[int]:
    return list(map(int, line.split()))


def _is_number(word: str) -> bool:
    try:
        int(word)
    except ValueError:
        return False
    return True
