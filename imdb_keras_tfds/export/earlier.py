"""Whether a folder holds nothing but an earlier export, which a new one may replace.

Usage:

    foreign_in("imdb", beside=["README.md"])   # None, or "thesis.txt is not of an export"
"""

import pathlib
from collections.abc import Collection, Iterator

import pyarrow as pa
from pyarrow import parquet

from ..storage.hashing import sha256_of
from ..storage.manifest import MANIFEST, read_manifest
from ..storage.plain_files import names_in, reason_of
from . import shards
from .arrow import ORIGIN


def foreign_in(folder: pathlib.Path, beside: Collection[str]) -> str | None:
    """What is in a folder that no export has put there, or that was changed since.

    Args:
      folder: any one.
      beside: names of the files that an export has beside shards and manifest.

    Returns:
      The first such thing, as a clause; None if there is none, so that nothing is lost with the
      folder.
    """
    return next(_foreign(folder, beside), None)


def _foreign(folder: pathlib.Path, beside: Collection[str]) -> Iterator[str]:
    try:
        names, sums = names_in(folder), read_manifest(folder)
    except (OSError, ValueError) as error:
        yield f"{MANIFEST} of an export cannot be read there ({reason_of(error)})"
        return
    for name in names:
        if name == MANIFEST:
            continue
        is_shard = shards.NAME.fullmatch(name) is not None
        if name not in sums or not (name in beside or is_shard):
            yield f"{name} is not of an export"
            continue
        try:
            if sha256_of(folder / name) != sums[name]:
                yield f"{name} was changed since it was written"
            elif is_shard and not _has_origin(folder / name):
                yield f"{name} is not of an export of this package"
        except OSError as error:
            yield f"{name} cannot be read ({reason_of(error)})"
    if not any(map(shards.NAME.fullmatch, names)):
        yield "there are no shards of an export"


def _has_origin(path: pathlib.Path) -> bool:
    """Whether a file says that its records are of a dataset of this package."""
    try:
        return ORIGIN in (parquet.read_schema(path).metadata or {})
    except pa.ArrowException:
        return False
