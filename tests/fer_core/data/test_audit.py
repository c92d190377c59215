"""The auditor: what is planted is found and nothing else; prices by hand; the stored results and their reader."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from support.data_sets import noise, write_ck48
from support.paths import PROJECT, data_root, needs_data, toy_faces

from fer_core import cli, labels
from fer_core.checkpoints import leak_effect
from fer_core.cli.audit import lines as audit_lines
from fer_core.data import FaceDataset, open_dataset
from fer_core.data.audit import agreement, baselines, duplicates, findings, near, report
from fer_core.data.audit.leaks import find_copies
from fer_core.data.audit.schema import Audit, LeakEffectEntry
from fer_core.errors import DataError
from fer_core.evaluation.clustered import clustered
from fer_core.records import problems

SPLITS = np.repeat(["Training", "PublicTest", "PrivateTest"], [20, 5, 5])


def moved(image: np.ndarray, down: int, right: int) -> np.ndarray:
    """The picture moved; what comes in from the border is new."""
    out = noise(1, image.shape[0], seed=99)[0]
    height, width = image.shape
    out[max(0, down) : height + min(0, down), max(0, right) : width + min(0, right)] = image[
        max(0, -down) : height - max(0, down), max(0, -right) : width - max(0, right)
    ]
    return out


def planted(*pictures: np.ndarray) -> np.ndarray:
    return np.concatenate([noise(20), np.stack(pictures)]) if pictures else noise(20)


def found_pairs(images: np.ndarray) -> dict[tuple[int, int], str]:
    pairs = find_copies(images).pairs
    ends = zip(pairs.first.tolist(), pairs.second.tolist(), strict=True)
    return dict(zip(ends, pairs.kind.tolist(), strict=True))


def test_a_set_without_copies_reports_none():
    images = noise(200)
    representative = duplicates.representatives(images)
    assert representative.tolist() == list(range(200)) and duplicates.groups(representative) == []
    assert found_pairs(images) == {} and not duplicates.constant(images).any()


def test_exact_copies_are_grouped_and_conflicts_named():
    images = planted(noise(20)[3], noise(20)[7], noise(20)[3])
    groups = duplicates.groups(duplicates.representatives(images))
    assert [group.tolist() for group in groups] == [[3, 20, 22], [7, 21]]
    classes = np.zeros(23, int)
    classes[22] = 1
    assert duplicates.conflicting(groups, classes) == [0]
    assert found_pairs(images) == {}  # equal pictures are one picture to the search for near-duplicates


def test_a_mirrored_copy_is_found():
    assert found_pairs(planted(noise(20)[5][:, ::-1])) == {(5, 20): "mirror"}


@pytest.mark.parametrize("is_mirrored", [False, True])
@pytest.mark.parametrize(("down", "right"), [(d, r) for d in (-1, 0, 1) for r in (-1, 0, 1) if (d, r) != (0, 0)])
def test_a_copy_moved_by_one_pixel_is_found(down, right, is_mirrored):
    image = noise(20)[5]
    copy = moved(image[:, ::-1] if is_mirrored else image, down, right)
    assert found_pairs(planted(copy)) == {(5, 20): "shift"}
    assert found_pairs(np.concatenate([copy[None], noise(20)])) == {(0, 6): "shift"}  # in either order


def test_a_copy_in_other_light_and_with_a_mark_is_found():
    patches = np.kron(noise(20, 6), np.ones((1, 8, 8))).astype(np.uint8)  # coarse, as faces are
    copy = patches[5] // 2 + 40
    copy[:3, :12] = 200
    assert found_pairs(np.concatenate([patches, copy[None]])) == {(5, 20): "similar"}
    assert found_pairs(np.concatenate([patches, copy[None, :, ::-1]])) == {(5, 20): "similar"}


def test_the_cosine_is_the_formulas():
    a, b = noise(2).astype(float)
    mixed = np.rint(0.8 * a + 0.2 * b).astype(np.uint8)
    pairs = find_copies(np.stack([noise(2)[0], mixed])).pairs
    x, y = (picture.astype(float).ravel() - picture.mean() for picture in (a, mixed))
    assert pairs.cosine.tolist() == pytest.approx([x @ y / np.sqrt(x @ x * (y @ y))], abs=1e-4)
    assert pairs.cosine[0] >= near.THRESHOLD


def test_colour_is_compared_as_grey():
    grey = noise(4)
    colour = np.repeat(grey[..., None], 3, axis=3)
    assert near.grey(colour).tolist() == grey.tolist()
    assert found_pairs(np.concatenate([colour, colour[2:3, :, ::-1]])) == {(2, 4): "mirror"}


def test_pictures_without_content_resemble_nothing():
    flat = np.full((2, 48, 48), 7, np.uint8)
    flat[1] = 200
    images = planted(flat[0], flat[1], flat[0])
    assert np.flatnonzero(duplicates.constant(images)).tolist() == [20, 21, 22]
    assert found_pairs(images) == {}


def leaky() -> FaceDataset:
    """30 rows: one PrivateTest row is a copy of a Training row, one of another label is mirrored, one of PublicTest."""
    faces = toy_faces(30)
    images = noise(30)
    images[25], images[26], images[27] = images[4], images[0][:, ::-1], images[21]
    classes = faces.labels.copy()
    classes[25], classes[26] = classes[4], (classes[0] + 1) % 7
    return replace(faces, images=images, labels=classes, split=SPLITS)


def test_leaks_by_level_and_reference():
    faces = leaky()
    copies = find_copies(faces.images)
    private, training = np.arange(25, 30), np.arange(20)
    assert copies.leaked(private, training, "exact").tolist() == [True, False, False, False, False]
    assert copies.leaked(private, training, "near").tolist() == [True, True, False, False, False]
    assert copies.leaked(private, np.arange(25), "near").tolist() == [True, True, True, False, False]
    assert copies.leaked_with_label(private, training, faces.labels, "near").sum() == 1


def values(audit: Audit) -> dict:
    """Return an audit as its file holds it."""
    return json.loads(json.dumps(audit.model_dump()))


@pytest.fixture
def audit(tmp_path, monkeypatch) -> Audit:
    monkeypatch.setattr(findings, "open_dataset", lambda name, root=None: leaky())
    return findings.collect("fer2013", tmp_path)


def test_an_audit_counts_what_was_planted(audit):
    audit = values(audit)
    assert audit["n"] == 30 and audit["splits"]["Training"] == {name: (3 if i < 6 else 2) for i, name in enumerate(
        labels.FER2013)}  # fmt: skip
    names = [labels.FER2013[21 % 7], labels.FER2013[27 % 7]]  # toy labels go round
    assert audit["exact"] == {
        "pictures": 4, "groups": [[4, 25], [21, 27]], "conflicting": [1], "conflicts": [names], "across_splits": [0, 1]
    }  # fmt: skip
    assert audit["near"]["pairs"] == [{"rows": [0, 26], "kind": "mirror", "cosine": 1.0}]
    assert (audit["near"]["conflicting"], audit["near"]["across_splits"], audit["constant"]) == (1, 1, [])
    assert audit["near"]["across_subjects"] is None and audit["sequences"] is None and audit["neighbours"] == []
    counts = {(leak["split"], len(leak["reference"]), leak["level"]): leak["rows"] for leak in audit["leaks"]}
    assert counts == {
        ("PublicTest", 1, "exact"): [],
        ("PublicTest", 1, "near"): [],
        ("PrivateTest", 1, "exact"): [25],
        ("PrivateTest", 1, "near"): [25, 26],
        ("PrivateTest", 2, "exact"): [25, 27],
        ("PrivateTest", 2, "near"): [25, 26, 27],
    }
    assert [one["test"] for one in audit["protocols"]] == [[5], [4], [3], [5]]


def test_the_price_tag_by_hand(audit, tmp_path, monkeypatch):
    from support.checkpoint import publish_sample

    from fer_core.checkpoints import StoredLogits

    # Right on three of five rows, the two leaked ones among them: 3/5 with them, 1/3 without, 2/2 on them.
    rows, classes = np.arange(25, 30), np.zeros(5, np.int64)
    logits = np.zeros((5, 7), np.float32)
    logits[np.arange(5), [0, 0, 0, 1, 1]] = 1
    publish_sample(tmp_path / "checkpoints", logits={"PrivateTest": StoredLogits(logits, classes, rows)})
    exact, close = leak_effect.leak_effects(audit, tmp_path / "checkpoints")
    assert (close.level, close.n, close.leaked) == ("near", 5, 2)
    shown = [one.value for one in (close.all_rows, close.without_leaked, close.on_leaked, close.gain)]
    assert shown == pytest.approx([3 / 5, 1 / 3, 1, 3 / 5 - 1 / 3])
    assert (exact.leaked, exact.without_leaked.value) == (1, 2 / 4)
    assert problems(LeakEffectEntry, close.as_dict()) == []
    audit = values(audit)
    audit["leaks"][2]["n"] = 6
    audit = report.from_values(audit)
    with pytest.raises(
        DataError, match="was scored on 5 rows of PrivateTest and the audit knows 6: they are not the same"
    ):
        leak_effect.leak_effects(audit, tmp_path / "checkpoints")


def test_agreement_names_its_ties():
    votes = np.zeros((4, 10), int)
    votes[0, [0, 4]] = 9, 1  # neutral
    votes[1, [0, 4]] = 5, 5  # neutral and angry; the first column is neutral
    votes[2, [4, 9]] = 5, 5  # angry and NF; the first is angry
    votes[3, 9] = 10  # not a face
    classes = np.array([6, 0, 0, 3])  # neutral, angry, angry, happy
    found = agreement.compare(classes, votes)
    assert (found.n, found.agree_first, found.agree_any, found.agree_alone) == (4, 2, 3, 1)
    angry, neutral = found.matrix[0], found.matrix[6]
    assert angry.tolist() == [1, 0, 0, 0, 1, 0, 0, 0, 0, 0] and neutral[0] == 1 and found.matrix[3, 9] == 1


def test_a_share_over_clusters():
    hits = np.array([True] * 30 + [False] * 30)
    alone, together = clustered(hits, np.arange(60)), clustered(hits, np.arange(60) // 6)
    assert alone.value == together.value == 0.5
    assert together.high - together.low > 1.5 * (alone.high - alone.low)
    # Ten clusters, each all right or all wrong: the standard error is sqrt(0.25 / 10) = 0.158
    assert together.high - together.low == pytest.approx(2 * 1.96 * 0.158, rel=0.15)
    assert clustered(np.zeros(0, bool), np.zeros(0)).value is None
    with pytest.raises(DataError, match="3 answers and 2 clusters do not fit"):
        clustered(np.ones(3, bool), np.zeros(2))


@pytest.fixture
def filmed(tmp_path) -> FaceDataset:
    """Frames of a film are nearly equal, people differ, and nothing else can be learned."""
    write_ck48(tmp_path / "data", subjects=12)
    faces = open_dataset("ckplus", tmp_path / "data")
    images = np.repeat(noise(24), 3, axis=0)
    images[:, 0, 0] = np.arange(72)
    return replace(faces, images=images)


def test_a_look_up_of_pixels_knows_the_film_and_nothing_else(filmed):
    from fer_core.data import protocols

    drawn = [protocols.build(name, filmed) for name in ("ckplus-frame", "ckplus-subject")]
    found = {(one["protocol"], one["method"]): one for one in baselines.score_all(filmed, drawn)}
    for method in ("nearest_pixels", "nearest_correlation"):
        assert found["ckplus-frame", method]["accuracy"]["value"] > 0.9
        assert found["ckplus-subject", method]["accuracy"]["value"] < 0.8
        drawn_again = found["ckplus-subject", method]["draws"]
        assert drawn_again["low"] <= drawn_again["median"] <= drawn_again["high"] and drawn_again["n"] == 20
    assert found["ckplus-subject", "logistic_pixels"]["draws"] is None
    assert baselines.nearest_neighbours(filmed) == {"n": 72, "same_sequence": 72, "same_subject": 72}


def test_whose_picture_a_frame_finds_nearest(filmed):
    from fer_core.data import protocols

    # Four frames that differ in brightness only; the films are a, a, b, c and the people x, x, x, y.
    faces = replace(
        filmed.take(np.arange(4)),
        images=np.stack([np.full((48, 48), grey, np.uint8) for grey in (0, 1, 3, 10)]),
        labels=np.array([0, 0, 1, 1]),
        sequences=np.array(["a", "a", "b", "c"]),
        subjects=np.array(["x", "x", "x", "y"]),
    )
    fold = protocols.Fold(np.array([1, 2]), np.array([3]), np.array([0]))  # 0 finds 1: the same film
    other = protocols.Fold(
        np.array([2, 3]), np.array([], int), np.array([1])
    )  # 1 finds 2: the same person, another face
    drawn = protocols.Protocol("toy", "Toy", "", "ckplus", 0, (fold, other))
    assert baselines.neighbours(faces, [drawn]) == [
        {"protocol": "toy", "n": 2, "same_sequence": 1, "same_subject": 2, "other_face": 1}
    ]


def test_people_and_films_are_counted_by_expression(tmp_path):
    write_ck48(tmp_path, subjects=12)  # everyone shows angry and contempt, one film each
    audit = values(findings.collect("ckplus", tmp_path))
    shown = {name: {"subjects": 12, "sequences": 12} for name in ("angry", "contempt")}
    none = {name: {"subjects": 0, "sequences": 0} for name in labels.CKPLUS[2:]}
    assert audit["sequences"] == shown | none and audit["splits"]["All"]["contempt"] == 36


def test_turned_axes_give_the_linear_model_of_raw_pixels(filmed):
    from sklearn.linear_model import LogisticRegression

    from fer_core.data import protocols

    (fold, *_) = protocols.build("ckplus-subject", filmed).folds
    x = baselines.pixels(filmed.images)
    plain = LogisticRegression(C=1.0, max_iter=2_000, tol=1e-6).fit(x[fold.fit], filmed.labels[fold.fit])
    answer = baselines.METHODS["logistic_pixels"].prepare(x, filmed.labels)(fold)
    assert (answer == plain.predict(x[fold.test])).mean() == 1


def test_the_command_audits_stores_and_tells(tmp_path, monkeypatch, capsys):
    write_ck48(tmp_path / "data", subjects=12)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FER_DATA", raising=False)
    assert cli.main(["audit", "CK+", "--out", "kept"]) == 0
    out = capsys.readouterr().out
    assert "CK+: 72 pictures of 48 x 48 px, 12 subjects in 24 sequences" in out
    assert "equal byte for byte: 0 groups, 0 pictures" in out and "near-duplicates: 0 pairs" in out
    assert "CK+, unseen subjects, nearest picture: of the same sequence 0 of 72, of the same subject 0," in out
    assert "CK+, unseen subjects, nearest picture: " in out and "over 20 draws of the folds" in out
    assert report.list_audits("kept") == ["ckplus"] and report.read("ckplus", "kept").n_subjects == 12
    assert cli.main(["audit", "fer2013"]) == 2
    assert "fer2013.csv is missing, so FER2013 cannot be opened" in capsys.readouterr().err
    assert cli.main(["audit", "ckk"]) == 2
    assert "'ckk' is not a known data set" in capsys.readouterr().err


def test_an_audit_is_written_and_read(audit, tmp_path):
    path = report.write(audit, tmp_path)
    assert path.name == "audit-fer2013.json" and report.read("fer2013", tmp_path) == audit
    assert list(audit_lines(audit))[0] == "FER2013: 30 pictures of 48 x 48 px"


def test_damaged_audits_get_a_sentence(audit, tmp_path):
    again = "make it anew with `fer audit fer2013`, which needs the data set"
    with pytest.raises(DataError, match=f"audit-fer2013.json is missing; {again}"):
        report.read("fer2013", tmp_path)
    path = report.write(audit, tmp_path)
    text = path.read_text()
    path.write_text(text[:100])
    with pytest.raises(DataError, match="is not JSON"):
        report.read("fer2013", tmp_path)
    path.write_text(text.replace('"format": 3', '"format": 1'))
    with pytest.raises(DataError, match="has format 1 and this version reads 2 and 3"):
        report.read("fer2013", tmp_path)
    path.write_text(text.replace('"leaks"', '"leeks"'))
    with pytest.raises(DataError, match=r"not a valid audit.*: leaks is missing \(closest: leeks\)"):
        report.read("fer2013", tmp_path)
    with pytest.raises(DataError, match="the audit of fer2013 is not valid: n is 'many'"):
        report.from_values(values(audit) | {"n": "many"})
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match="cannot be written: .*; free the cause and audit again"):
        report.write(audit, tmp_path / "file" / "folder")


STORED = report.list_audits()


@pytest.mark.parametrize("data", STORED)
def test_stored_audits_need_neither_torch_nor_data(data):
    code = (
        "import sys; from fer_core.checkpoints import leak_effect; from fer_core.data.audit import report\n"
        f"audit = report.read({data!r}); leak_effect.leak_effects(audit, 'nowhere')\n"
        "sys.exit('torch' in sys.modules or 'sklearn' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=PROJECT, check=False).returncode == 0


@pytest.mark.parametrize("data", STORED)
def test_stored_audits_agree_with_themselves(data):
    audit = values(report.read(data))
    total = sum(sum(counts.values()) for counts in audit["splits"].values())
    assert total == audit["n"] and audit["exact"]["pictures"] == sum(map(len, audit["exact"]["groups"]))
    assert len(audit["exact"]["conflicts"]) == len(audit["exact"]["conflicting"])
    for place, names in zip(audit["exact"]["conflicting"], audit["exact"]["conflicts"], strict=True):
        assert len(names) == len(audit["exact"]["groups"][place]) and len(set(names)) > 1
    for leak in audit["leaks"]:
        assert leak["count"] == len(leak["rows"]) and leak["n"] == sum(audit["splits"][leak["split"]].values())
    for tag in audit["leak_effects"]:
        hits = tag["all_rows"]["value"] * tag["n"]
        rest = (tag["without_leaked"]["value"] or 0) * (tag["n"] - tag["leaked"])
        assert round(hits - rest) == round((tag["on_leaked"]["value"] or 0) * tag["leaked"])


def test_the_stored_figures_are_the_independent_ones():
    """Counts that other scripts found on the same pictures, before this code was written."""
    audit = values(report.read("fer2013"))
    exact = audit["exact"]
    assert (len(exact["groups"]), exact["pictures"], len(exact["conflicting"]), len(audit["constant"])) == (
        1_516, 3_369, 57, 12)  # fmt: skip
    leaks = {(leak["split"], tuple(leak["reference"]), leak["level"]): leak for leak in audit["leaks"]}
    private = leaks["PrivateTest", ("Training",), "exact"]
    assert (private["count"], private["n"], private["same_label"]) == (288, 3_589, 279)
    assert leaks["PrivateTest", ("Training", "PublicTest"), "exact"]["count"] == 314
    found = audit["agreement"]["splits"]["PrivateTest"]
    assert round(100 * found["agree_first"] / found["n"], 1) == 62.2
    share = {row[0]: row[1] for row in zip(audit["agreement"]["expressions"], found["matrix"], strict=True)}
    column = audit["agreement"]["columns"].index
    percent = {name: round(100 * counts[column(name)] / sum(counts), 1) for name, counts in share.items()}
    assert percent == {
        "angry": 49.1, "disgust": 30.9, "fear": 13.4, "happy": 92.8, "sad": 38.4, "surprise": 75.7, "neutral": 86.9
    }  # fmt: skip


def test_the_stored_baselines_are_the_independent_ones():
    audit = values(report.read("ckplus"))
    percent = {
        (one["protocol"].removeprefix("ckplus-"), one["method"]): 100 * one["accuracy"]["value"]
        for one in audit["baselines"]
    }
    assert percent["frame", "nearest_pixels"] > 98 and percent["frame", "nearest_correlation"] > 98
    assert 53 < percent["subject", "nearest_pixels"] < 55 and 60 < percent["subject", "nearest_correlation"] < 62
    assert percent["sequence", "nearest_correlation"] == pytest.approx(24.6, abs=0.5)
    assert percent["frame", "logistic_pixels"] == pytest.approx(99.3, abs=0.3)
    assert percent["subject", "logistic_pixels"] == pytest.approx(83.8, abs=1.5)
    assert audit["nearest_neighbours"]["same_sequence"] == 980 and audit["near"]["across_subjects"] == 0
    # Everyone shows an expression in one film only, so the same person in another film never shows the same one.
    assert all(shown["subjects"] == shown["sequences"] for shown in audit["sequences"].values())
    kin = {one["protocol"].removeprefix("ckplus-"): one for one in audit["neighbours"]}
    assert kin["sequence"]["other_face"] == kin["sequence"]["same_subject"] and kin["sequence"]["same_sequence"] == 0
    assert kin["subject"]["same_subject"] == 0 and kin["frame"]["same_sequence"] > 950


@needs_data
def test_the_stored_groups_are_those_of_the_pictures():
    faces, audit = open_dataset("fer2013", data_root()), values(report.read("fer2013"))
    assert [group.tolist() for group in duplicates.groups(duplicates.representatives(faces.images))] == audit["exact"][
        "groups"
    ]
    first, second = (
        faces.images[[pair["rows"][end] for pair in audit["near"]["pairs"]]].astype(float) for end in (0, 1)
    )
    moves = [(m, d, r) for m in (False, True) for d in (-1, 0, 1) for r in (-1, 0, 1)]
    cosine = np.max([near._cosine(*near._overlap(first, second, move)) for move in moves], axis=0)
    stored = [pair["cosine"] for pair in audit["near"]["pairs"]]
    np.testing.assert_allclose(cosine, stored, atol=2e-4)


def test_real_random_frames_against_unseen_subjects():
    from fer_core.data import protocols

    root = next((r for r in (data_root(), PROJECT / "data") if r and (Path(r) / "ck48").is_dir()), None)
    if root is None:
        pytest.skip("needs CK+ (48 x 48 edition): neither $FER_DATA nor data/ has a folder ck48")
    faces = open_dataset("ckplus", root)
    answer = baselines.METHODS["nearest_pixels"].prepare(baselines.pixels(faces.images), faces.labels)
    share = {
        name: (baselines.predict(answer, protocols.build(f"ckplus-{name}", faces), 981) == faces.labels).mean()
        for name in ("frame", "subject")
    }
    assert share["frame"] > 0.97 and 0.5 < share["subject"] < 0.6
