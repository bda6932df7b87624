"""The manifest of a dataset folder, and the digests of the release to hold it against.

`SHA256SUMS` lists every file that decides what is read, so that `sha256sum -c SHA256SUMS` works in
the folder. `metadata.json` holds a content digest of each split. `reference_digests.json` of this
package holds both for the listed configs.

Usage:

    write_manifest(folder)
    read_manifest(folder)["features.json"]   # a SHA-256
"""

import json
import re
from pathlib import Path
from typing import Any

from etils import epath

from .hashing import sha256_of

MANIFEST = "SHA256SUMS"


METADATA = "metadata.json"


INFO = "dataset_info.json"


REFERENCE = Path(__file__).parent.parent / "imdb_keras" / "reference_digests.json"


_MANIFEST_LINE = re.compile(r"([0-9a-f]{64})  ([^/]+)")


def write_manifest(folder: epath.PathLike) -> None:
    """Writes `SHA256SUMS` of all files but `dataset_info.json`, which TFDS writes last."""
    folder = epath.Path(folder)
    names = sorted(path.name for path in folder.iterdir())
    lines = [
        f"{sha256_of(folder / name)}  {name}\n" for name in names if name not in (MANIFEST, INFO)
    ]
    (folder / MANIFEST).write_text("".join(lines))


def read_manifest(folder: epath.PathLike) -> dict[str, str]:
    """The manifest as file name -> SHA-256.

    Raises:
      OSError: it is not there.
      ValueError: it is not of the form that `sha256sum` reads.
    """
    sums = {}
    for line in (epath.Path(folder) / MANIFEST).read_text().splitlines():
        match = _MANIFEST_LINE.fullmatch(line)
        if match is None:
            raise ValueError(f"{line[:80]!r} is not a line of sha256sum")
        sums[match[2]] = match[1]
    return sums


def reference(folder: epath.PathLike) -> dict[str, Any]:
    """What `reference_digests.json` holds of a dataset.

    Args:
      folder: of the prepared dataset.

    Returns:
      `files`: name -> SHA-256, as in the manifest; `splits`: split -> number of records and
      content digest, as in the metadata.
    """
    folder = epath.Path(folder)
    metadata = json.loads((folder / METADATA).read_text())
    return {"files": read_manifest(folder), "splits": metadata["splits"]}
