"""Hypothesis strategies that more than one test module uses."""

from typing import Any

from hypothesis import strategies as st

_MAX = 2**31 - 1

_numbers = st.integers(0, 40) | st.sampled_from([1000, 10_000, _MAX]) | st.integers(0, _MAX)


def settings() -> st.SearchStrategy[dict[str, Any]]:
    """Keyword arguments of `ImdbKerasConfig`, any that it takes."""
    return st.fixed_dictionaries(
        {},
        optional={
            "num_words": st.none() | _numbers.map(lambda number: max(number, 1)),
            "skip_top": _numbers,
            "maxlen": st.none() | _numbers,
            "seed": st.integers(0, 2**32 - 1),
            "start_char": st.none() | _numbers,
            "oov_char": st.none() | _numbers,
            "index_from": st.integers(0, 40) | st.integers(0, _MAX - 88_584),
            "semantics": st.sampled_from(["documented", "keras"]),
            "corpus": st.sampled_from(["stanford", "sample"]),
            "validation_split": st.integers(0, 50),
            "text": st.booleans(),
        },
    )
