"""Writes `docs/explanation/card.md`, the card of the whole dataset.

Usage:

    IMDB_KERAS_ARCHIVE=/data/aclImdb_v1.tar.gz make card
"""

import pathlib

from imdb_keras_tfds import Builder
from imdb_keras_tfds.describe import card

PAGE = pathlib.Path(__file__).parent.parent / "docs" / "explanation" / "card.md"


def main() -> None:
    """Prepares the config `full` if it is not there yet, and writes its card."""
    builder = Builder(config="full")
    builder.download_and_prepare()
    PAGE.write_text(card.markdown(builder))


if __name__ == "__main__":
    main()
