"""Describes a prepared dataset in Croissant 1.0, the JSON-LD of MLCommons.

Croissant has no way to read TFRecords or ArrayRecords: files, splits, labels and the fields of a
record are told to whoever looks for a dataset; the records are for TFDS to read. Importing this
module imports mlcroissant.

Usage:

    croissant.write(builder, "top10k.json")   # mlcroissant validate --jsonld top10k.json
"""

import json
import os
import re
from typing import Any

import mlcroissant as mlc
import tensorflow_datasets as tfds

from ..errors import ImdbKerasError
from ..imdb_keras.imdb_keras_dataset_builder import Builder
from ..recipe.validation import VALIDATION
from ..recipe.vocabulary import WORD_INDEX
from ..source.release import LABEL_NAMES, SAMPLE, STANFORD, UNLABELLED
from ..storage import atomic
from ..storage.hashing import sha256_of, size_of
from ..storage.manifest import MANIFEST, METADATA, read_manifest
from ..storage.settings import config_of

_TEXT, _INTEGER, _URL = mlc.DataType.TEXT, mlc.DataType.INTEGER, mlc.DataType.URL
_ENUMERATION = "https://schema.org/Enumeration"
_LABEL = "http://mlcommons.org/croissant/Label"

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

_FIELDS = {
    "id": (_TEXT, "The review's folder and number in the archive, train/pos/576_10."),
    "tokens": (_INTEGER, "The review as ids of words, int32, one behind the other."),
    "label": (_INTEGER, "0 negative, 1 positive; -1 in unsupervised."),
    "rating": (_INTEGER, "The reviewer's stars, 1 to 10; 0 in unsupervised."),
    "movie": (_TEXT, "The title of the movie at IMDb, tt0105265; empty where it is not known."),
    "duplicate_of": (
        _TEXT,
        "The id of the first review with the very same text, in the order train, test, "
        "unsupervised; empty for that one, and where there is no other.",
    ),
    "text": (_TEXT, "The review as it is in its file."),
}

# When the reviews were published: the month of the paper, and of the sample corpus.
_PUBLISHED: dict[str | None, str] = {STANFORD.name: "2011-06", SAMPLE.name: "2026-11"}

_SPLITS = {
    "train": "cr:TrainingSplit",
    "test": "cr:TestSplit",
    VALIDATION: "cr:ValidationSplit",
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
      ImdbKerasError: a file is not the one of the manifest; the reviews are of one's own.
    """
    info, config = builder.info, config_of(builder)
    if config.corpus not in _PUBLISHED:
        raise ImdbKerasError(
            f"{info.full_name} is a dataset of one's own reviews: nobody knows here who made them, "
            "and what may be done with them; describe a config of the Stanford reviews"
        )
    described = mlc.Metadata(
        name=f"{builder.name}/{config.name}",
        description=f"{info.description}\n\nThis config: {config.description}",
        cite_as=info.citation,
        url=info.homepage,
        version=str(info.version),
        in_language=["en"],
        keywords=["sentiment analysis", "text classification", "film reviews"],
        distribution=[*_files(builder), _shards(builder)],
        record_sets=[_splits(builder), _labels(), _records(builder)],
        date_published=_PUBLISHED[config.corpus],
        **_rights(builder),
    ).to_json()
    # mlcroissant has made a day of the month.
    return {**described, "datePublished": _PUBLISHED[config.corpus]}


def _rights(builder: Builder) -> dict[str, Any]:
    """Who made the reviews, and what may be done with them."""
    if config_of(builder).corpus == SAMPLE.name:
        return {
            "creators": [mlc.Organization(name="imdb-keras-tfds")],
            "license": ["https://spdx.org/licenses/Apache-2.0.html"],
        }
    (authors,) = re.findall(r"author += {(.+)}", builder.info.citation)
    names = [" ".join(reversed(author.split(", "))) for author in authors.split(" and ")]
    return {
        "creators": [mlc.Person(name=name) for name in names],
        "license": [
            mlc.CreativeWork(
                name="No formal licence",
                description="The reviews are their authors'; the dataset was published for "
                "research, and those who made it ask to be cited.",
                url=builder.info.homepage,
            )
        ],
    }


def _files(builder: Builder) -> list[Any]:
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


def _shards(builder: Builder) -> Any:
    file_format = builder.info.file_format
    return mlc.FileSet(
        id="shards",
        name="shards",
        description="The files of records.",
        encoding_formats=[_FORMATS[file_format]],
        includes=[f"{builder.name}-*.{file_format.file_suffix}-*"],
    )


def _splits(builder: Builder) -> Any:
    return mlc.RecordSet(
        id="splits",
        name="splits",
        description="The splits, each with its number of records.",
        data_types=[mlc.DataType.SPLIT],
        key=["splits/name"],
        fields=[
            mlc.Field(id="splits/name", name="name", data_types=[_TEXT]),
            mlc.Field(id="splits/url", name="url", data_types=[_URL]),
            mlc.Field(id="splits/records", name="records", data_types=[_INTEGER]),
        ],
        data=[
            {
                "splits/name": name,
                "splits/url": _SPLITS.get(name),
                "splits/records": split.num_examples,
            }
            for name, split in builder.info.splits.items()
        ],
    )


def _labels() -> Any:
    names = {**dict(enumerate(LABEL_NAMES)), UNLABELLED: "unlabelled"}
    return mlc.RecordSet(
        id="labels",
        name="labels",
        description="The labels and their names.",
        data_types=[_ENUMERATION],
        key=["labels/id"],
        fields=[
            mlc.Field(id="labels/id", name="id", data_types=[_INTEGER]),
            mlc.Field(id="labels/name", name="name", data_types=[_TEXT]),
        ],
        data=[{"labels/id": label, "labels/name": name} for label, name in names.items()],
    )


def _records(builder: Builder) -> Any:
    suffix = re.escape(builder.info.file_format.file_suffix)
    fields = [
        mlc.Field(
            id="records/split",
            name="split",
            description="The split that the record is in.",
            data_types=[_TEXT],
            references=mlc.Source(field="splits/name"),
            source=mlc.Source(
                file_set="shards",
                extract=mlc.Extract(file_property="filename"),
                transforms=[mlc.Transform(regex=rf"{builder.name}-(.+)\.{suffix}-.+")],
            ),
        )
    ]
    for name, (data_type, description) in _FIELDS.items():
        # TFDS does not keep their order in a folder.
        if name not in builder.info.features:
            continue
        is_label = name == "label"
        fields.append(
            mlc.Field(
                id=f"records/{name}",
                name=name,
                description=description,
                data_types=[data_type, _LABEL] if is_label else [data_type],
                repeated=name == "tokens" or None,
                references=mlc.Source(field="labels/id") if is_label else mlc.Source(),
                source=mlc.Source(file_set="shards", extract=mlc.Extract(column=name)),
            )
        )
    return mlc.RecordSet(
        id="records",
        name="records",
        description="The reviews, each a tf.train.Example whose features are these fields; "
        "tfds.builder_from_directory reads them.",
        key=["records/id"],
        fields=fields,
    )
