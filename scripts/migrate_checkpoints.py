"""Bring stored checkpoints and audits to today's format: cards and their keys, recipe names, small files' names.

    python -m scripts.migrate_checkpoints [--checkpoints checkpoints] [--evidence evidence] [--dry-run]

What it writes: card.json in format 2 (`fer_core.checkpoints.upgrade` says what is called otherwise; recipes, commands
under today's names), evidence/audit-<set>.json in format 3, and reactions-<Split>.safetensors under the name
corruptions-<Split>.safetensors. Histories hold no renamed entry and stay as they are.

What it never touches: the weights and logits, whose bytes the cards vouch for and which make up the repository's size,
and the folders' names. So a checkpoint keeps the tag of the recipe's old name (`...-cpu-taught-s0`); its card says the
new one, and its command names the tag, so that it still makes the same checkpoint.

Every card is compared with its files before and after; one that was not true before is left alone and named. Running it
again changes nothing.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from fer_core import files
from fer_core.checkpoints import checkpoint_folders, verify
from fer_core.checkpoints.card import FILE_NAME, REMEDY, Card, read_card, write_card
from fer_core.checkpoints.corruption_predictions import old_path
from fer_core.checkpoints.verify import artifact_splits
from fer_core.data.audit import report
from fer_core.errors import CheckpointError, DataError, FerError


def migrate_checkpoint(folder: Path, *, is_trial: bool = False) -> list[str]:
    """Bring one checkpoint to today's format; returns what was (or would be) done, [] if nothing had to be.

    Raises:
        CheckpointError: if the card cannot be read, or is not true before or after.
    """
    card = read_card(folder)
    before = (folder / FILE_NAME).read_bytes()
    after = files.pretty_json(card.as_dict()).encode()
    renames = [(old_path(folder, split), split) for split in artifact_splits(card) if old_path(folder, split).is_file()]
    done = [f"card.json in format {card.format}"] if before != after else []
    done += [f"{path.name} is called corruptions-{split}.safetensors" for path, split in renames]
    if is_trial or not done:
        return done
    _require_truth(card, "was not true before, and is left as it is")
    for path, split in renames:
        path.rename(path.with_name(f"corruptions-{split}.safetensors"))
    if before != after:
        write_card(folder, card)
    _require_truth(read_card(folder), "is not true after the migration")
    return done


def _require_truth(card: Card, words: str) -> None:
    if found := verify(card.folder):
        raise CheckpointError(f"{card.name} {words}: {'; '.join(found)}")


def migrate_audit(data: str, root: Path, *, is_trial: bool = False) -> list[str]:
    """Bring one audit to today's format; returns what was (or would be) done. Raises DataError if it is damaged."""
    path = report.path_of(data, root)
    values = files.read_json(path, DataError, REMEDY)
    if isinstance(values, dict) and values.get("format") == report.FORMAT:
        return []
    audit = report.read(data, root)
    if not is_trial:
        report.write(audit, root)
    return [f"{path.name} in format {audit.format}"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Migrate everything; one bad checkpoint is named and stops no other. Returns 1 if there was one, else 0."""
    parser = argparse.ArgumentParser(description="Bring stored checkpoints and audits to today's format.")
    parser.add_argument("--checkpoints", type=Path, default=Path("checkpoints"), metavar="FOLDER")
    parser.add_argument("--evidence", type=Path, default=report.ROOT, metavar="FOLDER")
    parser.add_argument("--dry-run", action="store_true", help="only say what would be done")
    options = parser.parse_args(arguments)
    tasks = [(folder.name, migrate_checkpoint, (folder,)) for folder in checkpoint_folders(options.checkpoints)]
    tasks += [(data, migrate_audit, (data, options.evidence)) for data in report.list_audits(options.evidence)]
    failed = 0
    for name, migrate, what in tasks:
        try:
            done = migrate(*what, is_trial=options.dry_run)
        except FerError as error:
            failed += 1
            print(f"left: {error}", file=sys.stderr)
            continue
        if done:
            print(f"{name}: {'; '.join(done)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
