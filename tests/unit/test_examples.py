import pathlib
import re

import pytest

from tests.helpers import pages
from tests.helpers.commands import run_python
from tests.helpers.examples import FOLDER, run_example

pytestmark = pytest.mark.pages

# `make build` runs first_look.py; test_pages.py tests that.


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(tmp_path_factory.mktemp("data"))


def test_a_classifier_is_trained_and_serves_text(data_dir: str, tmp_path: pathlib.Path) -> None:
    options = ["--quick", "--data-dir", data_dir, "--output", str(tmp_path)]
    *_, last = run_example("train_classifier.py", *options)
    assert re.fullmatch(r"accuracy on the 48 test reviews: [01]\.\d{3}", last)
    assert (tmp_path / "training.png").read_bytes().startswith(b"\x89PNG\r\n")

    texts = ["A wonderful film!", "Dull, dull."]
    told = run_example("serve_text.py", *texts, *options)
    assert [re.sub(r"^[01]\.\d\d ", "", line) for line in told] == texts


def test_records_are_accessed_at_random_without_tensorflow(tmp_path: pathlib.Path) -> None:
    code = """
import runpy, sys
runpy.run_path(sys.argv[1])["main"](sys.argv[2:])
print("tensorflow" in sys.modules)
"""
    options = ["--quick", "--data-dir", str(tmp_path)]
    printed = run_python(code, str(FOLDER / "random_access.py"), *options)
    first, accuracy, has_tensorflow = printed.splitlines()[-3:]
    assert re.fullmatch(r"48 reviews; the one at place 40: train/(pos|neg)/\d+_\d+", first)
    assert re.fullmatch(r"accuracy on the 48 test reviews: [01]\.\d{3}", accuracy)
    assert has_tensorflow == "False"


def test_ratings_are_predicted(data_dir: str) -> None:
    *_, median, model = run_example("predict_rating.py", "--quick", "--data-dir", data_dir)
    assert re.fullmatch(r"always the median: \d\.\d\d stars off on average", median)
    assert re.fullmatch(r"the model: \d\.\d\d stars off on average", model)


def test_a_validation_split_is_compared_with_a_random_one(data_dir: str) -> None:
    copies, *cuts, at_random, of_films = run_example(
        "validation.py", "--quick", "--data-dir", data_dir
    )[-7:]
    assert re.fullmatch(r"[1-9] of 48 test reviews are copies of training reviews", copies)
    for cut, name in zip((cuts[:2], cuts[2:]), ("a random fifth", "validation"), strict=True):
        assert re.fullmatch(
            rf"{name}: \d+\.\d% of its reviews are of a film that train has too", cut[0]
        )
        assert re.fullmatch(
            r"  accuracy [01]\.\d{4}, on test [01]\.\d{4}, on test without copies [01]\.\d{4}",
            cut[1],
        )
    assert "0.0%" in cuts[2]
    for line, folds in ((at_random, "at random"), (of_films, "of films")):
        assert re.fullmatch(rf"five folds {folds}: accuracy [01]\.\d{{4}}", line)


def test_the_baseline_tells_its_words(data_dir: str) -> None:
    *_, negative, positive, accuracy = run_example("tfidf.py", "--quick", "--data-dir", data_dir)
    for line, label in ((negative, "negative"), (positive, "positive")):
        assert re.fullmatch(rf"{label}:( \S+){{6}}", line)
    assert not {*negative.split()} & {*positive.split()}
    assert re.fullmatch(r"accuracy on the 48 test reviews: [01]\.\d{3}", accuracy)


def test_words_have_neighbours(data_dir: str) -> None:
    *_, great, boring, director, heading, accuracies = run_example(
        "word_vectors.py", "--quick", "--data-dir", data_dir
    )
    for line, word in ((great, "great"), (boring, "boring"), (director, "director")):
        assert re.fullmatch(rf"{word}:( \S+){{6}}", line)
    assert heading == "accuracy with 4 labelled reviews, mean of 10 draws:"
    shares = re.findall(r"0\.\d{3}", accuracies)
    assert len(shares) == 2
    assert float(shares[0]) > 0.5


def test_the_pages_show_every_example_and_these_tests_run_it(repository: pathlib.Path) -> None:
    shown = "".join(passage.code for passage in pages.passages() if passage.is_example)
    for script in (path.name for path in FOLDER.glob("*.py") if path.name != "first_look.py"):
        assert script in shown
        for tests in ("tests/unit/test_examples.py", "tests/release/test_examples.py"):
            assert script in (repository / tests).read_text()
