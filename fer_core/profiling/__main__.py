"""`python -m fer_core.profiling`: measure every registered network into evidence/profiles.json."""

from __future__ import annotations

from fer_core.profiling.profiles import PATH, profile_all

if __name__ == "__main__":
    for name, one in profile_all().items():
        print(
            f"{name:28} {one['params']:>12,} parameters {one['macs']:>14,} MACs {one['latency']['median_ms']:8.2f} ms"
        )
    print(f"written to {PATH}")
