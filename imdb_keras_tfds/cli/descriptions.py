"""The commands that describe a dataset in a file: `report`, `export croissant`.

Usage:

    descriptions.add_to(commands, formats)   # of the parser in `command`
"""

import argparse
from collections.abc import Callable
from typing import Any

from ..config import ImdbKerasConfig
from ..errors import ImdbKerasError
from ..imdb_keras.imdb_keras_dataset_builder import Builder
from .parser import add_command, add_name, add_output
from .prepared import Dataset, find, output, prepare


def add_to(commands: Any, formats: Any) -> None:
    """Adds the commands: `report`, and `croissant` to the formats of `export`."""
    report = add_command(
        commands,
        "report",
        "show a dataset on a page of HTML, for choosing the settings",
        "top10k -o report.html",
        run=_report,
    )
    add_name(report)
    add_output(report, f"{Builder.name}-NAME.html")

    croissant = add_command(
        formats,
        "croissant",
        "describe a dataset in Croissant, the JSON-LD of MLCommons",
        "top10k",
        run=_croissant,
        notes="Nothing is put into the dataset folder.",
    )
    add_name(croissant)
    add_output(croissant, f"{Builder.name}-NAME.croissant.json")


def _report(options: argparse.Namespace) -> int:
    from ..describe import report  # which imports matplotlib
    from ..recipe.sequences import SHUFFLED
    from ..storage.prepared import contents_of, read_corpus
    from ..storage.ranks import recall

    def page(dataset: Dataset) -> str:
        builder = prepare(dataset, options.archive)
        if dataset.is_own or dataset.is_earlier:
            return report.page(builder)  # What it was built from may not be at hand any more.
        corpus = recall(contents_of(builder), SHUFFLED)
        if corpus is None:
            full = ImdbKerasConfig(corpus=builder.builder_config.corpus).name
            corpus = read_corpus(prepare(find(full, options.data_dir), options.archive))
        return report.page(builder, corpus)

    return _write(options, "html", page)


def _croissant(options: argparse.Namespace) -> int:
    from ..export import croissant  # which imports mlcroissant

    def text(dataset: Dataset) -> str:
        if dataset.is_own:
            raise ImdbKerasError(
                f"{Builder.name}/{dataset.name} is a dataset of your own reviews, for which this "
                "command is not made; name a config of the Stanford reviews or of the sample"
            )
        return croissant.text(prepare(dataset, options.archive))

    return _write(options, "croissant.json", text)


def _write(options: argparse.Namespace, suffix: str, content: Callable[[Dataset], str]) -> int:
    """Writes what describes a dataset to its file."""
    dataset = find(options.name, options.data_dir)
    path = options.output or f"{Builder.name}-{dataset.name}.{suffix}"
    with output(path) as file:
        file.write(content(dataset).encode())
    print(path)
    return 0
