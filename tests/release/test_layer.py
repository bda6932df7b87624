import numpy as np
import tensorflow as tf
import tensorflow_datasets as tfds

import imdb_keras_tfds
from imdb_keras_tfds.source.reviews import Source
from imdb_keras_tfds.storage import splits


def test_every_review_is_encoded_as_its_record(
    top10k: tfds.core.DatasetBuilder, real_source: Source
) -> None:
    layer = imdb_keras_tfds.codec(top10k).layer()
    for split, reviews in real_source.splits.items():
        found = splits.read(top10k, split)
        place = {name: i for i, name in enumerate(reviews.ids)}
        texts = [reviews.texts[place[name]].tobytes() for name in found.ids]
        for start in range(0, len(texts), 1_000):
            tokens = layer(tf.constant(texts[start : start + 1_000])).numpy()
            expected = found.tokens[start : start + 1_000]
            # No id of a word is 0, so the padding is what is 0, and it is behind the ids.
            is_token = np.arange(tokens.shape[1]) < expected.lengths[:, np.newaxis]
            assert np.array_equal(tokens != 0, is_token)
            assert np.array_equal(tokens[is_token], expected.values)
