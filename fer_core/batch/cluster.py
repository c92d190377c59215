"""One function for many arguments on the workers of a Dask cluster: what `workers` does, on several machines.

Dask sends calls and results pickled, between a scheduler and workers that trust each other; see docs/predict.md. It
runs a call again where a worker died with it, or with its result, so that a call may run twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING

from fer_core.batch.workers import A, R, as_done
from fer_core.errors import ConfigError

if TYPE_CHECKING:
    from distributed import Client

INSTALL = "pip install -r requirements-dask.txt"
ANSWER_S = 10.0  # that a scheduler may take to answer
WORKERS_S = 60.0  # that the first worker may take to come


def check_dask_is_installed() -> None:
    """Raise ConfigError where dask.distributed is not installed."""
    if find_spec("distributed") is None:
        raise ConfigError(f"--dask needs Dask, which is not installed here; `{INSTALL}` brings it")


def each_done_on_cluster(function: Callable[[A], R], arguments: Sequence[A], address: str) -> Iterator[R]:
    """Yield what a function returns, as its calls end, in no fixed order; on Dask's workers instead of here.

    Args:
        function: of a module that is installed where scheduler and workers run, where doing it twice changes nothing.
        address: of the scheduler, as tcp://host:8786 or tls://host:8786.

    Raises:
        ConfigError: if Dask is not installed, no scheduler or no worker answers, FER Lens is not installed there, or
            the cluster is lost.
        Exception: what a call raises; the others are given up.
    """
    check_dask_is_installed()
    if not arguments:
        return
    from distributed.scheduler import KilledWorker

    with _connected(address) as client:
        try:
            yield from as_done(client.get_executor(pure=False), function, arguments)
        except (KilledWorker, CancelledError) as error:
            reason = "several workers died with the same photos" if isinstance(error, KilledWorker) else "it was lost"
            raise ConfigError(
                f"the Dask cluster at {address} did not finish: {reason}; look at its log, and the same command goes "
                "on from what is written"
            ) from None


@contextmanager
def _connected(address: str) -> Iterator[Client]:
    """Connect to a scheduler that has a worker; whatever was not done when the connection closes is given up."""
    from distributed import Client

    try:
        client = Client(address, timeout=ANSWER_S, set_as_default=False)
    except (OSError, ValueError) as error:  # Dask's TimeoutError among them
        remedy = "start `dask scheduler`, and give the address that it prints"
        raise ConfigError(f"no Dask scheduler answers at {address} ({error}); {remedy}") from None
    with client:
        try:
            client.wait_for_workers(1, timeout=WORKERS_S)
        except TimeoutError:
            raise ConfigError(
                f"the Dask cluster at {address} has no worker; start `dask worker {address} --nthreads 1`"
            ) from None
        _check_knows_us(client, address)
        yield client


def _check_knows_us(client: Client, address: str) -> None:
    """Raise ConfigError unless scheduler and worker can import this module, as they have to for every call."""
    try:
        client.submit(_known, pure=False).result()
    except (ImportError, RuntimeError):
        raise ConfigError(
            f"the Dask cluster at {address} does not have this release of FER Lens; install the same one where its "
            "scheduler and its workers run"
        ) from None


def _known() -> None:
    """Nothing to do: whoever can be sent this has the module."""
