"""Loads an export by Hugging Face's `datasets`, and holds every row against `load_columns`.

python hugging_face.py FOLDER DATASET_FOLDER
"""

import sys
from typing import Any

import datasets
import tensorflow_datasets as tfds

import imdb_keras_tfds

folder, dataset_folder = sys.argv[1:]

builder = tfds.builder_from_directory(dataset_folder)

loaded = datasets.load_dataset(folder)
for split, rows in loaded.items():
    columns: Any = imdb_keras_tfds.load_columns(builder, split)
    assert rows.column_names == list(columns), (rows.column_names, list(columns))
    for feature, column in columns.items():
        assert rows[feature][:] == column.tolist(), (split, feature)
    print(split, rows.num_rows, rows.info.splits[split].num_examples)

features = rows.features
assert features["tokens"] == datasets.Sequence(datasets.Value("int32"))
assert features["label"] == datasets.ClassLabel(names=["neg", "pos"])
assert features["rating"] == datasets.Value("int32")
texts = [feature for feature in features if feature not in ("tokens", "label", "rating")]
assert all(features[feature] == datasets.Value("string") for feature in texts)
# The files tell the features by themselves, too.
files = {"train": f"{folder}/train-*.parquet"}
assert datasets.load_dataset("parquet", data_files=files)["train"].features == features
