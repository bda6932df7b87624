"""The mean of the embeddings of a review's first words, and one dense unit."""

import keras

import imdb_keras_tfds as imdb

NUM_WORDS, MAXLEN = 20_000, 256

keras.utils.set_random_seed(1)
(x_train, y_train), (x_test, y_test) = imdb.load_data(num_words=NUM_WORDS)
x_train = keras.utils.pad_sequences(x_train, maxlen=MAXLEN)
x_test = keras.utils.pad_sequences(x_test, maxlen=MAXLEN)

model = keras.Sequential(
    [
        keras.layers.Embedding(NUM_WORDS, 32),
        keras.layers.GlobalAveragePooling1D(),
        keras.layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy", metrics=["accuracy"])
model.fit(x_train, y_train, epochs=2, batch_size=128, verbose=0)
print(model.evaluate(x_test, y_test, batch_size=512, verbose=0)[1])
