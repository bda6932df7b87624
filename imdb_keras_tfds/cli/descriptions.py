"""The commands that describe a dataset: `report`, `card`, `export croissant`.

Usage:

    descriptions.add_to(commands, formats)   # of the parser in `command`
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import shtab
from etils import epy

from ..names import DATASET
from .parser import add_command, add_name, add_output

if TYPE_CHECKING:
    import tensorflow_datasets as tfds

# What takes long to import waits until a command needs it: the help needs none of it.
with epy.lazy_imports():
    from imdb_keras_tfds.cli import prepared


def add_to(commands: Any, formats: Any) -> None:
    """Adds the commands: `report`, `card`, and `croissant` to the formats of `export`."""
    added = add_command(
        commands,
        "report",
        "show a dataset on a page of HTML, for choosing the settings",
        "top10k -o report.html",
        run=_report,
    )
    add_name(added)
    add_output(added, f"{DATASET}-NAME.html")

    added = add_command(
        commands,
        "card",
        "print the card of a dataset: a datasheet in Markdown, its figures counted",
        "top10k -o card.md",
        run=_card,
    )
    add_name(added)
    add_output(added, None)

    added = add_command(
        formats,
        "croissant",
        "describe a dataset in Croissant, the JSON-LD of MLCommons",
        "top10k",
        run=_croissant,
        notes="Nothing is put into the dataset folder, whose records Croissant cannot read; those "
        "of a Parquet export it can.",
    )
    add_name(added)
    add_output(added, f"{DATASET}-NAME.croissant.json")
    folder = added.add_argument(
        "--parquet",
        metavar="DIR",
        help="describe the Parquet export of the dataset that is in this folder",
    )
    folder.complete = shtab.DIRECTORY  # type: ignore[attr-defined]


def _report(options: argparse.Namespace) -> int:
    from ..describe import report  # which imports matplotlib
    from ..describe.notebook import corpus_of

    def full(name: str) -> tfds.core.DatasetBuilder:
        return prepared.prepare(prepared.find(name, options.data_dir), options.archive)

    def page(dataset: prepared.Dataset, path: str) -> str:
        del path  # It names no other file.
        builder = prepared.prepare(dataset, options.archive)
        return report.page(builder, corpus_of(builder, full))

    return _write(options, "html", page)


def _card(options: argparse.Namespace) -> int:
    from ..describe import card

    dataset = prepared.find(options.name, options.data_dir)
    if options.output is None:
        print(card.markdown(prepared.prepare(dataset, options.archive)), end="")
        return 0
    with prepared.output(options.output) as file:
        file.write(card.markdown(prepared.prepare(dataset, options.archive)).encode())
    print(options.output)
    return 0


def _croissant(options: argparse.Namespace) -> int:
    from ..export import croissant, croissant_tables  # which import mlcroissant

    def description(dataset: prepared.Dataset, path: str) -> str:
        builder = prepared.prepare(dataset, options.archive)
        if options.parquet is None:
            return croissant.text(builder)
        return croissant_tables.text(builder, options.parquet, path)

    return _write(options, "croissant.json", description)


def _write(
    options: argparse.Namespace, suffix: str, content: Callable[[prepared.Dataset, str], str]
) -> int:
    """Writes what describes a dataset to its file."""
    dataset = prepared.find(options.name, options.data_dir)
    path = options.output or f"{DATASET}-{dataset.name}.{suffix}"
    with prepared.output(path) as file:
        file.write(content(dataset, path).encode())
    print(path)
    return 0
