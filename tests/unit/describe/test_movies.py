from collections import Counter

import pytest

from imdb_keras_tfds import load_columns
from imdb_keras_tfds.describe.movies import SHOWN, most_reviewed
from tests.unit.describe.conftest import Build, own, records_of


@pytest.mark.parametrize("config", ["sample_full", "sample_top500_val20"])
def test_the_most_reviewed_movies_are_those_of_a_loop(config: str, build: Build) -> None:
    builder = build(config)
    counts = {
        split: Counter(load_columns(builder, split)["movie"].tolist())
        for split in builder.info.splits
    }
    everywhere: Counter[str] = sum(counts.values(), Counter())
    titles = sorted(everywhere, key=lambda title: (-everywhere[title], title))
    shown = most_reviewed(records_of(builder))
    assert [movie.title for movie in shown] == [title for title in titles if title][:SHOWN]
    assert len(shown) == SHOWN
    for movie in shown:
        assert movie.reviews == {split: counts[split][movie.title] for split in counts}


def test_without_lists_there_are_none(
    build: Build, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("reviews")
    (folder / "train/pos").mkdir(parents=True)
    (folder / "train/pos/0_9.txt").write_text("a fine film")
    assert most_reviewed(records_of(build(own("without_lists", folder)))) == []
