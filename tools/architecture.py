"""Draws the wings of the package, as they import each other, into `docs/pictures`.

Usage:

    make architecture
"""

import pathlib

import grimp

import imdb_keras_tfds

ROOT = pathlib.Path(__file__).parent.parent
PAGE = ROOT / "docs" / "explanation" / "architecture.md"
PICTURE = ROOT / "docs" / "pictures" / "architecture.svg"

PACKAGE = imdb_keras_tfds.__name__
# What every wing stands on, and what only starts it, would be lines without a meaning.
_LEFT_OUT = {"errors", "ragged", "rows", "progress", "__main__"}

_ROW, _BOX, _LEFT, _WIDTH = 40, 140, 10, 270
_STYLE = "text{font:14px sans-serif;fill:#1d2733}path{fill:none;stroke:#5b6b7b;stroke-width:1.5}"


def imports() -> dict[str, set[str]]:
    """Wing -> the wings that it imports, in an order in which none comes before one of these."""
    graph = grimp.build_graph(PACKAGE)
    names = [wing.removeprefix(f"{PACKAGE}.") for wing in sorted(graph.find_children(PACKAGE))]
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

    order = sorted(used, key=lambda name: (len(reached(name)), name))
    # What follows from other imports is left out.
    return {name: used[name] - set().union(*map(reached, used[name])) for name in order}


def drawing() -> str:
    """The imports as SVG: a box a wing, and an arc from each wing to one that uses it."""
    wings = imports()
    height = {name: _ROW * place + _ROW // 2 for place, name in enumerate(wings)}
    boxes, arcs = [], []
    for name, used in wings.items():
        is_wing = (pathlib.Path(imdb_keras_tfds.__file__).parent / name).is_dir()
        y = height[name]
        boxes.append(
            f'<rect x="{_LEFT}" y="{y - 14}" width="{_BOX}" height="28" '
            f'rx="{4 if is_wing else 14}" fill="{"#dbe9f6" if is_wing else "#eef1f4"}"/>'
            f'<text x="{_LEFT + _BOX // 2}" y="{y + 5}" text-anchor="middle">'
            f"{name}{'/' if is_wing else '.py'}</text>"
        )
        for other in sorted(used, key=height.__getitem__):
            start, stop = height[other] + 5, y - 5
            right = _LEFT + _BOX
            reach = right + 30 + (stop - start) * 2 // 5
            arcs.append(
                f'<path d="M{right} {start}C{reach} {start} {reach} {stop} {right + 3} {stop}" '
                'marker-end="url(#head)"/>'
            )
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_ROW * len(wings)}" '
            f'width="{_WIDTH}" role="img" aria-label="The wings, and who uses whom">',
            f"<style>{_STYLE}</style>",
            '<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" '
            'markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" style="fill:#5b6b7b"/>'
            "</marker></defs>",
            *arcs,
            *boxes,
            "</svg>\n",
        ]
    )


if __name__ == "__main__":
    PICTURE.write_text(drawing())
