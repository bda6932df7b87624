"""What mlcroissant says of a description, and reads by it."""

import copy
import pathlib
from typing import Any

import mlcroissant as mlc

from imdb_keras_tfds.training.columns import Columns


def complaints(described: dict[str, Any] | pathlib.Path) -> str:
    """What `mlcroissant validate` has to say of a description, errors and warnings."""
    try:
        dataset = mlc.Dataset(copy.deepcopy(described))  # mlcroissant changes what it is given.
        return str(dataset.metadata.ctx.issues.report())
    except mlc.ValidationError as error:
        return str(error)


def assert_records(dataset: Any, split: str, columns: Columns) -> None:
    """Checks that all records of a split are read, with the values and types of its columns."""
    count = 0
    for place, record in enumerate(dataset.records(split)):
        assert list(record) == [f"{split}/{name}" for name in columns]
        for name, column in columns.items():
            value, expected = record[f"{split}/{name}"], column[place]  # type: ignore[index]
            if name == "tokens":
                assert type(value) is list
                assert {type(number) for number in value} <= {int}
                assert value == expected.tolist()
            elif name in ("label", "rating"):
                assert type(value) is int
                assert value == expected
            else:  # mlcroissant's Text is bytes.
                assert type(value) is bytes
                assert value.decode() == expected
        count += 1
    assert count == len(columns["id"])
