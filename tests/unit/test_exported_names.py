import ast
import importlib
import inspect
import pathlib
import re

import pytest

import imdb_keras_tfds
from tests.helpers import pages
from tests.helpers.commands import run_python

PROGRAM = pathlib.Path(__file__).parent.parent / "typing/program.py"


def test_dir_shows_the_public_names_alone() -> None:
    assert dir(imdb_keras_tfds) == sorted(imdb_keras_tfds.__all__)
    code = """
import imdb_keras_tfds
imdb_keras_tfds.load_data
import imdb_keras_tfds.cli.command, imdb_keras_tfds.describe.report
print(dir(imdb_keras_tfds) == sorted(imdb_keras_tfds.__all__))
"""
    assert run_python(code) == "True\n"


def test_the_reference_tells_every_public_name_and_no_other() -> None:
    told = {
        name: page
        for page in pages.PAGES
        for name in re.findall(r"^\.\. auto\w+:: imdb_keras_tfds\.(\w+)$", page.read_text(), re.M)
    }
    assert sorted(told) == sorted(imdb_keras_tfds.__all__)
    overview = (pages.ROOT / "docs/reference/index.md").read_text()
    for name, page in told.items():
        assert re.search(rf"\b{name}\b.*\({page.name}\)", overview), name
        # Each has an example on its page.
        assert any(re.search(rf"\b{name}\b", one.code) for one in pages.passages(page)), name


def test_the_pages_use_public_names_alone() -> None:
    used = set()
    for passage in pages.passages():
        if passage.language == "python":
            for node in ast.walk(ast.parse(passage.code)):
                if isinstance(node, ast.ImportFrom) and node.module == "imdb_keras_tfds":
                    used |= {alias.name for alias in node.names}
                elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                    is_ours = node.value.id in ("imdb", "imdb_keras_tfds")
                    used |= {node.attr} if is_ours else set()
    assert used
    assert used <= set(imdb_keras_tfds.__all__)


def test_the_typed_program_uses_every_public_name() -> None:
    tree = ast.parse(PROGRAM.read_text())
    imported = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "imdb_keras_tfds"
        for alias in node.names
    }
    assert sorted(imported) == sorted(imdb_keras_tfds.__all__)


@pytest.mark.parametrize("name", imdb_keras_tfds.__all__)
def test_a_public_name_says_what_it_is_and_has_types(name: str) -> None:
    exported = getattr(imdb_keras_tfds, name)
    assert inspect.getdoc(exported)
    assert exported.__module__.startswith("imdb_keras_tfds.")
    members = [exported] if inspect.isfunction(exported) else vars(exported).values()
    for member in members:
        if inspect.isfunction(member) and member.__module__ == exported.__module__:
            parameters = inspect.signature(member).parameters.values()
            typed = [p for p in parameters if p.name not in ("self", "cls")]
            is_written = member.__code__.co_filename == inspect.getsourcefile(exported)
            assert not is_written or all(p.annotation is not p.empty for p in typed), member


def test_what_imports_late_is_found_by_its_name() -> None:
    assert importlib.import_module("imdb_keras_tfds").Codec.__name__ == "Codec"
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = imdb_keras_tfds.nothing  # type: ignore[attr-defined]


def test_the_import_leaves_tensorflow_alone() -> None:
    code = "import sys, imdb_keras_tfds; print('tensorflow' in sys.modules, 'keras' in sys.modules)"
    assert run_python(code) == "False False\n"
