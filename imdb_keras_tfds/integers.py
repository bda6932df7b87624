"""Checks that an argument is a whole number.

Usage:

    integer("batch_size", 64, smallest=1)          # 64; NumPy's integers do as well
    integer("batch_size", "64", smallest=1)        # ImdbKerasError
"""

import operator
from typing import Any

import numpy as np

from .errors import ImdbKerasError

LARGEST = 2**31 - 1
"""Of int32, which lengths, numbers of rows and indices are, or easily become."""


def integer(name: str, value: Any, smallest: int, largest: int = LARGEST) -> int:
    """An argument as an integer.

    Args:
      name: of the argument.
      value: given for it; a bool passes for an integer in Python, and before 2.3 in NumPy, but
        not here.
      smallest: that it may be.
      largest: that it may be.

    Raises:
      ImdbKerasError: it is no integer, or out of bounds.
    """
    try:
        number = None if isinstance(value, bool | np.bool_) else operator.index(value)
    except TypeError:
        number = None
    if number is None:
        raise ImdbKerasError(f"{name}={shown(value)} is not an integer; give a whole number")
    if not smallest <= number <= largest:
        raise ImdbKerasError(
            f"{name}={shown(number)} is out of bounds; give a number from {smallest} to {largest}"
        )
    return number


def shown(value: Any) -> str:
    """A value in an error: on one line, and not too long."""
    try:
        text = " ".join(repr(value).split())
    except ValueError:  # Python prints no integer of more than some thousand digits.
        text = "a number of very many digits"
    return text if len(text) <= 80 else f"{text[:77]}..."
