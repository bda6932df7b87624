import numpy as np
import tensorflow_datasets as tfds

import imdb_keras_tfds
from imdb_keras_tfds.source.reviews import Source
from imdb_keras_tfds.storage import splits


def test_every_review_is_encoded_as_its_record(
    top10k: tfds.core.DatasetBuilder, real_source: Source
) -> None:
    codec = imdb_keras_tfds.codec(top10k)
    for split, reviews in real_source.splits.items():
        found = splits.read(top10k, split)
        place = {name: i for i, name in enumerate(reviews.ids)}
        texts = [reviews.texts[place[name]].tobytes() for name in found.ids]
        for start in range(0, len(texts), 10_000):
            encoded = codec.encode(texts[start : start + 10_000])
            expected = found.tokens[start : start + 10_000]
            assert [len(ids) for ids in encoded] == expected.lengths.tolist()
            assert np.array_equal(np.concatenate(encoded), expected.values)


def test_the_first_review_decodes(top10k: tfds.core.DatasetBuilder) -> None:
    codec = imdb_keras_tfds.codec(top10k.info)
    (record,) = tfds.as_numpy(top10k.as_dataset(split="train[:1]"))
    assert codec.decode(record["tokens"]).startswith(
        "[START] this film was just brilliant casting location scenery story direction everyone's "
        "really suited the part they played"
    )
