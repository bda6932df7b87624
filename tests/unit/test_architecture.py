import ast
import pathlib
import re

import pytest

import imdb_keras_tfds
from tools import architecture

PACKAGE = pathlib.Path(imdb_keras_tfds.__file__).parent
FILES = sorted(path for path in PACKAGE.rglob("*.py") if "dummy_data" not in path.parts)
WINGS = [path for path in FILES if path.name == "__init__.py" and path.parent != PACKAGE]

MAX_LINES = 350


def name(path: pathlib.Path) -> str:
    return str(path.relative_to(PACKAGE))


def docstring(path: pathlib.Path) -> str:
    return ast.get_docstring(ast.parse(path.read_text())) or ""


def test_the_drawing_is_that_of_the_code() -> None:
    assert architecture.PICTURE.read_text() == architecture.drawing(), "make architecture"


def test_every_wing_has_its_row_and_every_path_of_the_page_exists() -> None:
    page = architecture.PAGE.read_text()
    for wing in WINGS:
        assert f"| `{wing.parent.name}/` |" in page
    paths = re.findall(r"`([a-z_]+/[a-z_.]*|[a-z_]+\.py)`", page)
    found = {path.name for path in FILES} | {name(path) for path in PACKAGE.rglob("*")}
    assert {path.rstrip("/") for path in paths} <= found


@pytest.mark.parametrize("path", FILES, ids=name)
def test_a_file_is_short_and_says_what_it_is_for(path: pathlib.Path) -> None:
    assert len(path.read_text().splitlines()) <= MAX_LINES
    assert docstring(path).splitlines()[0].endswith(".")


@pytest.mark.parametrize("path", WINGS, ids=name)
def test_a_wing_says_what_goes_in_and_what_comes_out(path: pathlib.Path) -> None:
    assert 3 <= len(docstring(path).splitlines()) <= 10


@pytest.mark.parametrize("path", [path for path in FILES if path not in WINGS], ids=name)
def test_a_file_shows_how_it_is_used(path: pathlib.Path) -> None:
    if path.name not in ("errors.py", "__main__.py"):
        assert re.search(r"^    \S", docstring(path), re.MULTILINE)


@pytest.mark.parametrize("path", FILES, ids=name)
def test_a_name_with_an_underscore_is_of_its_file_alone(path: pathlib.Path) -> None:
    tree = ast.parse(path.read_text())
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    ours = [node for node in imports if node.level or "imdb_keras_tfds" in (node.module or "")]
    imported = {alias.name for node in ours for alias in node.names}
    assert not {private for private in imported if private.startswith("_")}
    modules = {private for private in imported if private.islower()}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            is_private = node.attr.startswith("_") and not node.attr.startswith("__")
            assert not (node.value.id in modules and is_private), ast.unparse(node)
