import sys
import types
from typing import Any

import pytest
import tqdm

from imdb_keras_tfds.progress import default_progress


def ipython(config: dict[str, Any] | None) -> types.ModuleType:
    """A stand-in that tells of a shell with some settings, or of none."""
    module = types.ModuleType("IPython")
    shell = None if config is None else types.SimpleNamespace(config=config)
    vars(module)["get_ipython"] = lambda: shell
    return module


@pytest.mark.parametrize(
    ("config", "is_shown"),
    [(None, False), ({}, False), ({"IPKernelApp": {}}, True)],
    ids=["no shell", "a terminal's shell", "a notebook"],
)
def test_a_bar_is_shown_where_somebody_looks(
    config: dict[str, Any] | None,
    is_shown: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setitem(sys.modules, "IPython", ipython(config))
    monkeypatch.setattr(tqdm.auto, "tqdm", tqdm.tqdm)
    with default_progress(total=1, desc="Reading reviews...") as bar:
        bar.update()
    assert ("Reading reviews...: 100%" in capsys.readouterr().err) == is_shown
