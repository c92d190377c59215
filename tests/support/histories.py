"""Lines of a history file."""

from __future__ import annotations


def line(epoch: int, accuracy: float, **more: object) -> dict:
    numbers = {"train_loss": 2 - accuracy, "validation_accuracy": accuracy, "lr": 0.1, "seconds": 36.0}
    return {"epoch": epoch, **numbers, "images_per_second": 100.0, **more}
