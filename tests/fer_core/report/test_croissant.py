"""A data set's Croissant file says what its audit counted, and the format's own reader takes it."""

from __future__ import annotations

import json

import pytest

from fer_core import cli
from fer_core.data import DATASETS
from fer_core.data.audit import report
from fer_core.data.audit.schema import Audit
from fer_core.report.croissant import croissant

AUDITED = sorted(report.list_audits(report.ROOT))


@pytest.fixture(params=AUDITED)
def audit(request) -> Audit:
    return report.read(request.param)


def test_it_counts_every_face_of_the_audit_once_and_names_no_file(audit):
    found = croissant(DATASETS[audit.data], audit)
    sets = {one["name"]: one["data"] for one in found["recordSet"]}
    assert sum(one["counts/faces"] for one in sets["counts"]) == audit.n
    assert {one["splits/name"]: one["splits/faces"] for one in sets["splits"]} == {
        split: sum(counts.values()) for split, counts in audit.splits.items()
    }
    assert [one["expressions/name"] for one in sets["expressions"]] == list(audit.expressions)
    assert found["license"] == audit.terms and DATASETS[audit.data].paper.link in found["citeAs"]
    assert "distribution" not in found


def test_own_pictures_have_no_paper_to_cite():
    audit = report.read("fer2013").model_copy(update={"data": "own", "title": "Your own pictures"})
    assert {"citeAs", "creator", "url"}.isdisjoint(croissant(DATASETS["own"], audit))


def test_the_formats_own_reader_takes_it_without_an_error(audit):
    reader = pytest.importorskip("mlcroissant", reason="mlcroissant is not installed")
    read = reader.Dataset(croissant(DATASETS[audit.data], audit))
    assert not read.metadata.issues.errors
    labels = {field.uuid for one in read.metadata.record_sets for field in one.fields
              if "http://mlcommons.org/croissant/Label" in map(str, field.data_types)}  # fmt: skip
    assert labels == {"counts/expression"}
    assert sum(one["counts/faces"] for one in read.records("counts")) == audit.n


def test_the_command_prints_it_and_names_sets_that_have_no_audit(capsys):
    assert cli.main(["croissant", "raf-db"]) == 0
    assert json.loads(capsys.readouterr().out) == croissant(DATASETS["rafdb"], report.read("rafdb"))
    assert cli.main(["croissant", "ckextended"]) == 2 and "fer audit ckextended" in capsys.readouterr().err
    assert cli.main(["croissant", "imagenet"]) == 2 and "rafdb" in capsys.readouterr().err
