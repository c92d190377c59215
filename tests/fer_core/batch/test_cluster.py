"""`fer predict --dask`: on a cluster of two worker processes, one of which dies, the result is that of one process."""

from __future__ import annotations

import os
import signal
import socket
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest
from support.checkpoints import B
from support.photo_folder import write_photos

from fer_core import cli
from fer_core.batch import cluster, shards, work
from fer_core.batch.rows import CropOptions
from fer_core.batch.run import BatchRequest, predict_photos
from fer_core.batch.work import Work, made_by, sent, write_sent
from fer_core.checkpoints.card import read_card
from fer_core.errors import ConfigError

N_SHARDS = 4  # so few that the rest is done before the nanny's new worker has loaded torch


@pytest.fixture(scope="module")
def dask_cluster():
    """Two workers of one thread each, which a nanny starts again when they die."""
    distributed = pytest.importorskip("distributed", reason="Dask is not installed")
    with pytest.MonkeyPatch.context() as patch:  # workers run the main module of who starts them
        patch.setitem(sys.modules, "__main__", ModuleType("__main__"))
        local = distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs="CRITICAL"
        )
        with local, distributed.Client(local, set_as_default=False):
            yield local


def at_work(local) -> dict[str, int]:
    """The processes of the workers that have something to do, by address."""
    busy = {worker.address for worker in local.scheduler.workers.values() if worker.processing}
    return {nanny.worker_address: nanny.pid for nanny in local.workers.values() if nanny.worker_address in busy}


def test_a_worker_dies_in_the_middle_and_no_row_is_lost_or_there_twice(here, dask_cluster, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # paths as they are typed, from a folder that is not the workers'
    photos = write_photos(Path("photos"), shards.CHUNK * N_SHARDS - 3)
    request = BatchRequest(photos, [here / B], Path("cluster.parquet"), dask=dask_cluster.scheduler_address)
    heard, killed = [], []

    def kill_one(progress):
        heard.append(progress.photos)
        if not killed and (busy := at_work(dask_cluster)):
            killed.append(next(iter(busy)))
            os.kill(busy[killed[0]], getattr(signal, "SIGKILL", signal.SIGTERM))  # Windows ends it either way

    summary = predict_photos(request, kill_one)
    assert killed and killed[0] not in dask_cluster.scheduler.workers
    assert len(heard) == N_SHARDS and heard[-1] == summary.faces == len(photos)
    assert not shards.shards_folder(request.out).exists()
    predict_photos(replace(request, out=Path("one.parquet"), dask=None))
    assert Path("cluster.parquet").read_bytes() == Path("one.parquet").read_bytes()


@pytest.fixture
def begun(here, tmp_path):
    """The work of one shard, as it is sent, while its run lasts."""
    photos = write_photos(tmp_path / "photos", 3)
    (shard,) = shards.shards(tmp_path / "r.parquet", photos)
    versions = made_by([read_card(here / B)], has_films=False)
    with shards.begun(tmp_path / "r.parquet", {"photos": "three"}):
        yield next(sent([Work(shard, Path.cwd(), (here / B,), CropOptions(), None, versions)]))


def test_a_machine_like_this_one_writes_what_was_sent(begun):
    assert write_sent(begun) == (3, 3) and begun.work.shard.is_written


@pytest.mark.parametrize("what", ["photos", "versions", "detectors", "plan"])
def test_a_machine_with_other_files_or_versions_writes_nothing(what, begun):
    if what == "photos":
        os.utime(begun.work.shard.photos[1], (1, 1))
    elif what == "plan":
        begun.work.plan.write_text("{}")
    elif what == "versions":
        begun = replace(begun, work=replace(begun.work, versions="numpy 1.0"))
    else:
        begun = replace(begun, detectors=("another",))
    with pytest.raises(ConfigError, match="a worker"):
        write_sent(begun)
    assert not begun.work.shard.is_written


def test_what_was_given_up_does_not_write_into_another_run(begun, monkeypatch):
    """A worker cannot be stopped within a shard, so it looks again before it writes."""
    computed = work._computed
    monkeypatch.setattr(work, "_computed", lambda one: (one.plan.write_text("{}"), computed(one))[1])
    with pytest.raises(ConfigError, match="does not see this run's"):
        write_sent(begun)
    assert not begun.work.shard.is_written


def predict(photos: Path, *words: object) -> int:
    return cli.main(["predict", str(photos), "--networks", B, *map(str, words)])


def test_no_dask_and_no_scheduler_are_sentences(here, tmp_path, monkeypatch, capsys):
    write_photos(tmp_path / "photos", 1)
    given = tmp_path / "photos", "--out", tmp_path / "r.parquet", "--dask"
    with monkeypatch.context() as patch:
        patch.setattr(cluster, "find_spec", lambda name: None)
        assert predict(*given, "tcp://127.0.0.1:1") == 2
    assert "requirements-dask.txt" in capsys.readouterr().err
    pytest.importorskip("distributed", reason="Dask is not installed")
    monkeypatch.setattr(cluster, "ANSWER_S", 0.1)
    with socket.socket() as held:  # a port on which nobody answers
        held.bind(("127.0.0.1", 0))
        for address in (f"tcp://127.0.0.1:{held.getsockname()[1]}", "no-such-protocol://host:1"):
            assert predict(*given, address) == 2
            assert f"no Dask scheduler answers at {address}" in capsys.readouterr().err
