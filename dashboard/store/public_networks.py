"""What is known of public networks, from evidence/peers.json. No torch, no data set."""

from __future__ import annotations

from pathlib import Path

from dashboard.store.file_cache import cached_by_file
from fer_core.errors import FerError
from fer_core.evidence import peers
from fer_core.evidence.peers import PeerEntry


def public_network(name: str) -> PeerEntry | None:
    """Return a network's entry; None for any other network, and where the table cannot be read."""
    try:
        return _peers(peers.PATH).networks.get(name)
    except FerError:
        return None


@cached_by_file(maxsize=2)
def _peers(path: Path) -> peers.PeersFile:
    return peers.read_peers(path)
