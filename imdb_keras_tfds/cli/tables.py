"""The command that writes a dataset for other programs: `export parquet`.

Usage:

    tables.add_to(formats)   # of the parser in `command`
"""

import argparse
import re
from typing import Any

import shtab
from etils import epy

from .parser import add_command, add_name

# What takes long to import waits until a command needs it: the help needs none of it.
with epy.lazy_imports():
    from imdb_keras_tfds.cli import prepared

_UNITS = {"": 1, "B": 1}
_UNITS |= {f"{prefix}B": 1000**power for power, prefix in enumerate("KMGT", 1)}
_UNITS |= {f"{prefix}iB": 1024**power for power, prefix in enumerate("KMGT", 1)}
_UNIT_OF = {unit.upper(): size for unit, size in _UNITS.items()}

_DEFAULT = "500MB"


def add_to(formats: Any) -> None:
    """Adds `parquet` to the formats of `export`."""
    parquet = add_command(
        formats,
        "parquet",
        "write a dataset as Parquet, for pandas, polars, DuckDB and Hugging Face",
        "top10k_text -o imdb",
        run=_parquet,
        notes="All splits go to one folder, which is there when it is whole, or not at all.",
    )
    add_name(parquet)
    folder = parquet.add_argument(
        "-o", "--output", metavar="DIR", required=True, help="the folder to make"
    )
    folder.complete = shtab.DIRECTORY  # type: ignore[attr-defined]
    parquet.add_argument(
        "--max-shard-size",
        metavar="SIZE",
        type=_size,
        default=_DEFAULT,
        help="what the rows of a file have at most, uncompressed, as in 64MB or 1GiB "
        f"(default: {_DEFAULT})",
    )
    parquet.add_argument(
        "--force",
        action="store_true",
        help="replace an earlier export; a folder with anything else in it is left alone",
    )


def _parquet(options: argparse.Namespace) -> int:
    from ..export import parquet  # which takes time

    dataset = prepared.find(options.name, options.data_dir)
    folder = parquet.write(
        lambda: prepared.prepare(dataset, options.archive),
        options.output,
        max_shard_size=options.max_shard_size,
        force=options.force,
    )
    print(folder)
    return 0


def _size(text: str) -> int:
    """Bytes, of a number with or without a unit."""
    match = re.fullmatch(r"(\d+) ?([A-Z]*)", text.strip().upper(), re.ASCII)
    if match is None or match[2] not in _UNIT_OF or not int(match[1]):
        raise argparse.ArgumentTypeError(
            f"{text!r} is no size; give a number of bytes, or one with a unit, as in {_DEFAULT}"
        )
    return int(match[1]) * _UNIT_OF[match[2]]
