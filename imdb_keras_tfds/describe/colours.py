"""The colours of the report, for light and for dark screens.

Every bar and line of a chart has a contrast of 3 to 1 with the paper, and text one of 4.5 to 1 with
what it stands on; nothing is let through, as that would change the contrast.

Usage:

    LIGHT["pos"]   # "#1560a8"
"""

LIGHT = {
    "paper": "#ffffff",
    "panel": "#f5f6f8",
    "mark": "#ffe29a",
    "ink": "#1c1e21",
    "muted": "#5b616b",
    "line": "#d9dce1",
    "neg": "#b5480a",
    "neg-validation": "#8a3405",
    "neg-test": "#d9773f",
    "pos": "#1560a8",
    "pos-validation": "#0e4478",
    "pos-test": "#5a94d0",
    "accent": "#3d5a80",
}
"""On paper, too."""

DARK = {
    "paper": "#14171c",
    "panel": "#1d2127",
    "mark": "#6a4f00",
    "ink": "#e6e8eb",
    "muted": "#a0a7b2",
    "line": "#353b44",
    "neg": "#f0904f",
    "neg-validation": "#ffc49a",
    "neg-test": "#b8642c",
    "pos": "#6cb0f2",
    "pos-validation": "#b3d7fb",
    "pos-test": "#3f7fbd",
    "accent": "#9db8d9",
}
"""The same names as `LIGHT`."""
