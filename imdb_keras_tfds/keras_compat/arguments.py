"""What the arguments of `load_data` mean: settings, old names, and Keras's name of a file.

Usage:

    arguments = Arguments(num_words=10_000).with_old_names({"nb_words": 5_000}, "load_data")
    arguments.settings()   # what `sequences.encode` is told
    check_path("imdb.npz")
"""

import operator
import os
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from numbers import Real
from typing import Any

from ..config import ImdbKerasConfig
from ..errors import ImdbKerasError, warn
from ..integers import shown
from ..names import SEMANTICS
from ..recipe.sequences import Settings
from ..recipe.validation import MAX_PERCENT

Path = str | os.PathLike[str]

_ROUNDING = 1e-5  # of a float32


@dataclass
class Arguments:
    """The arguments of `load_data` that say what becomes of a review; Keras checks none of them."""

    num_words: int | None = None
    skip_top: int = 0
    maxlen: int | None = None
    seed: int = 113
    start_char: int | None = 1
    oov_char: int | None = 2
    index_from: int = 3
    semantics: str = "keras"

    @classmethod
    def named(cls, named: Mapping[str, Any], function: str) -> "Arguments":
        """The arguments of a call in which all have their names; see `with_old_names`.

        Args:
          named: name -> value, of today's or of old names.
          function: the name of what was called.
        """
        today = {field.name for field in fields(cls)}
        arguments = cls(**{name: value for name, value in named.items() if name in today})
        return arguments.with_old_names(
            {name: value for name, value in named.items() if name not in today}, function
        )

    def with_old_names(self, named: Mapping[str, Any], function: str) -> "Arguments":
        """The arguments after those that Keras 1 and 2 took by another name.

        Args:
          named: what a call had beside the arguments of today.
          function: the name of what was called.

        Raises:
          TypeError: there is no argument of such a name.

        Warns:
          DeprecationWarning: `nb_words`.
        """
        for name in named:
            if name != "nb_words":
                raise TypeError(f"{function}() got an unexpected keyword argument {name!r}")
        if not named:
            return self
        warn(
            "nb_words is the name that num_words had in Keras 1; use num_words", DeprecationWarning
        )
        return replace(self, num_words=named["nb_words"])

    def settings(self) -> Settings:
        """The settings for `sequences.encode`.

        Raises:
          ImdbKerasError: `semantics` is unknown; with documented semantics, a setting makes no
            sense.
          TypeError: `start_char`, `oov_char` or `index_from` is no integer.
        """
        if self.semantics not in SEMANTICS:
            raise ImdbKerasError(
                f"semantics={self.semantics!r} is unknown; use 'documented' or 'keras'"
            )
        if self.semantics == "documented":
            return ImdbKerasConfig(**vars(self))
        return replace(
            self,
            start_char=None if self.start_char is None else operator.index(self.start_char),
            oov_char=None if self.oov_char is None else operator.index(self.oov_char),
            index_from=operator.index(self.index_from),
        )


def percent_of(validation_split: Any) -> int:
    """A share of the training reviews as whole percent, which `validation.held_out` takes.

    Args:
      validation_split: from 0.01 to 0.5 in steps of 0.01, or 0 for none.

    Raises:
      ImdbKerasError: it is another one, or no number.
    """
    is_number = isinstance(validation_split, Real) and not isinstance(validation_split, bool)
    share = float(validation_split) if is_number and 0 <= validation_split <= 1 else -1.0
    # 0.29 is no float; so a float that is as near as one can be will do.
    percent = round(100 * share)
    if not bool(share) <= percent <= MAX_PERCENT or abs(100 * share - percent) > _ROUNDING:
        raise ImdbKerasError(
            f"validation_split={shown(validation_split)} is no share of whole percent; give one "
            f"from 0.01 to {MAX_PERCENT / 100}, such as 0.2, or 0 for none"
        )
    return percent


def check_path(path: Path | None) -> None:
    """Refuses a `path` with a folder in it, as Keras does.

    A bare name is that of the file in Keras's cache. There is no such file here, so that any name
    will do.

    Raises:
      ImdbKerasError: there is a folder in it.
      TypeError: it is no path.
    """
    if not path:
        return
    name = os.fspath(path)
    if os.sep in name or (os.altsep or os.sep) in name or name in (os.curdir, os.pardir):
        raise ImdbKerasError(
            f"path={name!r} names a folder, where Keras has the name of a file in its cache; name "
            "TFDS's data folder by data_dir"
        )
