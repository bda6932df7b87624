"""The manifest of a dataset folder, and the digests of the release to hold it against.

`SHA256SUMS` lists every file that decides what is read, so that `sha256sum -c SHA256SUMS` works in
the folder. `metadata.json` holds a content digest of each split. `reference_digests.json` of this
package holds both for the listed configs.

Usage:

    unify_line_ends(folder)
    write_manifest(folder)
    read_manifest(folder)["features.json"]   # a SHA-256
"""

import json
import re
from pathlib import Path
from typing import Any

from etils import epath

from ..errors import ImdbKerasError
from . import strict_json
from .hashing import sha256_of
from .plain_files import read_plain, reason_of

MANIFEST = "SHA256SUMS"

METADATA = "metadata.json"

INFO = "dataset_info.json"

MAX_SIZE = 16 << 20
"""Bytes that these three, and `features.json`, have at most; of a thousand shards about 0.1 MB."""

MAX_WORD_INDEX_SIZE = 1 << 30
"""Bytes that the word index has at most; that of the release has 1.6 million."""

REFERENCE = Path(__file__).parent.parent / "imdb_keras" / "reference_digests.json"

_TEXT_SUFFIXES = (".json", ".txt")

_MANIFEST_LINE = re.compile(r"([0-9a-f]{64})  ([^/]+)")


def unify_line_ends(folder: epath.PathLike) -> None:
    """Gives TFDS's text files on Windows the line ends, and so the digests, of everywhere else."""
    for path in epath.Path(folder).iterdir():
        if path.suffix in _TEXT_SUFFIXES and b"\r\n" in (content := path.read_bytes()):
            path.write_bytes(content.replace(b"\r\n", b"\n"))


def write_manifest(folder: epath.PathLike) -> None:
    """Writes `SHA256SUMS` of all files but `dataset_info.json`, which TFDS writes last."""
    folder = epath.Path(folder)
    names = sorted(path.name for path in folder.iterdir())
    lines = [
        f"{sha256_of(folder / name)}  {name}\n" for name in names if name not in (MANIFEST, INFO)
    ]
    (folder / MANIFEST).write_bytes("".join(lines).encode())


def read_manifest(folder: epath.PathLike) -> dict[str, str]:
    """The manifest as file name -> SHA-256.

    Raises:
      OSError: it is not there, or cannot be read.
      ValueError: it is not of the form that `write_manifest` gives it.
    """
    text = read_plain(epath.Path(folder) / MANIFEST, MAX_SIZE).decode()
    *lines, rest = text.split("\n")
    if rest:
        raise ValueError(f"its last line, {rest[:80]!r}, has no end")
    sums: dict[str, str] = {}
    for line in lines:
        match = _MANIFEST_LINE.fullmatch(line)
        if match is None:
            raise ValueError(f"{line[:80]!r} is not a line of sha256sum")
        if match[2] in sums:
            raise ValueError(f"it names {match[2][:80]!r} twice")
        sums[match[2]] = match[1]
    return sums


def read_metadata(folder: epath.PathLike) -> dict[str, Any]:
    """What `metadata.json` of a folder holds.

    Raises:
      ImdbKerasError: it cannot be read, or is no JSON object.
    """
    path = epath.Path(folder) / METADATA
    try:
        content = strict_json.parse(read_plain(path, MAX_SIZE))
    except (OSError, ValueError) as error:
        raise ImdbKerasError(
            f"{path}: cannot be read ({reason_of(error)}); build the dataset again"
        ) from error
    if not isinstance(content, dict):
        raise ImdbKerasError(f"{path}: is not a JSON object; build the dataset again")
    return content


def reference(folder: epath.PathLike) -> dict[str, Any]:
    """What `reference_digests.json` holds of a dataset.

    Args:
      folder: of the prepared dataset.

    Returns:
      `size`: bytes of all records; `files`: name -> SHA-256, as in the manifest; `splits`: split ->
      number of records and content digest, as in the metadata.
    """
    info = json.loads((epath.Path(folder) / INFO).read_text())
    return {
        "size": sum(int(split["numBytes"]) for split in info["splits"]),
        "files": read_manifest(folder),
        "splits": read_metadata(folder)["splits"],
    }
