"""`ImdbKerasConfig`, the settings of a dataset, and the names that stand for them.

`names` has the grammar of the names: every config has one, and every name is one config. A config
of one's own reviews is named by its maker, and by no name of the grammar.

Usage:

    ImdbKerasConfig(num_words=10_000, skip_top=20).name       # "top10k_skip20"
    ImdbKerasConfig.from_name("top10k_skip20").skip_top       # 20
    ImdbKerasConfig(name="mine_top10k", num_words=10_000, corpus="/data/mine")
"""

import contextlib
import html
import os
import warnings
from typing import TYPE_CHECKING, Any, Final

import tensorflow_datasets as tfds

from . import names
from .errors import ImdbKerasError, warn
from .integers import LARGEST, integer, shown
from .names import DEFAULTS, SEMANTICS
from .recipe.cuts import why_no_word, word_indices
from .recipe.validation import MAX_PERCENT, VALIDATION
from .source.release import RELEASES, SPLITS, Release

PAD: Final = 0
"""The index that Keras leaves free for padding."""

MAX_SEED: Final = 2**32 - 1
"""What `numpy.random.RandomState` takes."""

_MAX_INDEX = LARGEST  # indices are int32

_LOAD_DATA = ("num_words", "skip_top", "maxlen", "start_char", "oov_char", "index_from", "seed")


