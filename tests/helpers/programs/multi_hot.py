"""Which of the 10,000 most frequent words a review has, and two small dense layers."""

import keras
import numpy as np
from numpy.typing import NDArray

import imdb_keras_tfds as imdb

NUM_WORDS = 10_000

keras.utils.set_random_seed(1)
(x_train, y_train), (x_test, y_test) = imdb.load_data(num_words=NUM_WORDS)


def multi_hot(sequences: NDArray[np.object_]) -> NDArray[np.float32]:
    rows = np.zeros((len(sequences), NUM_WORDS), np.float32)
    for row, sequence in zip(rows, sequences, strict=True):
        row[sequence] = 1
    return rows


model = keras.Sequential(
    [
        keras.layers.Dense(16, activation="relu"),
        keras.layers.Dense(16, activation="relu"),
        keras.layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile("rmsprop", "binary_crossentropy", metrics=["accuracy"])
model.fit(multi_hot(x_train), y_train, epochs=4, batch_size=512, verbose=0)
print(model.evaluate(multi_hot(x_test), y_test, batch_size=512, verbose=0)[1])
