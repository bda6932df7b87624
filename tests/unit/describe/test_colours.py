"""Contrast as WCAG 2 defines it."""

import pytest

from imdb_keras_tfds.describe.colours import DARK, LIGHT

BARS = [name for name in LIGHT if name.partition("-")[0] in ("neg", "pos", "accent")]


def luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
        for channel in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted([luminance(one), luminance(other)])
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


def test_both_schemes_have_the_same_colours() -> None:
    assert list(LIGHT) == list(DARK)
    assert len(set(LIGHT.values())) == len(LIGHT)  # A chart is told from its colours what is what.


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_bars_and_lines_stand_out_from_the_paper(colours: dict[str, str]) -> None:
    assert len(BARS) == 7
    for bar in BARS:
        assert contrast(colours[bar], colours["paper"]) >= 3, bar


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_bars_side_by_side_are_told_apart(colours: dict[str, str]) -> None:
    for label in ("neg", "pos"):
        shades = [colours[label + shade] for shade in ("", "-validation", "-test")]
        for place, one in enumerate(shades):
            assert all(contrast(one, other) >= 1.3 for other in shades[place + 1 :])


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["paper", "panel"])
def test_text_can_be_read(colours: dict[str, str], ground: str) -> None:
    for text in ("ink", "muted", "neg", "pos", "accent"):
        assert contrast(colours[text], colours[ground]) >= 4.5, text
    assert contrast(colours["ink"], colours["mark"]) >= 4.5
