"""Takes the picture of a report, `docs/pictures/report.png`, in headless Chromium.

The picture ends before the reviews, whose text is not this project's to publish. It comes out alike
wherever Chromium finds the same fonts.
"""

import pathlib
import tempfile

from PIL import Image

from imdb_keras_tfds import Builder
from imdb_keras_tfds.describe import report
from imdb_keras_tfds.keras_compat import load
from imdb_keras_tfds.storage import prepared
from tests.helpers.browser import look_at

ROOT = pathlib.Path(__file__).parent.parent

_SIZE = (1200, 1590)  # up to the splits
_COLOURS = 48


def main() -> None:
    """Shows the report of `top10k`, from the archive that IMDB_KERAS_ARCHIVE names."""
    builder = Builder(config="top10k")
    builder.download_and_prepare()
    with tempfile.TemporaryDirectory() as folder:
        page, picture = (pathlib.Path(folder, f"report.{suffix}") for suffix in ("html", "png"))
        report.write(builder, prepared.read_corpus(load.prepared()), page)
        seen = look_at(page, picture, dark=False, size=_SIZE)
        if seen.console:
            raise RuntimeError(seen.console[0])
        smaller = Image.open(picture).convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE)
        smaller.save(ROOT / "docs" / "pictures" / "report.png", optimize=True)


if __name__ == "__main__":
    main()
