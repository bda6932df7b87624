"""Rows that are not held as they are handed out, and are made when some of them are asked for.

Usage:

    class Squares(Rows):
        def __len__(self): ...
        def take(self, order): ...

    squares[0]     # a row
    squares[2:4]   # some rows, as Ragged
"""

from abc import ABC, abstractmethod
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from .ragged import Ragged


class Rows(ABC):
    """Rows of which some can be taken."""

    @abstractmethod
    def __len__(self) -> int: ...

    @abstractmethod
    def take(self, order: NDArray[np.int64]) -> Ragged:
        """The rows of the given places, none of them negative, in that order."""

    @overload
    def __getitem__(self, index: int) -> NDArray[Any]: ...
    @overload
    def __getitem__(self, index: slice) -> Ragged: ...
    def __getitem__(self, index: int | slice) -> NDArray[Any] | Ragged:
        """A row, or some of the rows.

        Raises:
          IndexError: there is no such row.
        """
        chosen = range(len(self))[index]
        if isinstance(chosen, int):
            return self.take(np.array([chosen]))[0]
        return self.take(np.array(chosen, np.int64))
