"""The command `audit`: what one should know of a dataset before one trusts a result.

Usage:

    audits.add_to(commands)   # of the parser in `command`
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from etils import epy

from .parser import DIFFERENT, add_command, add_json, add_name
from .printing import print_json, print_table
from .quiet import note

if TYPE_CHECKING:
    from ..describe.audit import Audit
    from ..describe.links import Copies, RandomCut, Shared

# What takes long to import waits until a command needs it: the help needs none of it.
with epy.lazy_imports():
    from imdb_keras_tfds.cli import prepared
    from imdb_keras_tfds.describe import audit
    from imdb_keras_tfds.recipe import validation


def add_to(commands: Any) -> None:
    """Adds the command."""
    added = add_command(
        commands,
        "audit",
        "tell copies, shared movies, and reviews that say little",
        "top10k_val20 --strict",
        run=_audit,
        notes="What it finds is told, and no error: the status is 0.",
    )
    add_name(added)
    add_json(added)
    added.add_argument(
        "--strict",
        action="store_true",
        help="end with status 1 if train and validation have a movie or a text in common",
    )


def _audit(options: argparse.Namespace) -> int:
    found = audit.of(
        prepared.prepare(prepared.find(options.name, options.data_dir), options.archive)
    )
    if options.json:
        print_json(asdict(found))
    else:
        _print(found)
    if not options.strict:
        return 0
    if validation.VALIDATION not in found.splits:
        note(f"{found.name} has no split {validation.VALIDATION}, so nothing is shared with it")
    elif found.leak:
        return DIFFERENT
    return 0


def _print(found: Audit) -> None:
    print(found.name, end="\n\n")
    print_table(_of_splits(found))
    print(f"\n  short: with fewer than {audit.SHORT} words")
    if found.copies is None or found.shared is None or found.random_cut is None:
        print("\nDatasets of version 1.0.0 do not tell movies and copies; build a newer one.")
        return
    print("\nCopies, byte for byte, by the split of the first review of the text:\n")
    print_table(_of_copies(found.copies))
    differing = [pair for copies in found.copies for pair in copies.other_rating]
    differing += [pair for copies in found.copies for pair in copies.other_label]
    if differing:
        print("\nCopies with other stars or another label than their original:\n")
        print_table([(copy, "of", original) for copy, original in dict.fromkeys(differing)])
    print("\nIn common:\n")
    print_table(_of_shared(found.shared))
    print(f"\n{_of_cut(found.random_cut)}")


def _of_splits(found: Audit) -> Iterator[tuple[str, ...]]:
    heads = ("reviews", "empty", "short", "no known word", "unknown words", "movies", "no movie")
    yield ("split", *heads, "most of one movie")
    for name, split in found.splits.items():
        share = split.unknown_words
        yield (
            name,
            _number(split.reviews),
            _number(split.empty),
            _number(split.short),
            _number(split.without_known_word),
            "not told" if share is None else f"{share:.2%}",
            _number(split.movies),
            _number(split.without_movie),
            _number(split.most_of_a_movie),
        )


def _of_copies(copies: list[Copies]) -> Iterator[tuple[str, ...]]:
    yield ("copies in", "of", "reviews", "other label", "other stars", "for example")
    for pair in copies:
        copy, original = pair.examples[0]
        yield (
            pair.split,
            pair.original,
            _number(pair.reviews),
            _number(len(pair.other_label)),
            _number(len(pair.other_rating)),
            f"{copy} of {original}",
        )


def _of_shared(shared: list[Shared]) -> Iterator[tuple[str, ...]]:
    yield ("splits", "movies", "with reviews", "texts", "with reviews", "for example")
    for pair in shared:
        yield (
            " and ".join(pair.splits),
            _number(pair.movies),
            " and ".join(map(_number, pair.of_movies)),
            _number(pair.texts),
            " and ".join(map(_number, pair.of_texts)),
            ", ".join(pair.examples),
        )


def _of_cut(cut: RandomCut) -> str:
    return (
        f"A random cut of train that holds out {cut.held_out:,} of {cut.reviews:,} reviews leaks. "
        f"Of those held out,\n{cut.movie:.1%} have a review of the same movie in what is left, "
        f"{cut.text:.1%} the very same text, {cut.movie_or_text:.1%} either."
    )


def _number(count: int | None) -> str:
    return "not told" if count is None else f"{count:,}"
