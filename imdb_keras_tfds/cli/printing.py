"""What commands print on standard output: tables for people, JSON for programs.

Usage:

    print_table([("name", "size"), ("top10k", "52 MiB")])
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any


def print_table(rows: Iterable[Sequence[str]]) -> None:
    """Prints rows, each column as wide as its widest cell."""
    rows = list(rows)
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        print("  ".join(map(str.ljust, row, widths)).rstrip())


def print_json(content: Any) -> None:
    """Prints JSON."""
    print(json.dumps(content, indent=2, ensure_ascii=False))
