"""Programs as courses and books have them, with another import: the dataset is this package's."""
