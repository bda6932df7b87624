"""The commands about datasets as such: `build`, `list`, `info`, `verify`.

Usage:

    datasets.add_to(commands)   # of the parser in `command`
"""

from __future__ import annotations

import argparse
import os
from typing import Any

from etils import epy

from ..errors import ImdbKerasError
from ..names import DATASET
from .parser import DATA_DIR, DIFFERENT, add_command, add_json, add_name
from .printing import print_json, print_table

# What takes long to import waits until a command needs it: the help needs none of it.
with epy.lazy_imports():
    import tensorflow_datasets as tfds

    from imdb_keras_tfds.cli import prepared
    from imdb_keras_tfds.imdb_keras import imdb_keras_dataset_builder
    from imdb_keras_tfds.storage import manifest, settings


def add_to(commands: Any) -> None:
    """Adds the commands."""
    build = add_command(
        commands,
        "build",
        "prepare datasets, and print their folders",
        "top5k top10k",
        run=_build,
        notes="What is prepared already is left as it is.",
    )
    add_name(build, nargs="+")
    build.add_argument(
        "--overwrite", action="store_true", help="prepare anew what is prepared already"
    )

    listing = add_command(
        commands,
        "list",
        "list the datasets that are prepared",
        "--json",
        run=_list,
        used=[DATA_DIR],
    )
    add_json(listing)

    info = add_command(
        commands,
        "info",
        "tell what a dataset is",
        "top10k",
        run=_info,
        used=[DATA_DIR],
        notes="Nothing is prepared; of what is not prepared it tells that, and ends with status 1.",
    )
    add_name(info)
    add_json(info)

    verified = add_command(
        commands,
        "verify",
        "check every file and record of a dataset",
        "top10k",
        run=_verify,
        used=[DATA_DIR],
        notes="A line for each thing that is wrong, and status 1 if there is one.",
    )
    add_name(verified)
    add_json(verified)


def _build(options: argparse.Namespace) -> int:
    datasets = [prepared.find(name, options.data_dir) for name in options.name]
    for dataset in datasets:
        prepared.prepare(dataset, options.archive, overwrite=options.overwrite)
        print(dataset.folder)
    return 0


def _list(options: argparse.Namespace) -> int:
    datasets = prepared.prepared_in(options.data_dir)
    if options.json:
        print_json(
            [
                {
                    "name": f"{DATASET}/{dataset.name}",
                    "version": dataset.folder.name,
                    "size": _size(dataset),
                    "folder": os.fspath(dataset.folder),
                }
                for dataset in datasets
            ]
        )
    elif datasets:
        print_table(
            [
                ("name", "version", "size", "folder"),
                *(
                    (
                        f"{DATASET}/{dataset.name}",
                        dataset.folder.name,
                        str(tfds.core.utils.Size(_size(dataset))),
                        os.fspath(dataset.folder),
                    )
                    for dataset in datasets
                ),
            ]
        )
    else:
        print(f"no dataset of {DATASET} is prepared in {prepared.root_of(options.data_dir)}")
    return 0


def _size(dataset: prepared.Dataset) -> int:
    """The bytes of all files of a dataset."""
    return sum(path.stat().st_size for path in dataset.folder.iterdir() if path.is_file())


def _info(options: argparse.Namespace) -> int:
    dataset = prepared.find(options.name, options.data_dir)
    told = _told_of(dataset)
    if options.json:
        print_json(told)
    else:
        _print_told(told)
    return 0 if dataset.is_prepared else DIFFERENT


def _told_of(dataset: prepared.Dataset) -> dict[str, Any]:
    """What is known of a dataset, for JSON."""
    if not dataset.is_prepared:
        builder = imdb_keras_dataset_builder.Builder(config=dataset.name, data_dir=dataset.root)
        return {
            "name": builder.info.full_name,
            "meaning": builder.builder_config.description,
            "folder": os.fspath(dataset.folder),
            "prepared": False,
            "prepare_by": dataset.how_to_prepare,
            "settings": builder.builder_config.settings,
        }
    builder = prepared.prepare(dataset)
    info, metadata = builder.info, builder.info.metadata
    try:
        return {
            "name": info.full_name,
            "meaning": settings.config_of(builder).description,
            "folder": os.fspath(dataset.folder),
            "prepared": True,
            "format": info.file_format.value,
            "size": int(info.dataset_size),
            "vocabulary_size": metadata["vocabulary_size"],
            "settings": metadata["settings"],
            "splits": {
                name: {"reviews": split.num_examples, "shards": split.num_shards}
                | {
                    count: metadata["splits"][name][count]
                    for count in ("with_movie", "copies")
                    if count in metadata["splits"][name]
                }
                for name, split in info.splits.items()
            },
            "source": {
                folder: {"reviews": contents["reviews"], "sha256": contents["sha256"]}
                for folder, contents in metadata["source"].items()
            },
        }
    except (KeyError, TypeError, AttributeError) as error:
        raise ImdbKerasError(
            f"{dataset.folder / manifest.METADATA} is not one of {DATASET}; build the dataset again"
        ) from error


def _print_told(told: dict[str, Any]) -> None:
    lines = [(key, told[key]) for key in ("name", "meaning", "folder")]
    if not told["prepared"]:
        lines.append(("prepared", f"no; prepare it by: {told['prepare_by']}"))
    else:
        lines.append(("format", f"{told['format']}, {tfds.core.utils.Size(told['size'])}"))
        lines.append(("vocabulary", f"{told['vocabulary_size']:,} words"))
    lines += [("setting", f"{name}={value!r}") for name, value in told["settings"].items()]
    for name, split in told.get("splits", {}).items():
        told_of = f"{name}: {split['reviews']:,} reviews in {split['shards']} shards"
        if "copies" in split:
            told_of += f", {split['with_movie']:,} with their movie, {split['copies']:,} copies"
        lines.append(("split", told_of))
    for name, held in told.get("source", {}).items():
        lines.append(("source", f"{name}: {held['reviews']:,} reviews, SHA-256 {held['sha256']}"))
    print_table(lines)


def _verify(options: argparse.Namespace) -> int:
    from ..storage.verify import verify

    dataset = prepared.find(options.name, options.data_dir)
    problems = verify(dataset.folder)
    if options.json:
        print_json({"folder": os.fspath(dataset.folder), "problems": problems})
    elif problems:
        print(*problems, sep="\n")
    else:
        print(f"{dataset.folder}: all is well")
    return DIFFERENT if problems else 0
