"""Shows the sample dataset: what TFDS knows of it, and three reviews as ids and as words."""

import json
import pathlib

import tensorflow_datasets as tfds

import imdb_keras_tfds  # noqa: F401  (registers the dataset)


def main() -> None:
    """Prints the dataset info and three reviews."""
    dataset, info = tfds.load("imdb_keras/sample", split="train", with_info=True)
    print(info)

    word_index = json.loads(pathlib.Path(info.data_dir, "imdb_word_index.json").read_text())
    settings = info.metadata["settings"]
    words = {rank + settings["index_from"]: word for word, rank in word_index.items()}
    words[settings["start_char"]] = "[START]"
    words[settings["oov_char"]] = "[OOV]"
    for review in tfds.as_numpy(dataset.take(3)):
        label = info.features["label"].int2str(review["label"])
        print(f"\n{review['id'].decode()}: {label}, {review['rating']} of 10")
        print(*review["tokens"])
        print(*(words[token] for token in review["tokens"]))


if __name__ == "__main__":
    main()
