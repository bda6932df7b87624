"""Trains nothing: two spawned workers of PyTorch read an export, and hand over padded batches.

python torch_batches.py FOLDER
"""

import sys
from typing import Any

import datasets
import torch
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import DataLoader


def padded(rows: list[dict[str, Any]]) -> tuple[torch.Tensor, torch.Tensor]:
    """Tokens `[batch, longest]` and labels `[batch]`."""
    tokens = pad_sequence([row["tokens"] for row in rows], batch_first=True)
    return tokens, torch.stack([row["label"] for row in rows])


if __name__ == "__main__":  # A spawned worker imports this file.
    train = datasets.load_dataset(sys.argv[1], split="train").with_format("torch")
    loader = DataLoader(
        train,
        batch_size=16,
        num_workers=2,
        multiprocessing_context="spawn",
        collate_fn=padded,
    )
    batches = list(loader)
    lengths = [row["tokens"].numel() for row in train]
    read = [int(row.count_nonzero()) for tokens, _ in batches for row in tokens]
    assert read == lengths, (read, lengths)
    labels = torch.cat([labels for _, labels in batches])
    print(len(batches), batches[0][0].dtype, len(labels), int(labels.sum()))
