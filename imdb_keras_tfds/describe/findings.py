"""What the figures of a dataset say, as sentences; none of these figures is known beforehand.

Usage:

    found = findings(builder, composition, audited)
    found["biases"]   # ["Of one film there are at most 30 reviews: ...", ...]
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import tensorflow_datasets as tfds

from ..config import ImdbKerasConfig
from ..recipe.cuts import word_indices
from ..recipe.validation import VALIDATION
from ..storage.settings import config_of
from .audit import SHORT, Audit
from .composition import Composition
from .links import HELD_OUT, Copies

_STARS = range(1, 11)

NOT_TOLD = (
    "Datasets of version 1.0.0 do not tell movies and copies: how many of the reviews are copies, "
    "and which movies are in more than one split, is not told here."
)


def findings(
    builder: tfds.core.DatasetBuilder, composition: Composition, audited: Audit
) -> dict[str, list[str]]:
    """What the figures say of each topic, see `topics`; in Markdown.

    Args:
      builder: of a prepared dataset.
      composition: what is in it.
      audited: what an audit found in it.
    """
    config = config_of(builder)
    found = {
        "missing": _missing(composition),
        "splits": _splits(config, composition, audited),
        "limitations": _limitations(composition, audited),
        "biases": _biases(composition),
        "annotation": _annotation(composition),
        "agreement": _agreement(audited),
        "preprocessing": _preprocessing(config, builder.info.metadata),
    }
    return {topic: list(sentences) for topic, sentences in found.items()}


def _missing(composition: Composition) -> Iterator[str]:
    for name, split in composition.splits.items():
        if split.without_stars:
            yield (
                f"In {name}, {_share(split.without_stars, split.reviews)} have no label and no "
                "stars: they are -1 and 0."
            )
        if split.movies is None:
            continue
        if split.with_movie < split.reviews:
            unknown = split.reviews - split.with_movie
            yield f"In {name}, the movie of {_share(unknown, split.reviews)} is not known."
    if composition.movies is None:
        yield NOT_TOLD


def _splits(config: ImdbKerasConfig, composition: Composition, audited: Audit) -> Iterator[str]:
    splits = " and ".join(name for name in composition.splits if name in ("train", "test"))
    yield (
        f"The reviews are split as their folders are; the order of {splits} is that of Keras's "
        f"`load_data(seed={config.seed})`."
    )
    if config.validation_split:
        yield (
            f"`{VALIDATION}` is {config.validation_split} % of the reviews of each label of train, "
            "rounded down, taken out by whole movies, so that it shares no movie and no text with "
            "what is left there."
        )
    elif cut := audited.random_cut:
        by_movies = "`validation_split=20`" if config.is_own else "`_val20` in its name"
        yield (
            "No validation split is in this dataset. One that is cut from train at random, with "
            f"{HELD_OUT} % held out, has for {cut.movie_or_text:.1%} of its reviews another of the "
            f"same movie or text in what is left; a config with {by_movies} cuts by whole movies."
        )


def _limitations(composition: Composition, audited: Audit) -> Iterator[str]:
    if audited.copies is None or audited.shared is None:
        yield NOT_TOLD
    else:
        copies = sum(pair.reviews for pair in audited.copies)
        yield (
            f"{copies:,} of the {composition.reviews:,} reviews are, byte for byte, the text of "
            f"another one: {_joined(map(_copies, audited.copies))}. The field `duplicate_of` names "
            "the first of a text."
            if copies
            else f"None of the {composition.reviews:,} reviews has the very text of another one."
        )
        for pair in audited.shared:
            if pair.movies:
                one, other = pair.splits
                more = " and others" if pair.movies > len(pair.examples) else ""
                yield (
                    f"{one} and {other} have {_number(pair.movies, 'movie')} in common "
                    f"({', '.join(pair.examples)}{more}), with "
                    f"{_number(pair.of_movies[0], 'review')} in {one} and {pair.of_movies[1]:,} in "
                    f"{other}."
                )
    unknown = {name: split.unknown_words for name, split in audited.splits.items()}
    if any(unknown.values()):
        shares = _joined(f"{share or 0:.1%} of those in {name}" for name, share in unknown.items())
        yield f"The settings of this dataset cut words: {shares}."
    little = {name: split.empty + split.short for name, split in audited.splits.items()}
    if any(little.values()):
        counts = _joined(f"{count:,} in {name}" for name, count in little.items())
        yield f"Some reviews say little, in fewer than {SHORT} words: {counts}."


def _copies(copies: Copies) -> str:
    where = "itself" if copies.split == copies.original else copies.original
    return f"{copies.reviews:,} in {copies.split} of {where}"


def _biases(composition: Composition) -> Iterator[str]:
    movies = composition.movies
    if movies:
        yield (
            f"The reviews are of {len(movies):,} movies; of one there are at most "
            f"{max(movies.values()):,}."
        )
    stars = composition.stars
    there = {star for counts in stars.values() for star in counts}
    if not there:
        return
    if absent := [star for star in _STARS if star not in there]:
        yield (
            f"No labelled review has {_joined(map(str, absent), 'or')} stars: those who were of "
            "two minds are not heard, which makes the labels easier to tell apart than opinions "
            "are."
        )
    total = sum(sum(counts.values()) for counts in stars.values())
    ends = sum(counts.get(star, 0) for counts in stars.values() for star in (1, 10))
    yield f"{ends / total:.1%} of the labelled reviews have the least or the most stars, 1 or 10."
    positive = _joined(
        f"{split.labels.get('pos', 0) / split.labelled:.1%} of those of {name}"
        for name, split in composition.splits.items()
        if split.labelled
    )
    yield (
        f"Of the labelled reviews {positive} are positive. That is the share of the collection, "
        "not of what people write."
    )


def _annotation(composition: Composition) -> Iterator[str]:
    stars = _joined(
        f"those of `{label}` have {min(counts)} to {max(counts)} stars"
        for label, counts in composition.stars.items()
    )
    yield f"The label of a review is that of the folder that it is in: {stars}."


def _agreement(audited: Audit) -> Iterator[str]:
    if not audited.copies:
        return
    stars = sum(len(pair.other_rating) for pair in audited.copies)
    labels = sum(len(pair.other_label) for pair in audited.copies)
    yield (
        "A text that is there twice may have been given stars twice: "
        f"{_number(stars, 'copy', 'copies')} with other stars than the first review of the text, "
        f"and {labels:,} with another label."
    )


def _preprocessing(config: ImdbKerasConfig, metadata: Mapping[str, Any]) -> Iterator[str]:
    size, limit = metadata["vocabulary_size"], metadata["index_limit"]
    yield (
        "Words: ASCII letters are lowercased; ASCII punctuation but the apostrophe, tabs and "
        "newlines become spaces; a review is cut at its spaces. Nothing else is cleaned: `<br />` "
        "leaves the word `br`."
    )
    yield (
        f"Ranks: the {size:,} words of the labelled reviews of the folder train are ranked by how "
        "often they occur there, and the id of a word is its rank plus "
        f"{config.index_from}. Words that are not among them are left out of the other splits."
    )
    kept = word_indices(config, size, limit)
    fate = "left out" if config.oov_char is None else f"replaced by {config.oov_char}"
    if len(kept) < size:
        yield f"Of these words, those with the ids {kept.start} to {kept.stop - 1} are kept" + (
            f"; others are {fate}." if kept else "."
        )
    if config.start_char is not None:
        yield f"Before each review stands the id {config.start_char}."
    if config.maxlen is not None and config.semantics == "documented":
        yield f"A review ends after {config.maxlen} ids."
    elif config.maxlen:
        yield f"Reviews of {config.maxlen} or more ids are left out."
    yield f"These settings: {config.description}"
    yield (
        "The text of each review is in the field `text`."
        if config.text
        else "The text of the reviews is not in this dataset, but in configs with `_text`."
    )


def _joined(parts: Iterable[str], word: str = "and") -> str:
    """`a, b and c`."""
    *first, last = parts
    return f"{', '.join(first)} {word} {last}" if first else last


def _number(count: int, noun: str, nouns: str = "") -> str:
    return f"{count:,} {noun if count == 1 else nouns or f'{noun}s'}"


def _share(count: int, reviews: int) -> str:
    """So many of the reviews."""
    if count == reviews:
        return f"all {count:,} reviews"
    return f"{count:,} of the {reviews:,} reviews"
