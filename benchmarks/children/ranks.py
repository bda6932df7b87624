"""Text to ranks, by this package and by three tokenizers."""

import importlib
from typing import Any

from . import timing
from .timing import Timed


def rank(archive_path: str, rounds: str) -> Timed:
    """Ranks the words of the labelled reviews by four libraries; reading is not counted."""
    import dataclasses

    from imdb_keras_tfds.recipe import corpus
    from imdb_keras_tfds.source import reading, release

    source = reading.read(archive_path, release.STANFORD)
    train, test = source.splits["train"], source.splits["test"]
    source = dataclasses.replace(source, splits={"train": train, "test": test})

    import tensorflow as tf

    raw = [[text.tobytes() for text in reviews.texts[:]] for reviews in (train, test)]
    tensors = [tf.constant(texts) for texts in raw]
    strings = [[text.decode() for text in texts] for texts in raw]
    return timing.alternate(
        {
            "ours": lambda: corpus.build(source),
            "text_vectorization": lambda: _text_vectorization(tensors),
            "keras_tokenizer": lambda: _keras_tokenizer(strings),
            "word_level": lambda: _word_level(strings),
        },
        int(rounds),
        warm_up=False,  # They take long enough.
    )


def _text_vectorization(splits: list[Any]) -> None:
    import keras
    import tensorflow as tf

    batch_size = 4_096  # The fastest when tried: 256, 1,024, 4,096, 25,000.
    layer = keras.layers.TextVectorization(ragged=True)
    layer.adapt(tf.data.Dataset.from_tensor_slices(splits[0]).batch(batch_size).prefetch(2))
    for texts in splits:
        for start in range(0, len(texts), batch_size):
            layer(texts[start : start + batch_size])


def _keras_tokenizer(splits: list[list[str]]) -> None:
    # Imported so that mypy does not ask for it: nothing else needs it. So below.
    text = importlib.import_module("tf_keras.preprocessing.text")
    tokenizer = text.Tokenizer()
    tokenizer.fit_on_texts(splits[0])
    for texts in splits:
        tokenizer.texts_to_sequences(texts)


def _word_level(splits: list[list[str]]) -> None:
    hf = importlib.import_module("tokenizers")
    tokenizer = hf.Tokenizer(hf.models.WordLevel(unk_token="[UNK]"))  # noqa: S106
    tokenizer.normalizer = hf.normalizers.Lowercase()
    tokenizer.pre_tokenizer = hf.pre_tokenizers.Sequence(
        [hf.pre_tokenizers.WhitespaceSplit(), hf.pre_tokenizers.Punctuation("removed")]
    )
    trainer = hf.trainers.WordLevelTrainer(
        vocab_size=1_000_000, special_tokens=["[UNK]"], show_progress=False
    )
    tokenizer.train_from_iterator(splits[0], trainer)
    for texts in splits:
        tokenizer.encode_batch(texts)
