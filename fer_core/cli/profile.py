"""`fer profile`."""

from __future__ import annotations

import argparse

from fer_core.cli.arguments import aligned, values
from fer_core.errors import ConfigError
from fer_core.threads import check_threads


def add_profile_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `fer profile`."""
    parser.add_argument("network", nargs="?", help="a registered name")
    parser.add_argument(
        "--size", type=int, metavar="PX", help="side of the input (default: 48; with --all: 48 and 96, as shipped)"
    )
    parser.add_argument("--latency", action="store_true", help="also time it on this machine")
    parser.add_argument("--threads", type=int, default=1, help="of the timing (default: 1)")
    parser.add_argument("--all", action="store_true", help="measure every network into evidence/profiles.json")
    parser.add_argument(
        "--network-set", action="append", default=[], metavar="FIELD=VALUE", help="change a network field"
    )
    parser.set_defaults(run=_profile)


def _profile(options: argparse.Namespace) -> None:
    from fer_core import models
    from fer_core.profiling import complexity, latency, profile_all
    from fer_core.profiling.profiles import PATH, SIZES_PX

    check_threads(options.threads)
    sizes = SIZES_PX if options.size is None else (options.size,)
    if options.all:
        for name, profile in profile_all(sizes).items():
            times = (f"{one['latency']['median_ms']:.2f} ms at {one['size_px']} px" for one in profile["sizes"])
            print(f"{name}: {', '.join(times)}")
        print(f"wrote {PATH}")
        return
    if options.network is None:
        raise ConfigError(f"name a network, or give --all; networks are {', '.join(models.list_networks())}")
    config = models.config_from(options.network, values(options.network_set))
    size, channels = sizes[0], config.in_channels
    network = complexity.try_network(options.network, config, size, channels)
    layers = complexity.layer_table(network, size, channels)
    shape = [("layer", "kind", "output", "parameters", "MACs")]
    rows = [(x.name, x.kind, "x".join(map(str, x.output_shape)), f"{x.params:,}", f"{x.macs:,}") for x in layers]
    print("\n".join(aligned(shape + rows)))
    macs, other = sum(layer.macs for layer in layers), complexity.macs_torch(network, size, channels)
    print(f"\n{models.entry(options.network).title}, {channels} x {size} x {size} px")
    print(f"{complexity.count_params(network):,} parameters (trainable)")
    print(f"{macs / 1e6:.3f} M MACs (one multiply-add counts once; convolutions and linear layers)")
    print(f"{other / 1e6:.3f} M MACs by torch's own counter, halved")
    if options.latency:
        t = latency.measure(network, size, channels, options.threads)
        print(
            f"{t.median_ms:.2f} ms median, {t.q1_ms:.2f} to {t.q3_ms:.2f} ms quartiles of {t.repeats} passes after "
            f"{t.warmup} to warm up; batch {t.batch}, {t.threads} thread(s), {t.device}, torch {t.torch}"
        )
