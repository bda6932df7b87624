"""Says whether a tag is that of the version which is here, and the changelog has come to its end.

Usage:

    make check-tag TAG=v0.2.0
"""

import pathlib
import re
import sys

import imdb_keras_tfds

ROOT = pathlib.Path(__file__).parent.parent


def problems(tag: str, changelog: str, citation: str) -> list[str]:
    """What is wrong with a tag.

    Args:
      tag: `v` and the version.
      changelog: the text of `CHANGELOG.md`.
      citation: the text of `CITATION.cff`.
    """
    version = imdb_keras_tfds.__version__
    found = []
    if tag != f"v{version}":
        found.append(f"the tag is {tag!r}, and the version v{version}")
    if not re.search(rf"^## {re.escape(version)} \(\d{{4}}-\d\d-\d\d\)$", changelog, re.MULTILINE):
        found.append(f"CHANGELOG.md has no heading '## {version} (YYYY-MM-DD)'")
    if f"\nversion: {version}\n" not in citation:
        found.append(f"CITATION.cff is not of version {version}")
    return found


def main() -> int:
    """Prints what is wrong; returns the exit status."""
    changelog, citation = ((ROOT / name).read_text() for name in ("CHANGELOG.md", "CITATION.cff"))
    found = problems(sys.argv[1], changelog, citation)
    print("\n".join(found or [f"{sys.argv[1]} is the tag of this version"]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
