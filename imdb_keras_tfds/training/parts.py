"""Which records a split's spelling names: TFDS's `train[:80%]`, `train+unsupervised` and the like.

Usage:

    for part in parts_of(builder, "train[:80%]+test"):
        tokens[part.split][part.rows]
"""

from dataclasses import dataclass
from typing import Any

import tensorflow_datasets as tfds

from ..errors import ImdbKerasError
from ..integers import shown


@dataclass(frozen=True)
class Part:
    """Some records of a split, one behind the other.

    Attributes:
      split: its name.
      rows: the places of the records in it.
    """

    split: str
    rows: slice


def parts_of(builder: tfds.core.DatasetBuilder, split: Any) -> list[Part]:
    """The parts of splits that a spelling names, as TFDS reads it.

    Args:
      builder: of a prepared dataset.
      split: the spelling.

    Raises:
      ImdbKerasError: it names none that there is.
    """
    splits = builder.info.splits
    try:
        parts: list[Any] = tfds.core.ReadInstruction.from_spec(split).to_absolute(splits)
    except Exception as error:  # TFDS has one of its own for each mistake.
        reason = str(error).partition("\n")[0].rstrip(".")
        raise _no_such_split(builder, split, reason) from error
    for part in parts:
        if part.to is not None and part.to < (part.from_ or 0):
            raise _no_such_split(builder, split, f"{part.to} is before {part.from_}")
    return [Part(part.splitname, slice(part.from_ or 0, part.to)) for part in parts]


def _no_such_split(builder: tfds.core.DatasetBuilder, split: Any, reason: str) -> ImdbKerasError:
    there_are = [f"{name} of {held.num_examples:,}" for name, held in builder.info.splits.items()]
    return ImdbKerasError(
        f"split={shown(split)} cannot be read ({reason}); the splits are {', '.join(there_are)} "
        "records, and 'train[:80%]' or 'train+test' name parts of them"
    )
