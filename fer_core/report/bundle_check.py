"""Is a bundle what it was when it was made, and do its numbers follow from its answers? All is computed again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from fer_core.checkpoints.card import FILE_NAME, Card, read_card
from fer_core.checkpoints.history import HISTORY
from fer_core.checkpoints.verify import answer_disagreements
from fer_core.errors import CheckpointError, FerError
from fer_core.evidence.claims import Claims, read_all
from fer_core.evidence.ledger_schema import LedgerFile
from fer_core.files import read_json
from fer_core.records import parsed
from fer_core.report.archive import read_zip
from fer_core.report.bundle import (
    CLAIMS,
    ENVIRONMENT,
    FOLDER,
    LEDGER,
    README,
    RESULTS,
    SUMS,
    bundled_files,
    results_csv,
    sums,
)

REMEDY = "fetch the bundle again"
ALONE = (README, SUMS, ENVIRONMENT, RESULTS, CLAIMS, LEDGER)
# A checkpoint's name as `card_schema.NAME` has it: no separators, and one dot that is not the first letter.
INSIDE = rf"{FOLDER}/[a-z0-9_]+(?:-[a-z0-9_]+)?\.[a-z0-9]+-[A-Za-z0-9_-]+"
ALLOWED = re.compile(
    "|".join(map(re.escape, ALONE))
    + rf"|{INSIDE}/(?:{re.escape(FILE_NAME)}|{re.escape(HISTORY)}|logits-[A-Za-z0-9_-]+\.safetensors)"
)


def verify_bundle(path: Path) -> list[str]:
    """Return a sentence for everything in a bundle that was changed or does not follow from its answers; [] if none."""
    try:
        contents = read_zip(path, ALLOWED)
    except CheckpointError as error:
        return [str(error)]
    if missing := [name for name in ALONE if name not in contents]:
        return [f"{path} lacks {', '.join(missing)}; {REMEDY}"]
    with TemporaryDirectory() as folder:
        root = Path(folder)
        _unpack(contents, root)
        return [*_sum_problems(contents), *_content_problems(contents, root)]


def _unpack(contents: Mapping[str, bytes], root: Path) -> None:
    """Write the files below an empty folder; their names were checked when they were read."""
    for name, content in contents.items():
        target = root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def _sum_problems(contents: Mapping[str, bytes]) -> list[str]:
    given = contents[SUMS].decode("utf-8", "replace").splitlines()
    wanted = sums({name: content for name, content in contents.items() if name != SUMS}).splitlines()
    names = {line.partition("  ")[2] for line in set(given) ^ set(wanted)}
    return [f"{name[:200]} does not have the hash that {SUMS} lists" for name in sorted(names)]


def _content_problems(contents: Mapping[str, bytes], root: Path) -> list[str]:
    problems, cards = [], []
    for name in dict.fromkeys(name.split("/")[1] for name in contents if name.startswith(f"{FOLDER}/")):
        try:
            cards.append(read_card(root / FOLDER / name))
        except CheckpointError as error:
            problems.append(f"{name}: {_inside(str(error), root)}")
    known = _claims(root, problems)
    for card in cards:
        card_problems = [*_foreign_files(card, contents), *answer_disagreements(card), *_claim_problems(card, known)]
        problems += [f"{card.name}: {_inside(problem, root)}" for problem in card_problems]
    problems += _ledger_problems(root)
    if not cards or contents[RESULTS] != results_csv(cards).encode():
        problems.append(f"{RESULTS} does not hold the scores of the cards")
    return problems


def _foreign_files(card: Card, contents: Mapping[str, bytes]) -> list[str]:
    own = {f"{FOLDER}/{card.name}/{path.name}" for path in bundled_files(card)}
    present = {name for name in contents if name.startswith(f"{FOLDER}/{card.name}/")}
    return [f"{name} is no part of this checkpoint" for name in sorted(present - own)]


def _claims(root: Path, problems: list[str]) -> Claims | None:
    try:
        return read_all(root / CLAIMS)
    except FerError as error:
        problems.append(_inside(str(error), root))
        return None


def _claim_problems(card: Card, known: Claims | None) -> list[str]:
    if known is None:
        return []
    own = [claim for claim in known.claims if (claim.network, claim.data) == (card.network.name, card.data.name)]
    true = own[0].as_card_entry() if own else None
    on_card = card.claim.model_dump() if card.claim else None
    return [] if on_card == true else [f"claim is {on_card}, {CLAIMS} says {true}"]


def _ledger_problems(root: Path) -> list[str]:
    """Do the arithmetic of rows and findings again."""
    try:
        parsed(LedgerFile, read_json(root / LEDGER, CheckpointError, REMEDY), CheckpointError, f"{LEDGER} is not valid")
    except CheckpointError as error:
        return [_inside(str(error), root)]
    return []


def _inside(sentence: str, root: Path) -> str:
    """Name files as the bundle does, not where they were unpacked."""
    return sentence.replace(f"{root}/", "")
