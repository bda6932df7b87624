"""Makes `python -m imdb_keras_tfds` the command `imdb-keras`."""

import sys

from .cli.command import main

sys.exit(main())
