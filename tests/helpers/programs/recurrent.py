"""A recurrent layer over the last 80 words of a review, and its words read back."""

import keras

import imdb_keras_tfds as imdb

NUM_WORDS, MAXLEN = 10_000, 80

keras.utils.set_random_seed(1)
(x_train, y_train), (x_test, y_test) = imdb.load_data(num_words=NUM_WORDS)
words = {rank + 3: word for word, rank in imdb.get_word_index().items()}
print(" ".join(words.get(index, "?") for index in x_train[0][:8]))

x_train = keras.utils.pad_sequences(x_train, maxlen=MAXLEN)
x_test = keras.utils.pad_sequences(x_test, maxlen=MAXLEN)
model = keras.Sequential(
    [
        keras.layers.Embedding(NUM_WORDS, 32),
        keras.layers.LSTM(32),
        keras.layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
model.fit(x_train, y_train, epochs=1, batch_size=128, verbose=0)
print(model.evaluate(x_test, y_test, batch_size=512, verbose=0)[1])
