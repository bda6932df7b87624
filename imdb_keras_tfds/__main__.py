"""Makes `python -m imdb_keras_tfds` the command `imdb-keras`."""

import sys

from .cli import main

sys.exit(main())
