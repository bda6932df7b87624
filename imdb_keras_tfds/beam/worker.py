"""What a process of Beam's own runner does here: it works for one pipeline after the other.

Beam's program for a worker ends with its pipeline, so that the next one pays for the start of
Python and for all imports anew. This one runs that program once for each line of its standard
input, a JSON object of the environment variables by which Beam tells a worker where its runner is.

Usage:

    python -m imdb_keras_tfds.beam.worker
"""

import json
import logging
import os
import sys
from importlib.abc import MetaPathFinder


class _WithoutPandas(MetaPathFinder):
    """Has pandas look as if it were not installed.

    Else Beam and Arrow import it, for data frames, of which there are none here; that is a fifth of
    the start, and of the memory of a worker that has nothing to do yet.
    """

    def find_spec(self, fullname: str, path: object, target: object = None) -> None:
        if fullname == "pandas":
            raise ModuleNotFoundError(f"No module named {fullname!r}", name=fullname)


def main() -> None:
    """Works until the input ends."""
    sys.meta_path.insert(0, _WithoutPandas())
    from apache_beam.runners.worker import sdk_worker_main

    # Now, while the driver has other things to do, and not with the first chunk.
    from . import steps  # noqa: F401

    logger = logging.getLogger()
    for line in sys.stdin:
        os.environ.update(json.loads(line))
        handlers = list(logger.handlers)
        sdk_worker_main.main([])
        # Beam leaves the one that sends to a runner which is no longer there.
        logger.handlers[:] = handlers
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    # To take Python apart, with all that was imported, takes longer than a pipeline of small steps.
    os._exit(0)


if __name__ == "__main__":
    main()
