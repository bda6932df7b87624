"""The commands that describe a dataset: `report`, `card`, `export croissant`.

Usage:

    descriptions.add_to(commands, formats)   # of the parser in `command`
"""

import argparse
from collections.abc import Callable
from typing import Any

import shtab
import tensorflow_datasets as tfds

from ..imdb_keras.imdb_keras_dataset_builder import Builder
from .parser import add_command, add_name, add_output
from .prepared import Dataset, find, output, prepare


def add_to(commands: Any, formats: Any) -> None:
    """Adds the commands: `report`, `card`, and `croissant` to the formats of `export`."""
    report = add_command(
        commands,
        "report",
        "show a dataset on a page of HTML, for choosing the settings",
        "top10k -o report.html",
        run=_report,
    )
    add_name(report)
    add_output(report, f"{Builder.name}-NAME.html")

    card = add_command(
        commands,
        "card",
        "print the card of a dataset: a datasheet in Markdown, its figures counted",
        "top10k -o card.md",
        run=_card,
    )
    add_name(card)
    add_output(card, None)

    croissant = add_command(
        formats,
        "croissant",
        "describe a dataset in Croissant, the JSON-LD of MLCommons",
        "top10k",
        run=_croissant,
        notes="Nothing is put into the dataset folder, whose records Croissant cannot read; those "
        "of a Parquet export it can.",
    )
    add_name(croissant)
    add_output(croissant, f"{Builder.name}-NAME.croissant.json")
    folder = croissant.add_argument(
        "--parquet",
        metavar="DIR",
        help="describe the Parquet export of the dataset that is in this folder",
    )
    folder.complete = shtab.DIRECTORY  # type: ignore[attr-defined]


def _report(options: argparse.Namespace) -> int:
    from ..describe import report  # which imports matplotlib
    from ..describe.notebook import corpus_of

    def full(name: str) -> tfds.core.DatasetBuilder:
        return prepare(find(name, options.data_dir), options.archive)

    def page(dataset: Dataset, path: str) -> str:
        del path  # It names no other file.
        builder = prepare(dataset, options.archive)
        return report.page(builder, corpus_of(builder, full))

    return _write(options, "html", page)


def _card(options: argparse.Namespace) -> int:
    from ..describe import card

    dataset = find(options.name, options.data_dir)
    if options.output is None:
        print(card.markdown(prepare(dataset, options.archive)), end="")
        return 0
    with output(options.output) as file:
        file.write(card.markdown(prepare(dataset, options.archive)).encode())
    print(options.output)
    return 0


def _croissant(options: argparse.Namespace) -> int:
    from ..export import croissant, croissant_tables  # which import mlcroissant

    def description(dataset: Dataset, path: str) -> str:
        builder = prepare(dataset, options.archive)
        if options.parquet is None:
            return croissant.text(builder)
        return croissant_tables.text(builder, options.parquet, path)

    return _write(options, "croissant.json", description)


def _write(options: argparse.Namespace, suffix: str, content: Callable[[Dataset, str], str]) -> int:
    """Writes what describes a dataset to its file."""
    dataset = find(options.name, options.data_dir)
    path = options.output or f"{Builder.name}-{dataset.name}.{suffix}"
    with output(path) as file:
        file.write(content(dataset, path).encode())
    print(path)
    return 0