class ImdbKerasConfig(tfds.core.BuilderConfig):
    """The settings of one dataset: those of `keras.datasets.imdb.load_data`, and more.

    Configs are immutable, and equal where names, settings and corpus are.

    Attributes:
      name: the one name of these settings, see the grammar in `names`; of one's own reviews, the
        name that they were given.
      num_words: words of an index (rank + `index_from`) below it are kept; None keeps all.
      skip_top: so many of the most frequent words are cut.
      maxlen: ids that a review has at most; None sets no limit.
      seed: of the shuffle of `train` and `test`, for `numpy.random.RandomState`.
      start_char: the id before each review; None for none.
      oov_char: the id in place of a word that was cut; None leaves such words out.
      index_from: the index of a word is its rank plus this.
      semantics: `documented` (num_words, skip_top and maxlen mean what Keras's page says) or
        `keras` (what Keras's code does).
      corpus: `stanford`; `sample` for the small corpus that comes with this package; or the path
        of one's own reviews, a folder or a tar in the layout of the release. None stands for one's
        own reviews, too, of a dataset that is prepared: where they were is not told in it.
      validation_split: so many percent of the reviews of each label are taken out of `train`, as a
        split `validation` that has no movie and no text in common with it; 0 for no such split.
      text: whether records have the text of the review, too.
    """

    if TYPE_CHECKING:
        name: str  # Of TFDS, which has no types. At run time `settings` are all that is here.
    num_words: int | None
    skip_top: int
    maxlen: int | None
    seed: int
    start_char: int | None
    oov_char: int | None
    index_from: int
    semantics: str
    corpus: str | None
    validation_split: int
    text: bool

    def __init__(
        self,
        num_words: int | None = None,
        skip_top: int = 0,
        maxlen: int | None = None,
        seed: int = 113,
        start_char: int | None = 1,
        oov_char: int | None = 2,
        index_from: int = 3,
        semantics: str = "documented",
        corpus: str | os.PathLike[str] | None = "stanford",
        name: str | None = None,
        *,
        validation_split: int = 0,
        text: bool = False,
    ):
        """Checks the settings; see the class for what they mean.

        Raises:
          ImdbKerasError: a setting is no integer or out of its bounds, an index does not fit in
            int32, or semantics or corpus are unknown; one's own reviews have no name, or one that
            is no plain name or is in the grammar; other settings have another name than theirs.

        Warns:
          UserWarning: special indices (padding, start, out-of-vocabulary) collide with each other
            or with the indices of words, or no word is left in any review. Keras allows both, so
            they are allowed here.
        """
        if not isinstance(semantics, str) or semantics not in SEMANTICS:
            raise ImdbKerasError(
                f"semantics={shown(semantics)} is unknown; use 'documented' or 'keras'"
            )
        if not isinstance(corpus, str | os.PathLike | None):
            raise ImdbKerasError(
                f"corpus={shown(corpus)} is no path; use 'stanford', 'sample' or a path"
            )
        self.corpus = None if corpus is None else os.fspath(corpus)
        if self.is_own:
            _check_own_name(name, self.corpus)
        vocabulary_size = self._release.vocabulary_size if self._release else 0
        self.num_words = _optional("num_words", num_words, 1, _MAX_INDEX)
        self.skip_top = integer("skip_top", skip_top, 0, _MAX_INDEX)
        self.maxlen = _optional("maxlen", maxlen, 0, _MAX_INDEX)
        self.seed = integer("seed", seed, 0, MAX_SEED)
        self.start_char = _optional("start_char", start_char, 0, _MAX_INDEX)
        self.oov_char = _optional("oov_char", oov_char, 0, _MAX_INDEX)
        self.index_from = integer("index_from", index_from, 0, _MAX_INDEX - vocabulary_size)
        self.semantics = semantics
        self.validation_split = integer("validation_split", validation_split, 0, MAX_PERCENT)
        if not isinstance(text, bool):
            raise ImdbKerasError(f"text={shown(text)} is neither True nor False; give one")
        self.text = text
        own_name = name if self.is_own else None
        super().__init__(name=own_name or names.spelt(vars(self)), description=self._description())
        if name is not None and (not isinstance(name, str) or name != self.name):
            raise ImdbKerasError(
                f"name={shown(name)} is not the name of these settings; use {self.name!r}, or "
                "leave it out"
            )
        self._is_complete = True
        no_word = why_no_word(self, self._vocabulary_size)
        if oddities := [*self._collisions(), *([no_word] if no_word else [])]:
            warn(f"config {self.name}: {'; '.join(oddities)}")

    @classmethod
    def from_name(cls, name: str) -> "ImdbKerasConfig":
        """The config that a name stands for.

        Raises:
          ImdbKerasError: the name is not in the grammar; where it can be meant in one way only,
            the error says the right name.
        """
        config = cls(**_settings_of(name))
        if name != config.name and (name, config.name) != ("sample", "sample_full"):
            raise ImdbKerasError(f"config name {name!r} is not spelt right; use {config.name!r}")
        return config

    @property
    def settings(self) -> dict[str, Any]:
        """The keyword arguments of this config; `ImdbKerasConfig(**config.settings)` equals it.

        Of one's own reviews they hold the name, and None for the path of the corpus.
        """
        settings = {setting: getattr(self, setting) for setting in self.__annotations__}
        return settings | {"corpus": None, "name": self.name} if self.is_own else settings

    @property
    def is_own(self) -> bool:
        """Whether it is a config of one's own reviews."""
        return self._release is None

    @property
    def splits(self) -> list[str]:
        """The splits of a dataset, in their order; `test` and `unsupervised` may be missing."""
        return [*SPLITS, *([VALIDATION] if self.validation_split else [])]

    @property
    def word_indices(self) -> range:
        """The indices that words may have after those below and above were cut."""
        return word_indices(self, self._vocabulary_size)

    @property
    def _vocabulary_size(self) -> int:
        # Of one's own reviews nobody knows how many words there are.
        return self._release.vocabulary_size if self._release else _MAX_INDEX - self.index_from

    @property
    def _release(self) -> Release | None:
        return RELEASES.get(self.corpus) if self.corpus is not None else None

    def _description(self) -> str:
        changed = [key for key in _LOAD_DATA if getattr(self, key) != DEFAULTS[key]]
        arguments = ", ".join(f"{key}={getattr(self, key)}" for key in changed)
        meaning = {
            "documented": "as Keras's page documents it",
            "keras": "as Keras's code computes it",
        }
        corpora = {"stanford": "the Stanford reviews", "sample": "the sample corpus"}
        reviews = corpora.get(self.corpus or "", "reviews of one's own")
        more = ", each with its text" if self.text else ""
        if self.validation_split:
            more += f"; {self.validation_split}% of train are held out for validation"
        return f"load_data({arguments}) {meaning[self.semantics]}, on {reviews}{more}."

    def _collisions(self) -> list[str]:
        special = {"the padding": PAD, "start_char": self.start_char, "oov_char": self.oov_char}
        used = [(what, index) for what, index in special.items() if index is not None]
        found = [
            f"{what} and {other} are both {index}"
            for i, (what, index) in enumerate(used)
            for other, other_index in used[i + 1 :]
            if index == other_index
        ]
        words = self.word_indices
        return found + [
            f"{what} {index} is also the index of a word" for what, index in used if index in words
        ]

    def __setattr__(self, name: str, value: Any) -> None:
        if getattr(self, "_is_complete", False):
            raise AttributeError(f"a config is immutable; make another one to change {name}")
        super().__setattr__(name, value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ImdbKerasConfig) and (
            (self.name, self.corpus, self.settings) == (other.name, other.corpus, other.settings)
        )

    def __hash__(self) -> int:
        return hash(self.name)

    def __repr__(self) -> str:
        arguments = {"name": self.name} | self.settings | {"corpus": self.corpus}
        return f"ImdbKerasConfig({', '.join(f'{k}={v!r}' for k, v in arguments.items())})"

    def _repr_html_(self) -> str:
        """The settings as a table, those that are not Keras's defaults in bold."""
        rows = []
        for setting, value in (self.settings | {"corpus": self.corpus}).items():
            shown_value = f"<code>{html.escape(repr(value), quote=False)}</code>"
            if value != DEFAULTS.get(setting, value):
                shown_value = f"<b>{shown_value}</b>"
            rows.append(f"<tr><td>{setting}</td><td>{shown_value}</td></tr>")
        name, about = (html.escape(text, quote=False) for text in (self.name, self.description))
        return f"<p><b>{name}</b>: {about}</p><table><tbody>{''.join(rows)}</tbody></table>"


