"""Shows the sample dataset: what TFDS knows of it, and three reviews as ids and as words."""

import tensorflow_datasets as tfds

import imdb_keras_tfds


def main() -> None:
    """Prints the dataset info and three reviews."""
    dataset, info = tfds.load("imdb_keras/sample", split="train", with_info=True)
    print(info)

    codec = imdb_keras_tfds.codec(info)
    for review in tfds.as_numpy(dataset.take(3)):
        label = info.features["label"].int2str(review["label"])
        print(f"\n{review['id'].decode()}: {label}, {review['rating']} of 10")
        print(*review["tokens"])
        print(codec.decode(review["tokens"]))


if __name__ == "__main__":
    main()
