"""A bundle of invented checkpoints: whole, its numbers come out again; altered anywhere, it is refused by name."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load, save
from support.checkpoints import PLUS, A, B

from fer_core import cli, files
from fer_core.checkpoints import list_checkpoints
from fer_core.errors import CheckpointError, ConfigError
from fer_core.report.archive import MAX_FILES, read_zip, to_zip
from fer_core.report.bundle import SUMS, bundle, chosen_cards, sums
from fer_core.report.bundle_check import ALLOWED, verify_bundle

Contents = dict[str, bytes]
LOGITS = f"checkpoints/{B}/logits-PrivateTest.safetensors"
CARD = f"checkpoints/{B}/card.json"


@pytest.fixture(scope="module")
def packed(shelf) -> bytes:
    return bundle(list_checkpoints(shelf))


@pytest.fixture
def path(packed, tmp_path) -> Path:
    found = tmp_path / "bundle.zip"
    found.write_bytes(packed)
    return found


def test_a_bundle_as_it_was_made_is_true(path):
    assert verify_bundle(path) == []


def test_it_holds_every_file_that_numbers_follow_from_and_no_weights(path):
    names = list(read_zip(path, ALLOWED))
    files_of = {"card.json", "history.jsonl", "logits-PrivateTest.safetensors", "logits-PublicTest.safetensors"}
    assert {name.rpartition("/")[2] for name in names if A in name} == files_of
    assert {"README.md", SUMS, "environment.json", "results.csv", "claims.json", "ledger.json"} <= set(names)
    assert not any("model" in name for name in names)


def test_its_table_says_what_can_be_counted_by_hand(path):
    rows = list(csv.DictReader(io.StringIO(read_zip(path, ALLOWED)["results.csv"].decode())))
    right = {(row["checkpoint"], row["split"]): (row["right"], row["n"]) for row in rows}
    assert right[A, "PrivateTest"] == ("66", "70") and right[PLUS, "PrivateTest"] == ("71", "80")
    assert len(rows) == 6


def test_it_holds_claims_of_its_networks_and_ledger_rows_of_its_data_only(path):
    contents = read_zip(path, ALLOWED)
    claims, ledger = (json.loads(contents[name]) for name in ("claims.json", "ledger.json"))
    assert {one["network"] for one in claims["claims"]} == {"i_mobilenet_v2", "mini_xception"}
    assert set(claims["papers"]) == {one["paper"] for one in claims["claims"]}
    assert {row["data"] for row in ledger["rows"]} == {"fer2013", "ferplus"}


def test_no_byte_of_the_archive_can_change_unnoticed(packed, tmp_path):
    changed = tmp_path / "changed.zip"
    for place in [*range(0, len(packed), 997), *range(200), *range(len(packed) - 200, len(packed))]:
        data = bytearray(packed)
        data[place] ^= 1
        changed.write_bytes(data)
        with pytest.raises(CheckpointError, match=r"changed\.zip"):
            read_zip(changed, ALLOWED)


def test_a_changed_byte_of_a_file_names_it(packed, path):
    place = packed.index(f'"name": "{B}"'.encode())
    path.write_bytes(packed[:place] + b"_" + packed[place + 1 :])
    (sentence,) = verify_bundle(path)
    assert f"{CARD} was changed" in sentence


def resealed(path: Path, change: Callable[[Contents], None], is_summed: bool) -> list[str]:
    """Change the contents, pack them anew with true sums or without, and verify."""
    contents = read_zip(path, ALLOWED)
    change(contents)
    if is_summed:
        contents[SUMS] = sums({name: content for name, content in contents.items() if name != SUMS}).encode()
    path.write_bytes(to_zip(contents))
    return verify_bundle(path)


def other_answer(contents: Contents) -> None:
    """Let B be right about one face more."""
    arrays = load(contents[LOGITS])
    place = int(np.flatnonzero(arrays["logits"].argmax(axis=1) != arrays["labels"])[0])
    arrays["logits"][place] = np.eye(7, dtype=np.float32)[arrays["labels"][place]]
    order = list(json.loads(contents[CARD])["expressions"])
    contents[LOGITS] = save(arrays, metadata={"expressions": json.dumps(order)})


def other_answer_and_hash(contents: Contents) -> None:
    """The same, and the card records the file as it is now."""
    import hashlib

    other_answer(contents)
    card = json.loads(contents[CARD])
    card["logits"]["PrivateTest"] = {
        "sha256": hashlib.sha256(contents[LOGITS]).hexdigest(),
        "bytes": len(contents[LOGITS]),
    }
    contents[CARD] = files.pretty_json(card).encode()


def other_score(contents: Contents) -> None:
    card = json.loads(contents[CARD])
    card["scores"]["PrivateTest"]["accuracy"]["value"] += 0.01
    contents[CARD] = files.pretty_json(card).encode()


def other_parameters(contents: Contents) -> None:
    card = json.loads(contents[CARD])
    card["params"] -= 1
    contents[CARD] = files.pretty_json(card).encode()


def other_claim(contents: Contents) -> None:
    contents["claims.json"] = contents["claims.json"].replace(b"0.6862", b"0.6962")


def other_result(contents: Contents) -> None:
    contents["results.csv"] = contents["results.csv"].replace(b",66,", b",67,")


def other_arithmetic(contents: Contents) -> None:
    data = json.loads(contents["ledger.json"])
    check = next(one for finding in data["findings"] for one in finding["checks"] if one["value"] is not None)
    check["value"] += 1
    contents["ledger.json"] = files.pretty_json(data).encode()


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (other_answer, "logits-PrivateTest.safetensors was changed after its card was written"),
        (other_answer_and_hash, "scores.PrivateTest.accuracy.value is "),
        (other_score, "scores.PrivateTest.accuracy.value is "),
        (other_parameters, "params is "),
        (other_claim, "claims.json says"),
        (other_result, "results.csv does not hold the scores"),
        (other_arithmetic, "the arithmetic of"),
    ],
)
def test_what_was_forged_with_true_hashes_does_not_follow_from_the_answers(change, named, path):
    problems = resealed(path, change, is_summed=True)
    assert any(named in problem for problem in problems), problems
    assert not any(str(path.parent.parent) in problem and "checkpoints/" in problem for problem in problems)


def test_a_changed_file_with_the_old_sums_is_named(path):
    def change(contents: Contents) -> None:
        contents["README.md"] += b"!"

    assert resealed(path, change, is_summed=False) == ["README.md does not have the hash that SHA256SUMS lists"]


def test_a_checkpoint_that_was_taken_out_is_missed(path):
    def drop(contents: Contents) -> None:
        for name in [name for name in contents if A in name]:
            del contents[name]

    assert "results.csv does not hold the scores of the cards" in resealed(path, drop, is_summed=True)


@pytest.mark.parametrize(
    "name", ["../outside", "/etc/passwd", f"checkpoints/{A}/../../card.json", "checkpoints\\x", "more.txt", "é" * 300]
)
def test_a_name_that_leads_elsewhere_is_refused_and_nothing_is_written(name, path, tmp_path):
    contents = {**read_zip(path, ALLOWED), name: b"x"}
    path.write_bytes(to_zip(contents))
    (sentence,) = verify_bundle(path)
    assert "is no file of such an archive" in sentence
    assert [one.name for one in tmp_path.iterdir()] == ["bundle.zip"]


def test_bombs_and_crowds_are_refused(tmp_path):
    bomb = tmp_path / "bomb.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.md", b"0" * 10**7)
    assert "is compressed or encrypted" in verify_bundle(bomb)[0]
    crowd = tmp_path / "crowd.zip"
    crowd.write_bytes(to_zip({f"checkpoints/{A[:-1]}{i}/card.json": b"" for i in range(MAX_FILES + 1)}))
    assert "more than the 2,000 that are read" in verify_bundle(crowd)[0]
    with pytest.raises(CheckpointError, match="no whole zip"):
        read_zip(_written(tmp_path / "text.zip", b"no zip"), ALLOWED)
    with pytest.raises(CheckpointError, match="cannot be read"):
        read_zip(tmp_path / "absent.zip", ALLOWED)


def _written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def test_names_choose_all_runs_of_a_network_or_one_checkpoint(shelf):
    cards = list_checkpoints(shelf)
    assert [card.name for card in chosen_cards(["mini_xception"], cards)] == [B, PLUS]
    assert [card.name for card in chosen_cards([A, "mini_xception"], cards)] == [A, B, PLUS]
    with pytest.raises(ConfigError, match="closest: mini_xception"):
        chosen_cards(["mini_xcption"], cards)
    with pytest.raises(ConfigError, match="at least one checkpoint"):
        bundle([])


def test_the_command_writes_one_and_verify_tells_true_from_altered(shelf, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("FER_CHECKPOINTS", str(shelf))
    out = tmp_path / "for-review.zip"
    assert cli.main(["bundle", str(out), "--networks", "mini_xception"]) == 0
    assert cli.main(["verify", str(out)]) == 0
    assert "every number comes out again" in capsys.readouterr().out
    data = bytearray(out.read_bytes())
    data[data.index(b'\n  "name": "mini_xception.ferplus') + 2] ^= 1
    out.write_bytes(data)
    assert cli.main(["verify", str(out)]) == 1
    assert f"{out}: checkpoints/{PLUS}/card.json was changed" in capsys.readouterr().out
    assert cli.main(["bundle", str(tmp_path / "for-review"), "--networks", "mini_xception"]) == 2
