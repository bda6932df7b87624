from typing import Any

import numpy as np
import pytest

from imdb_keras_tfds import ImdbKerasError
from imdb_keras_tfds.integers import LARGEST, integer


@pytest.mark.parametrize("value", [0, 7, LARGEST, np.int64(7), np.uint8(7), np.array(7)])
def test_whole_numbers(value: Any) -> None:
    number = integer("size", value, smallest=0)
    assert type(number) is int
    assert number == value


@pytest.mark.parametrize("value", [7.0, "7", None, True, np.bool_(True), np.array([7]), [7], 7j])
def test_what_is_no_integer_is_refused(value: Any) -> None:
    with pytest.raises(ImdbKerasError, match=r"^size=.* is not an integer; give a whole number$"):
        integer("size", value, smallest=0)


@pytest.mark.parametrize("value", [-1, 6, 2**31, -(10**5000)], ids=lambda _: "number")
def test_a_number_out_of_bounds_is_refused(value: int) -> None:
    with pytest.raises(ImdbKerasError, match=r"is out of bounds; give a number from 0 to 5$"):
        integer("size", value, smallest=0, largest=5)


def test_an_error_is_one_line_of_some_length() -> None:
    with pytest.raises(ImdbKerasError, match=r"^size=array") as error:
        integer("size", np.zeros((100, 100)), smallest=0)
    assert "\n" not in str(error.value)
    assert len(str(error.value)) < 200
