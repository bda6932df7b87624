import threading
from collections.abc import Iterator

import pytest

from imdb_keras_tfds.ahead import Meanwhile, ahead, at_once


class BrokenError(Exception):
    """What an iterator or a function ends with here."""


def numbers(log: list[int]) -> Iterator[int]:
    for number in range(5):
        log.append(number)
        yield number


def broken() -> Iterator[int]:
    yield 1
    raise BrokenError


def test_items_come_in_order_and_one_is_taken_ahead() -> None:
    log: list[int] = []
    taken = ahead(numbers(log))
    assert next(taken) == 0
    assert next(taken) == 1
    while len(log) < 3:  # by the thread
        pass
    assert log == [0, 1, 2]
    assert list(taken) == [2, 3, 4]
    assert list(ahead(iter([]))) == []
    assert list(ahead(iter([None, 0, ""]))) == [None, 0, ""]


def test_an_error_comes_in_its_place() -> None:
    taken = ahead(broken())
    assert next(taken) == 1
    with pytest.raises(BrokenError):
        next(taken)


def test_no_thread_is_left() -> None:
    before = threading.active_count()
    taken = ahead(numbers([]))
    next(taken)
    taken.close()
    assert threading.active_count() == before


def test_calls_are_made_in_order_and_waited_for() -> None:
    log: list[int] = []
    may_go = threading.Event()
    with Meanwhile() as meanwhile:
        meanwhile(may_go.wait)
        for number in range(3):
            meanwhile(log.append, number)
        assert log == []
        may_go.set()
    assert log == [0, 1, 2]


def fail() -> None:
    raise BrokenError


def test_an_error_of_a_call_is_raised_when_it_is_left() -> None:
    meanwhile = Meanwhile()
    with pytest.raises(BrokenError), meanwhile:
        meanwhile(fail)


def test_an_error_of_a_call_is_not_raised_in_the_place_of_another_one() -> None:
    def leave() -> None:
        with Meanwhile() as meanwhile:
            meanwhile(fail)
            raise KeyError

    with pytest.raises(KeyError):
        leave()


def test_where_there_is_no_thread_a_call_is_made_at_once() -> None:
    log: list[int] = []
    at_once(log.append, 1)
    assert log == [1]
    with pytest.raises(BrokenError):
        at_once(fail)
