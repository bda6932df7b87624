"""Describes a prepared dataset in Croissant 1.0, the JSON-LD of MLCommons.

Croissant has no way to read TFRecords or ArrayRecords: files, splits, labels and the fields of a
record are told to whoever looks for a dataset; the records are for TFDS to read. Those of a Parquet
export can be read, see `croissant_tables`. Importing this module imports mlcroissant.

Usage:

    croissant.write(builder, "top10k.json")   # mlcroissant validate --jsonld top10k.json
"""

import json
import os
import re
from typing import Any

import mlcroissant as mlc
import tensorflow_datasets as tfds

from ..describe.account import Account
from ..describe.fields import FIELDS
from ..errors import ImdbKerasError
from ..imdb_keras.imdb_keras_dataset_builder import Builder
from ..recipe.vocabulary import WORD_INDEX
from ..storage import atomic
from ..storage.hashing import sha256_of, size_of
from ..storage.manifest import MANIFEST, METADATA, read_manifest
from . import croissant_parts as parts

# Formats without a MIME type go by the page that describes them.
_FORMATS = {
    tfds.core.FileFormat.TFRECORD: "https://www.tensorflow.org/tutorials/load_data/tfrecord",
    tfds.core.FileFormat.ARRAY_RECORD: "https://github.com/google/array_record",
}

_FILES = {
    WORD_INDEX: "Keras's word index: word -> rank, from 1; the id of a word is its rank plus "
    "index_from.",
    METADATA: "The settings of the config, and the digests of its source and of its content.",
    "features.json": "The features of a record, for TFDS.",
    "label.labels.txt": "The names of the labels, in their order.",
    MANIFEST: "The SHA-256 of the other files, as sha256sum reads it.",
}


def write(builder: Builder, path: str | os.PathLike[str]) -> None:
    """Writes what `text` returns, whole or not at all.

    Args:
      builder: see `document`.
      path: of the file. In the dataset folder `verify` would find it to be one too many.

    Raises:
      ImdbKerasError: see `document`.
      OSError: the file cannot be written there.
    """
    with atomic.writing(path) as file:
        file.write(text(builder).encode())


def text(builder: Builder) -> str:
    """What `document` returns, as JSON: the same text for the same dataset.

    Args:
      builder: see `document`.

    Raises:
      ImdbKerasError: see `document`.
    """
    return json.dumps(document(builder), indent=2, ensure_ascii=False) + "\n"


def document(builder: Builder) -> dict[str, Any]:
    """The description of a dataset.

    The URLs of its files are their names in the dataset folder. `dataset_info.json` is not among
    them: it tells of one build, and differs between builds of the same bytes.

    Args:
      builder: of a prepared dataset.

    Returns:
      JSON-LD that `mlcroissant` accepts without a warning.

    Raises:
      ImdbKerasError: a file is not the one of the manifest; the reviews are of one's own; the
        records cannot be read, or are not those that were built.
    """
    parts.check_known(builder)
    made_in = parts.context("1.0")
    distribution = [*_files(builder, made_in), _shards(builder, made_in)]
    record_sets = [
        parts.splits(builder, made_in),
        parts.labels(made_in),
        _records(builder, made_in),
    ]
    return parts.document(builder, Account.of(builder), made_in, distribution, record_sets)


def _files(builder: Builder, made_in: Any) -> list[Any]:
    """Every file of the manifest, and the manifest."""
    folder = builder.data_path
    sums = read_manifest(folder)
    described = []
    for name in [*sums, MANIFEST]:
        digest = sha256_of(folder / name)
        if digest != sums.get(name, digest):
            raise ImdbKerasError(
                f"{folder / name}: differs from {MANIFEST}; delete the folder, so that it is "
                "built again"
            )
        if name.endswith(".json"):
            encoding = "application/json"
        elif name in _FILES:
            encoding = "text/plain"
        else:
            encoding = _FORMATS[builder.info.file_format]
        described.append(
            mlc.FileObject(
                ctx=made_in,
                id=name,
                name=name,
                description=_FILES.get(name, "Records of one split."),
                content_url=name,
                content_size=f"{size_of(folder / name)} B",
                encoding_formats=[encoding],
                sha256=digest,
            )
        )
    return described


def _shards(builder: Builder, made_in: Any) -> Any:
    file_format = builder.info.file_format
    return mlc.FileSet(
        ctx=made_in,
        id="shards",
        name="shards",
        description="The files of records.",
        encoding_formats=[_FORMATS[file_format]],
        includes=[f"{builder.name}-*.{file_format.file_suffix}-*"],
    )


def _records(builder: Builder, made_in: Any) -> Any:
    suffix = re.escape(builder.info.file_format.file_suffix)
    fields = [
        mlc.Field(
            ctx=made_in,
            id="records/split",
            name="split",
            description="The split that the record is in.",
            data_types=[parts.TEXT],
            references=mlc.Source(field="splits/name"),
            source=mlc.Source(
                file_set="shards",
                extract=mlc.Extract(file_property="filename"),
                transforms=[mlc.Transform(regex=rf"{builder.name}-(.+)\.{suffix}-.+")],
            ),
        )
    ]
    for name, data_type in parts.TYPES.items():
        # TFDS does not keep their order in a folder.
        if name not in builder.info.features:
            continue
        is_label = name == "label"
        fields.append(
            mlc.Field(
                ctx=made_in,
                id=f"records/{name}",
                name=name,
                description=FIELDS[name],
                data_types=[data_type, parts.LABEL] if is_label else [data_type],
                repeated=name == "tokens" or None,
                references=mlc.Source(field=f"{parts.LABELS}/id") if is_label else mlc.Source(),
                source=mlc.Source(file_set="shards", extract=mlc.Extract(column=name)),
            )
        )
    return mlc.RecordSet(
        ctx=made_in,
        id="records",
        name="records",
        description="The reviews, each a tf.train.Example whose features are these fields; "
        "tfds.builder_from_directory reads them.",
        key=["records/id"],
        fields=fields,
    )
