import gc
import pathlib
from collections.abc import Iterator
from typing import Any

import pytest

from imdb_keras_tfds import Builder
from imdb_keras_tfds.collector import without_collector


@pytest.fixture(autouse=True)
def _collector() -> Iterator[None]:
    yield
    gc.enable()


@pytest.mark.parametrize("is_on", [True, False])
def test_the_collector_is_left_as_it_was(is_on: bool) -> None:
    (gc.enable if is_on else gc.disable)()
    with without_collector():
        assert not gc.isenabled()
        with without_collector():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled() is is_on
    with pytest.raises(KeyError), without_collector():
        raise KeyError
    assert gc.isenabled() is is_on


def test_what_others_have_frozen_stays_frozen() -> None:
    gc.freeze()
    frozen = gc.get_freeze_count()
    try:
        with without_collector():
            pass
        assert gc.get_freeze_count() == pytest.approx(frozen, abs=100)  # Some have gone since.
    finally:
        gc.unfreeze()


def test_garbage_in_a_circle_is_found_afterwards() -> None:
    class Node:
        me: Any

    with without_collector():
        node = Node()
        node.me = node
        del node
    gc.collect()
    assert not [one for one in gc.get_objects() if isinstance(one, Node)]


def test_a_build_leaves_the_collector_on(tmp_path: pathlib.Path) -> None:
    Builder(config="sample", data_dir=tmp_path).download_and_prepare()
    assert gc.isenabled()
