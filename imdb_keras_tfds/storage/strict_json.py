"""JSON of a file that anybody may have written to: all that is not plain is a `ValueError`.

Usage:

    parse(b'{"version": "1.0.0"}')   # {"version": "1.0.0"}
"""

import json
from typing import Any, NoReturn


def parse(content: bytes) -> Any:
    """The value of a JSON text.

    Raises:
      ValueError: it is no JSON in UTF-8; a key is told twice; a number is NaN, infinite or of
        thousands of digits; it is nested too deep.
    """
    try:
        return json.loads(
            content.decode(),
            object_pairs_hook=_object,
            parse_constant=_no_number,
            parse_float=_float,
        )
    except RecursionError:
        raise ValueError("it is nested too deep") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"{key!r} is told twice")
        found[key] = value
    return found


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number of JSON")


def _float(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        _no_number(text)
    return value
