"""The commands about the files that Keras published: `prove`, `export keras`.

Usage:

    keras_files.add_to(commands, formats)   # of the parser in `command`
"""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING, Any

from etils import epy

from ..errors import ImdbKerasError
from ..source.local import local_archive
from .parser import DEFAULT_CONFIG, DIFFERENT, add_command, add_json
from .printing import print_json, print_table

if TYPE_CHECKING:
    from ..recipe.corpus import Corpus

# What takes long to import waits until a command needs it: the help needs none of it.
with epy.lazy_imports():
    from imdb_keras_tfds.cli import prepared


def add_to(commands: Any, formats: Any) -> None:
    """Adds the commands: `prove`, and `keras` to the formats of `export`."""
    prove = add_command(
        commands,
        "prove",
        "hold the hashes that Keras published against the data",
        "--archive aclImdb_v1.tar.gz",
        run=_prove,
        notes="Status 1 if one is another.",
    )
    add_json(prove)

    keras = add_command(
        formats,
        "keras",
        "write imdb.npz and imdb_word_index.json where Keras looks for them",
        "--keras-home ~/.keras",
        run=_export,
    )
    keras.add_argument(
        "--keras-home", metavar="DIR", help="Keras's folder (default: KERAS_HOME, or ~/.keras)"
    )
    keras.add_argument("--force", action="store_true", help="overwrite files of other content")


def _prove(options: argparse.Namespace) -> int:
    from ..keras_compat.published import PUBLISHED

    corpus = _corpus(options)
    proofs = []
    for file in PUBLISHED:
        computed = file.compute(corpus)
        proofs.append(
            {
                "file": file.name,
                "published_in": file.published,
                "published": file.digest,
                "computed": computed,
                "match": computed == file.digest,
            }
        )
    if options.json:
        print_json(proofs)
    else:
        header = ("file", "published in", "published", "computed here", "match")
        print_table([header, *map(_row, proofs)])
    return 0 if all(proof["match"] for proof in proofs) else DIFFERENT


def _row(proof: dict[str, Any]) -> tuple[str, ...]:
    *cells, match = proof.values()
    return (*cells, "yes" if match else "NO")


def _export(options: argparse.Namespace) -> int:
    from ..keras_compat.published import export

    home = options.keras_home or os.environ.get("KERAS_HOME") or os.path.expanduser("~/.keras")
    if not options.keras_home and home.startswith("~"):
        raise ImdbKerasError("there is no home folder; name Keras's folder by --keras-home")
    for path in export(_corpus(options), home, force=options.force):
        print(path)
    return 0


def _corpus(options: argparse.Namespace) -> Corpus:
    """The Stanford corpus: from the local archive if there is one, else from TFDS's data."""
    if local := local_archive(options.archive):
        from ..recipe.corpus import build
        from ..source import reading, release

        return build(reading.read(local, release.STANFORD))
    from ..storage.prepared import read_corpus

    dataset = prepared.find(DEFAULT_CONFIG, options.data_dir)
    return read_corpus(prepared.prepare(dataset, options.archive))
