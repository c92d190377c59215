"""Protocols: who is kept apart from whom, the same on every machine, and said by a hash."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from support.data_sets import noise, write_ck48, write_rafdb
from support.paths import PROJECT, data_root, toy_faces

from fer_core import labels
from fer_core.data import FaceDataset, deterministic_split, open_dataset, protocols
from fer_core.data.cross_dataset import cross_dataset
from fer_core.errors import ConfigError, DataError


@pytest.fixture
def filmed(tmp_path) -> FaceDataset:
    write_ck48(tmp_path, subjects=23, expressions=3)
    return open_dataset("ckplus", tmp_path)


def fer_rows(n: int = 60, name: str = "fer2013") -> FaceDataset:
    """Two thirds Training, a sixth each PublicTest and PrivateTest; pictures are noise."""
    faces = toy_faces(n)
    split = np.repeat(["Training", "PublicTest", "PrivateTest"], [n * 2 // 3, n // 6, n // 6])
    return replace(faces, name=name, images=noise(n), split=split)


def real(folder: str) -> Path:
    for root in filter(None, (data_root(), PROJECT / "data")):
        if (Path(root) / folder).is_dir():
            return Path(root)
    pytest.skip(f"neither $FER_DATA nor data/ has a folder {folder}")


def columns(faces: FaceDataset, name: str, *parts: np.ndarray) -> list[set[str]]:
    return [set(getattr(faces, name)[part].tolist()) for part in parts]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("name", ["ckplus-subject", "ckplus-sequence", "ckplus-frame"])
def test_ten_folds_test_each_frame_once_and_no_role_shares_a_row(filmed, name, seed):
    protocol = protocols.build(name, filmed, seed)
    tested = np.concatenate([fold.test for fold in protocol.folds])
    assert len(protocol.folds) == 10 and sorted(tested.tolist()) == list(range(len(filmed)))
    for fold in protocol.folds:
        together = np.concatenate([fold.train, fold.validation, fold.test])
        assert sorted(together.tolist()) == list(range(len(filmed))) and min(map(len, (fold.validation, fold.test))) > 0


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize(("name", "column"), [("ckplus-subject", "subjects"), ("ckplus-sequence", "sequences")])
def test_nobody_and_no_film_is_in_two_roles(filmed, name, column, seed):
    for fold in protocols.build(name, filmed, seed).folds:
        train, validation, test = columns(filmed, column, fold.train, fold.validation, fold.test)
        assert not train & test and not validation & test and not train & validation


def test_random_frames_do_put_films_on_both_sides(filmed):
    shared = 0
    for fold in protocols.build("ckplus-frame", filmed).folds:
        train, test = columns(filmed, "sequences", fold.fit, fold.test)
        shared += len(train & test)
    assert shared > 0 and protocols.build("ckplus-frame", filmed).is_leaky


def test_same_seed_same_hash_another_seed_another(filmed):
    one, again, other = (protocols.build("ckplus-subject", filmed, seed) for seed in (3, 3, 4))
    assert one.sha256 == again.sha256 != other.sha256 and len(one.sha256) == 64
    assert one.sha256 != protocols.build("ckplus-frame", filmed, 3).sha256


def test_the_hash_is_that_of_the_indices():
    parts = [np.array([1, 2]), np.array([], np.int64), np.array([3])]
    by_hand = b"2\n" + bytes([1] + [0] * 7 + [2] + [0] * 7) + b"0\n" + b"1\n" + bytes([3] + [0] * 7)
    assert protocols.indices_sha256(*parts) == hashlib.sha256(by_hand).hexdigest()
    assert protocols.indices_sha256(np.array([1, 2])) != protocols.indices_sha256(np.array([1]), np.array([2]))


def test_the_order_is_that_of_the_names_hashes():
    names = ["a", "b", "c", "d"]
    by_hand = sorted(range(4), key=lambda i: hashlib.sha256(f"7 {names[i]}".encode()).digest())
    assert deterministic_split.shuffled(names, 7).tolist() == by_hand


def test_dealing_keeps_groups_whole_and_folds_even():
    groups = np.array(list("aabbbcdefgghij"))
    fold = deterministic_split.kfold(groups, 3, 0)
    assert all(len(set(fold[groups == name])) == 1 for name in "abcdefghij")
    assert sorted(len(set(groups[fold == k])) for k in range(3)) == [3, 3, 4]


def test_holding_out_takes_the_share_of_each_class_and_leaves_some():
    classes = np.repeat([0, 1, 2, 3], [100, 15, 2, 1])
    is_out = deterministic_split.stratified_holdout(classes, [f"x{i}" for i in range(118)], 0.1, 0)
    assert np.bincount(classes[is_out], minlength=4).tolist() == [10, 2, 1, 0]


def test_a_fold_gives_its_rows_under_the_names_of_their_roles(filmed):
    fold = protocols.build("ckplus-subject", filmed).folds[0]
    faces = fold.of(filmed)
    assert faces.splits == ("train", "validation", "test")
    np.testing.assert_array_equal(faces.subset("test").rows, fold.test)
    assert set(faces.subset("train").subjects) == set(filmed.subjects[fold.train])


def test_the_official_protocol_is_the_owners_split():
    faces = fer_rows()
    (fold,) = protocols.build("fer2013-official", faces).folds
    assert (faces.split[fold.train] == "Training").all() and (faces.split[fold.validation] == "PublicTest").all()
    assert (faces.split[fold.test] == "PrivateTest").all() and sum(map(len, (fold.fit, fold.test))) == 60


def test_deduplication_leaves_out_what_stands_in_train():
    faces = fer_rows()
    images = faces.images.copy()
    images[50] = images[0]  # exact copy of a Training picture
    images[51] = images[1][:, ::-1]  # mirrored
    images[52, :, 1:] = images[2, :, :-1]  # moved by a pixel
    images[53] = images[45]  # of PublicTest, which is not train
    faces = replace(faces, images=images)
    tests = {name: protocols.build(f"fer2013-{name}", faces).folds[0].test.tolist() for name in (
        "official", "deduplicated", "near_deduplicated")}  # fmt: skip
    assert tests["official"] == list(range(50, 60))
    assert tests["deduplicated"] == list(range(51, 60))
    assert tests["near_deduplicated"] == list(range(53, 60))
    (unseen,) = protocols.build("fer2013-without_copies", faces).folds
    assert unseen.test.tolist() == list(range(50, 60))
    assert unseen.train.tolist() == list(range(3, len(protocols.build("fer2013-official", faces).folds[0].train)))


def test_ferplus_apart_and_pooled():
    faces = fer_rows(name="ferplus")
    tests = {name: protocols.build(f"ferplus-{name}", faces).folds[0] for name in ("official", "public", "pooled")}
    assert {name: len(fold.test) for name, fold in tests.items()} == {"official": 10, "public": 10, "pooled": 20}
    for name in ("public", "pooled"):
        assert set(faces.split[tests[name].fit]) == {"Training"} and len(tests[name].validation) == 7  # one a class


def test_rafdb_holds_its_validation_out_of_train(tmp_path):
    write_rafdb(tmp_path)
    faces = open_dataset("rafdb", tmp_path)
    (fold,) = protocols.build("rafdb-official", faces).folds
    assert [len(part) for part in (fold.train, fold.validation, fold.test)] == [54, 6, 7]


def test_mistakes_get_a_sentence(filmed):
    with pytest.raises(ConfigError, match="'ckplus-subjects' is not a known protocol; .*closest: ckplus-subject"):
        protocols.build("ckplus-subjects", filmed)
    with pytest.raises(
        DataError, match="fer2013-official is a protocol of fer2013, not of ckplus; protocols of that: ckpl"
    ):
        protocols.build("fer2013-official", filmed)
    with pytest.raises(DataError, match="ckplus does not say who is seen, so nobody can keep a subject out of train"):
        protocols.build("ckplus-subject", replace(filmed, subjects=None))
    with pytest.raises(DataError, match="has 9 groups, too few for 10 folds"):
        protocols.build("ckplus-subject", filmed.take(np.flatnonzero(filmed.subjects < "S009")))
    with pytest.raises(DataError, match="fer2013 as opened has no split 'PublicTest'; it has Training, Test"):
        protocols.build("fer2013-official", replace(fer_rows(), split=np.repeat(["Training", "Test"], [40, 20])))


def test_crossing_scores_shared_expressions_only(filmed):
    found = cross_dataset("fer2013", labels.FER2013, filmed)
    assert found.shared.expressions == ("angry", "disgust", "fear", "happy", "sad", "surprise")
    shown = [found.shared.expressions[label] for label in found.faces.labels]
    assert {name: shown.count(name) for name in set(shown)} == {"angry": 69, "disgust": 69}  # 23 people, 3 frames
    kept = np.flatnonzero(filmed.labels != labels.CKPLUS.index("contempt"))
    assert found.faces.rows.tolist() == filmed.rows[kept].tolist()
    assert found.name == "ckplus-All" and found.left_out == {"contempt": 69}
    assert "scored on 138 faces of ckplus over angry, disgust, fear, happy, sad, surprise" in found.about
    assert found.mapping[0] == "angry: 69 faces" and "contempt: 69 faces left out" in found.mapping[-2]
    assert found.mapping[-1] == "answers left out, the set has none of it: neutral"


def test_crossing_takes_the_test_split_of_a_set_that_has_one():
    faces = fer_rows()
    assert cross_dataset("ckplus", labels.CKPLUS, faces).split == "PrivateTest"
    assert cross_dataset("ckplus", labels.CKPLUS, faces, "All").faces.rows.tolist() == [
        row for row, label in zip(faces.rows.tolist(), faces.labels.tolist(), strict=True) if label != 6
    ]
    pictures = replace(faces, roles=("train", "validation", "test"), split=np.repeat(["test", "train"], [20, 40]))
    assert cross_dataset("ckplus", labels.CKPLUS, pictures).split == "test"


def test_crossing_mistakes_get_a_sentence(filmed):
    faces, plus = fer_rows(), fer_rows(name="ferplus")
    with pytest.raises(DataError, match="fer2013 cannot be crossed with itself"):
        cross_dataset("fer2013", labels.FER2013, faces, "PrivateTest")
    with pytest.raises(DataError, match=r"FER2013 and FER\+ have the same pictures, so only PrivateTest is unseen"):
        cross_dataset("fer2013", labels.FER2013, plus, "Training")
    with pytest.raises(DataError, match="has the splits a, b; name the one to be scored on, or All"):
        cross_dataset("fer2013", labels.FER2013, replace(filmed, split=np.repeat(["a", "b"], [100, len(filmed) - 100])))
    with pytest.raises(DataError, match="no row of ckplus shows any of"):
        cross_dataset(
            "fer2013", labels.FER2013, filmed.take(np.flatnonzero(filmed.labels == labels.CKPLUS.index("contempt")))
        )


def test_ferplus_in_seven_classes_loses_contempt_and_shares_votes_anew():
    faces = replace(
        toy_faces(3),
        name="ferplus",
        labels=np.array([0, 7, 4]),  # neutral, contempt, angry in FER+'s order
        expressions=labels.FERPLUS,
        votes=np.array(
            [[0.5, 0.25, 0, 0, 0, 0, 0, 0.25], [0, 0, 0, 0, 0, 0, 0, 1], [0, 0, 0, 0, 1, 0, 0, 0]], np.float32
        ),
    )
    seven = faces.in_terms_of(labels.FER2013)
    assert [seven.expressions[label] for label in seven.labels] == ["neutral", "angry"] and seven.rows.tolist() == [
        0,
        2,
    ]
    # neutral 0.5 and happy 0.25 remain of the first row: two thirds and one third
    np.testing.assert_allclose(seven.votes[0], [0, 0, 0, 1 / 3, 0, 0, 2 / 3], rtol=1e-6)
    with pytest.raises(DataError, match="no row of ferplus shows any of angry, disgust"):
        faces.take(np.array([1])).in_terms_of(labels.FER2013)


@pytest.mark.parametrize("seed", range(3))
def test_real_subjects_are_never_on_both_sides(seed):
    faces = open_dataset("ckplus", real("ck48"))
    sizes = []
    for fold in protocols.build("ckplus-subject", faces, seed).folds:
        train, test = columns(faces, "subjects", fold.fit, fold.test)
        assert not train & test
        sizes.append(len(test))
    assert sorted(sizes) == [11] * 2 + [12] * 8  # 118 subjects


def test_the_lineage_split_has_the_papers_counts():
    faces = open_dataset("ckplus", real("ck48"))
    (fold,) = protocols.build("ckplus-lineage", faces).folds
    shown = dict(zip(faces.expressions, np.bincount(faces.labels[fold.test]).tolist(), strict=True))
    assert (len(fold.train), len(fold.validation), len(fold.test)) == (882, 0, 99)
    # 12 anger, 18 disgust, 9 fear, 21 happy, 9 sad, 24 surprise, 6 contempt in the public code
    assert shown == {"angry": 12, "disgust": 18, "fear": 9, "happy": 21, "sad": 9, "surprise": 24, "contempt": 6}
    train, test = columns(faces, "subjects", fold.train, fold.test)
    assert train & test  # which is why it is an exhibit


def test_real_deduplicated_test_has_the_known_size():
    faces = open_dataset("fer2013", real("fer2013"))
    (fold,) = protocols.build("fer2013-deduplicated", faces).folds
    assert len(fold.test) == 3_589 - 288  # 288 of PrivateTest are byte for byte in Training
