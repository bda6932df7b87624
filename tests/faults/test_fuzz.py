import gzip
import json
import pathlib
import shutil
from typing import Any

import pytest
import tensorflow_datasets as tfds
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import imdb_keras_tfds
from imdb_keras_tfds import ImdbKerasError
from imdb_keras_tfds.source import reading
from imdb_keras_tfds.storage import verify
from tests.helpers.fuzz import fuzz_tries
from tests.helpers.layout import FILES, release_of, write_tar

RELEASE = release_of(FILES)

pytestmark = pytest.mark.fuzz

modest = settings(
    max_examples=fuzz_tries(40),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def copy_of(folder: pathlib.Path, tmp_path: pathlib.Path) -> pathlib.Path:
    shutil.rmtree(tmp_path / "imdb_keras", ignore_errors=True)
    return shutil.copytree(folder, tmp_path / "imdb_keras/sample_full/1.1.0")


names = st.text(max_size=60) | st.from_regex(
    r"(\./|aclImdb/|/|\.\./){0,2}(train|test)/(pos|neg|unsup)/[0-9]{1,3}_[0-9]{1,2}\.txt",
    fullmatch=True,
)


@modest
@given(st.lists(st.tuples(names, st.binary(max_size=30)), max_size=5))
def test_any_names_of_members_are_read_or_refused(
    tmp_path: pathlib.Path, members: list[tuple[str, bytes]]
) -> None:
    path = write_tar(tmp_path / "some.tar.gz", [*members, *FILES.items()], root="aclImdb/")
    try:
        source = reading.read(path, RELEASE)
    except ImdbKerasError as error:
        assert "\n" not in str(error)
    else:
        assert source.contents == RELEASE.contents


@modest
@given(st.binary(max_size=3_000), st.booleans())
def test_any_bytes_are_refused_as_an_archive(
    tmp_path: pathlib.Path, content: bytes, compressed: bool
) -> None:
    path = tmp_path / "some.tar.gz"
    path.write_bytes(gzip.compress(content) if compressed else content)
    with pytest.raises(ImdbKerasError) as refusal:
        reading.read(path, RELEASE)
    assert "\n" not in str(refusal.value)


@modest
@given(st.data())
def test_any_edit_of_a_dataset_is_found(
    original: pathlib.Path, tmp_path: pathlib.Path, data: st.DataObject
) -> None:
    folder = copy_of(original, tmp_path)
    path = folder / data.draw(st.sampled_from(sorted(file.name for file in folder.iterdir())))
    before = path.read_bytes()
    start = data.draw(st.integers(0, len(before)))
    stop = data.draw(st.integers(start, min(start + 20, len(before))))
    path.write_bytes(before[:start] + data.draw(st.binary(max_size=20)) + before[stop:])
    problems = verify.verify(folder)
    assert all("\n" not in problem for problem in problems)
    assert bool(problems) == (path.read_bytes() != before)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


@modest
@given(
    st.sampled_from(["metadata.json", "imdb_word_index.json"]),
    json_values | st.fixed_dictionaries({"settings": json_values, "index_limit": json_values}),
)
def test_a_codec_of_any_json_works_or_is_refused(
    original: pathlib.Path, tmp_path: pathlib.Path, name: str, content: Any
) -> None:
    folder = copy_of(original, tmp_path)
    builder = tfds.builder_from_directory(original)
    (folder / name).write_text(json.dumps(content))
    builder._data_dir = str(folder)
    try:
        codec = imdb_keras_tfds.codec(builder)
        codec.decode(codec.encode("A film"))
    except ImdbKerasError as error:
        assert "\n" not in str(error)