def _check_own_name(name: str | None, corpus: str | None) -> None:
    if name is None:
        raise ImdbKerasError(
            f"corpus={corpus!r} is unknown; use 'stanford' or 'sample', or, if it is the path of "
            "your own reviews, give them a name: name='mine'"
        )
    if not isinstance(name, str) or not names.is_own_name(name):
        raise ImdbKerasError(
            f"name={shown(name)} cannot be that of your own reviews; use letters, digits, '_' and "
            "'-', a letter first, and no name that stands for settings on the Stanford reviews or "
            "the sample"
        )


def _optional(setting: str, value: Any, smallest: int, largest: int) -> int | None:
    return None if value is None else integer(setting, value, smallest, largest)


def _settings_of(name: Any) -> dict[str, Any]:
    """The settings that a name stands for; `ImdbKerasError` if it is none."""
    settings = names.parsed(name) if isinstance(name, str) else None
    if settings is None:
        raise _unknown(name)
    return settings


def _unknown(name: Any) -> ImdbKerasError:
    """The error of a name that is none, which says what it could have been meant to be."""
    meant = names.nearest(name) if isinstance(name, str) else None
    if meant is not None:
        with contextlib.suppress(ImdbKerasError), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            right = ImdbKerasConfig(**meant).name
            return ImdbKerasError(f"{name!r} is not a config name; did you mean {right!r}?")
    return ImdbKerasError(
        f"{name!r} is not a config name; names are made like 'full', 'top10k', "
        "'top10k_skip20_max256' or 'full_keras', and other names are found where a dataset is "
        "prepared, or made by ImdbKerasConfig(name=..., corpus=...)"
    )
