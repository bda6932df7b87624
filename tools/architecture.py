"""Draws the wings of the package, as they import each other, into `docs/architecture.md`.

Usage:

    make architecture
"""

import pathlib
import re
import sys

import grimp

import imdb_keras_tfds

ROOT = pathlib.Path(__file__).parent.parent
PAGE = ROOT / "docs" / "architecture.md"

PACKAGE = imdb_keras_tfds.__name__
# What every wing stands on, and what only starts it, would be lines without a meaning.
_LEFT_OUT = {"errors", "ragged", "progress", "__main__"}

_BEGIN, _END = "```mermaid\n", "```\n"


def drawing() -> str:
    """The imports between the wings as a Mermaid flow chart.

    An arrow goes the way of the data: from a wing to one that imports it. Those that follow from
    others are left out.
    """
    graph = grimp.build_graph(PACKAGE)
    wings = sorted(graph.find_children(PACKAGE))
    names = [wing.removeprefix(f"{PACKAGE}.") for wing in wings]
    used = {
        name: {
            other
            for other in names
            if other not in _LEFT_OUT | {name}
            and graph.direct_import_exists(
                importer=f"{PACKAGE}.{name}", imported=f"{PACKAGE}.{other}", as_packages=True
            )
        }
        for name in names
        if name not in _LEFT_OUT
    }

    def reached(name: str) -> set[str]:
        return used[name].union(*(reached(other) for other in used[name]))

    lines = ["flowchart LR"]
    for name in sorted(used, key=lambda name: (len(reached(name)), name)):
        is_wing = (pathlib.Path(imdb_keras_tfds.__file__).parent / name).is_dir()
        lines.append(f"    {name}[{name}/]" if is_wing else f"    {name}([{name}.py])")
        indirect = set().union(*(reached(other) for other in used[name]))
        lines += [f"    {other} --> {name}" for other in sorted(used[name] - indirect)]
    return "\n".join(lines) + "\n"


def with_drawing(page: str) -> str:
    """The page with the drawing as it is now."""
    pattern = re.compile(f"(?<={re.escape(_BEGIN)}).*?(?={re.escape(_END)})", re.DOTALL)
    drawn, number = pattern.subn(lambda _: drawing(), page)
    if number != 1:
        raise SystemExit(f"{PAGE}: there should be one block of Mermaid, not {number}")
    return drawn


if __name__ == "__main__":
    PAGE.write_text(with_drawing(PAGE.read_text()))
    sys.exit()
