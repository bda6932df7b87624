"""Serves an exported model in a process that cannot import this package."""

import json
import pathlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.helpers.commands import run_python

_SERVE = """
import json, pathlib, sys
sys.modules["imdb_keras_tfds"] = None  # It cannot be imported.
import tensorflow as tf
model, texts = (pathlib.Path(path) for path in sys.argv[1:])
served = tf.saved_model.load(model)
batches = json.loads(texts.read_text())
print(json.dumps([served.serve(tf.constant(batch)).numpy().tolist() for batch in batches]))
"""


def serve(
    model: pathlib.Path, batches: Sequence[Sequence[str]], scratch: pathlib.Path
) -> list[NDArray[Any]]:
    """What a SavedModel says to batches of texts.

    Args:
      model: its folder.
      batches: batches of raw text.
      scratch: a folder to write to.
    """
    texts = scratch / "texts.json"
    texts.write_text(json.dumps(batches))
    printed = run_python(_SERVE, str(model), str(texts))
    return [np.array(answers) for answers in json.loads(printed.splitlines()[-1])]
