"""The costs of a network: parameters, multiply-adds and milliseconds, each with its definition.

    complexity   parameters and multiply-adds (MACs) from two independent counters, per layer and per stage
    latency      milliseconds on this machine, with threads, warm-up and spread stated
    timing       median and quartiles of many passes, taken and stored; no torch
    stages       titles of stages
    profiles     all networks measured once into evidence/profiles.json, which a page reads without torch

One multiply-add counts as one. "FLOPs" in papers mean either that or twice that, so the word is not used here.
"""

from __future__ import annotations

from fer_core.profiling.profiles import profile_all, read

__all__ = ["profile_all", "read"]
