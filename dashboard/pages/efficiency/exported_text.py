"""What exported files cost, in sentences."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.formatting import percent, several
from dashboard.pages.efficiency.views import FilesView, PhoneView, WayView

COMMAND = "fer costs"
UNDISTURBED = 0.9  # of a timing on an idle machine, at least: the system takes its share, too
NOT_MEASURED = f"No exported file was timed yet. `{COMMAND}` times them beside PyTorch; best on an idle machine."

IN_THE_BROWSER = "On your phone, in its browser: fer export-browser DIR writes a page that answers and times there."


READ_ONLY = "This server is read-only (FER_READ_ONLY), so it times nothing; fer costs --here times on your machine."


def measuring_note(networks: int, folder: str) -> str:
    """Say how long a timing takes, whom it stops, and where its times go."""
    return (
        f"About a minute a network, {networks} in all, best on an idle machine; nothing else is computed meanwhile. "
        f"The times go to {folder}/, a file a machine; those that ship stay as they are."
    )


def disturbed(files: Sequence[FilesView]) -> str:
    """Warn of timings that other work on the machine slowed down; "" without any."""
    slowed = [file for file in files if file.running is not None and file.running < UNDISTURBED]
    if not slowed:
        return ""
    worst = min(file.running for file in slowed if file.running is not None)
    names = several([file.network.title for file in slowed])
    return (
        f"Others were at work on the machine while {names} {'were' if len(slowed) > 1 else 'was'} timed, which had a "
        f"core for as little as {percent(worst, 0)} of the time: its times are too long, their ratios mean little. "
        "Measure again when it is idle."
    )


def drawn(files: Sequence[FilesView]) -> list[FilesView]:
    """Return those that can stand against their accuracy: scored with the weights that were timed and are here."""
    return [file for file in files if file.float32.accuracy and not file.is_outdated]


def gains(files: Sequence[FilesView]) -> str:
    """Say how many times faster files answer than PyTorch, and what int8 adds where; one face on one thread.

    PyTorch runs no network from elsewhere, so only their int8 is compared.
    """
    return f"{_opening(files)}{_int8_gains(files)}."


def _opening(files: Sequence[FilesView]) -> str:
    both = [(file, file.pytorch) for file in files if file.pytorch]
    if not both:
        return f"{several([file.network.title for file in files])}: imported, so not timed in PyTorch"
    faster = [pytorch.one.value / file.float32.one.value for file, pytorch in both]
    whose = f"**{both[0][0].network.title}**'s file" if len(both) == 1 else f"the files of **{len(both)} networks**"
    return f"With one face on one thread, {whose} {_times(faster)} as fast as PyTorch"


def _int8_gains(files: Sequence[FilesView]) -> str:
    both = [(file, file.int8) for file in files if file.int8]
    quick = [file.float32.one.value / int8.one.value for file, int8 in both if _is_faster(int8, file.float32)]
    slow = [file for file, int8 in both if not _is_faster(int8, file.float32)]
    if not both:
        return ""
    if not quick:
        return "; int8 makes none faster"
    rest = f", but not with {several([_named(file) for file in slow])}" if slow else ""
    return f"; int8 is another {_span(quick)} times as fast{rest}"


def outdated(files: Sequence[FilesView]) -> str:
    """Name those whose weights changed since; "" without any."""
    names = [file.checkpoint for file in files if file.is_outdated]
    if not names:
        return ""
    which = f"{several(names)} {'were' if len(names) > 1 else 'was'} timed with other weights than lie here"
    return f"{which}, so the chart leaves {'them' if len(names) > 1 else 'it'} out; measure anew with {COMMAND} NAME."


def unscored(files: Sequence[FilesView]) -> str:
    """Name those whose file was not scored; "" without any."""
    names = [file.checkpoint for file in files if not file.float32.accuracy and not file.is_outdated]
    return f"Not scored as files yet: {several(names)}; fer export NAME --int8 scores them." if names else ""


def phone_note(times: Sequence[PhoneView]) -> str:
    """Say what stands below each time, and which networks were not timed here."""
    own = next((time.title for time in times if time.ratio is None), "")
    absent = [time.title for time in times if time.file is None]
    below = f"Below a time: how many times {own}'s it is."
    return f"{below} Not timed here: {several(absent)}; {COMMAND} --all does, where weights lie." if absent else below


def _is_faster(one: WayView, other: WayView) -> bool:
    """Whether all of its middle half lies below the other's."""
    return one.one.high < other.one.low


def _named(file: FilesView) -> str:
    return f"{file.network.title} (SELU)" if file.has_selu else file.network.title


def _times(factors: Sequence[float]) -> str:
    return f"{'answers' if len(factors) == 1 else 'answer'} {_span(factors)} times"


def _span(factors: Sequence[float]) -> str:
    low, high = f"{min(factors):.1f}", f"{max(factors):.1f}"
    return low if low == high else f"{low} to {high}"
