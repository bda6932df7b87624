"""The grammar of config names: from settings to their one name, and back.

    name   = ["sample_"] vocab ["_skip" N] ["_max" N] ["_start" C] ["_oov" C] ["_from" N]
             ["_seed" N] ["_val" P] ["_text"] ["_keras"]
    vocab  = "full" | "top" N | "top" N "k"

N is a number, C a number or `none`, P a percentage. Defaults are left out, and `k` stands for three
zeros wherever it can, so every config has one name and every name is one config. `sample` alone is
short for `sample_full`.

Usage:

    spelt({"num_words": 10_000, "skip_top": 20})   # "top10k_skip20"
    parsed("top10k_skip20")                        # {"num_words": 10000, "skip_top": 20}
    parsed("tpo10k")                               # None
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from .source.release import RELEASES
from .spelling import nearest_name

DATASET: Final = "imdb_keras"
"""The name of the dataset, which may stand before that of a config."""

SEMANTICS = ("documented", "keras")
"""What a config can mean by its settings; the first one is the default."""

DEFAULTS: Final[Mapping[str, Any]] = {
    "num_words": None,
    "skip_top": 0,
    "maxlen": None,
    "start_char": 1,
    "oov_char": 2,
    "index_from": 3,
    "seed": 113,
    "validation_split": 0,
    "text": False,
    "semantics": SEMANTICS[0],
    "corpus": "stanford",
}
"""The settings that names tell of, each with its default."""

# The parts of a name that have a number, in their order, and the settings they stand for.
_PARTS = {
    "skip": "skip_top",
    "max": "maxlen",
    "start": "start_char",
    "oov": "oov_char",
    "from": "index_from",
    "seed": "seed",
    "val": "validation_split",
}

_TEXT = "text"

# Of 12 digits at most: no setting is that large, and an error need not spell out more.
_PART = re.compile(rf"({'|'.join(_PARTS)})([0-9]{{1,12}}|none)")
_VOCAB = re.compile(r"full|top([0-9]{1,12})(k?)")
_WORDS = ("full", "top", *RELEASES, *SEMANTICS, *_PARTS, _TEXT)

# The name of a folder on every file system, and a config name to TFDS.
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,99}")


def spelt(settings: Mapping[str, Any]) -> str:
    """The name of settings.

    Args:
      settings: any of `DEFAULTS`, each with a value that it can have; others are at their default.
    """
    settings = {**DEFAULTS, **settings}
    parts = ["sample"] if settings["corpus"] == "sample" else []
    if settings["num_words"] is None:
        parts.append("full")
    elif settings["num_words"] % 1000 == 0:
        parts.append(f"top{settings['num_words'] // 1000}k")
    else:
        parts.append(f"top{settings['num_words']}")
    for part, setting in _PARTS.items():
        value = settings[setting]
        if value != DEFAULTS[setting]:
            parts.append(f"{part}{'none' if value is None else value}")
    if settings["text"]:
        parts.append(_TEXT)
    if settings["semantics"] == "keras":
        parts.append("keras")
    return "_".join(parts)


def parsed(name: str) -> dict[str, Any] | None:
    """The settings that a name stands for, whatever their values; None if it is none.

    It takes more than the grammar has (any order, capitals, defaults spelt out), so that a wrong
    spelling can be answered with the right one.
    """
    settings: dict[str, Any] = {}
    for word in name.lower().split("_"):
        setting: str
        value: Any
        if word in RELEASES:
            setting, value = "corpus", word
        elif word in SEMANTICS:
            setting, value = "semantics", word
        elif word == _TEXT:
            setting, value = "text", True
        elif match := _VOCAB.fullmatch(word):
            setting, value = "num_words", None
            if match[1]:
                value = int(match[1]) * (1000 if match[2] else 1)
        elif match := _PART.fullmatch(word):
            setting, value = _PARTS[match[1]], None if match[2] == "none" else int(match[2])
        else:
            return None
        if setting in settings:
            return None
        settings[setting] = value
    return settings


def nearest(name: str) -> dict[str, Any] | None:
    """The settings that a name which is none was meant to stand for, if that can be told."""
    meant = nearest_name(name, _WORDS)
    return None if meant is None or meant == name.lower() else parsed(meant)


def is_own_name(name: str) -> bool:
    """Whether a config of one's own reviews can have this name: a plain one, not in the grammar."""
    return parsed(name) is None and _PLAIN.fullmatch(name) is not None
