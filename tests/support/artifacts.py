"""Everything that can be stored beside a checkpoint, invented."""

from __future__ import annotations

import json
from pathlib import Path

from support import contract_reports, corruption_predictions, features, region_attributions
from support.histories import line

from fer_core.checkpoints import save_features
from fer_core.checkpoints.card import read_card
from fer_core.checkpoints.contract_report import save_report
from fer_core.checkpoints.corruption_predictions import save_corruption_predictions
from fer_core.checkpoints.region_attributions import save_region_attributions


def store_artifacts(folder: Path) -> None:
    """Store features, corruptions, attributions, a contract report and a history beside a FER2013 checkpoint."""
    card, split = read_card(folder), "PrivateTest"
    save_features(card, split, features.made_up(apart=5))
    save_corruption_predictions(card, split, corruption_predictions.made_up())
    save_region_attributions(card, split, region_attributions.made_up())
    save_report(card, contract_reports.made_up(card.weights.sha256))
    epochs = (json.dumps(line(epoch, 0.1 * epoch)) for epoch in range(1, 7))
    (folder / "history.jsonl").write_text("\n".join(epochs) + "\n")
