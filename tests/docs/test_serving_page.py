"""docs/serving.md names settings that the installed Streamlit has, and says of each what ours is."""

from __future__ import annotations

import re

import pytest
from streamlit import config
from support.paths import PROJECT

PAGE = (PROJECT / "docs" / "serving.md").read_text(encoding="utf-8")
SETTING = re.compile(r"\b(?:server|browser|client|runner|global|logger|theme)\.[a-z]\w+", re.IGNORECASE)
NAMED = sorted(set(SETTING.findall(PAGE)))
ROW = re.compile(r"^\| `([\w.]+)` \| ([^|]+) \|", re.MULTILINE)
WORDS = {"on": True, "off": False, "empty": ("", [], None), "unset": (None,)}


def options() -> dict[str, object]:
    config.get_config_options(force_reparse=True)
    return {key: option.value for key, option in config._config_options.items()}


def test_every_setting_exists():
    assert len(NAMED) > 10
    assert set(NAMED) <= set(options())


def test_the_table_is_about_every_setting_that_is_named():
    assert {name for name, _ in ROW.findall(PAGE)} == set(NAMED)


@pytest.mark.parametrize(("name", "said"), ROW.findall(PAGE))
def test_the_table_says_what_ours_is(name, said):
    value = options()[name]
    if said in WORDS:
        expected = WORDS[said]
        assert value in (expected if isinstance(expected, tuple) else (expected,))
    else:
        words = [word.strip("`") for word in said.replace(" MB", "").replace(" s", "").split(", ")]
        assert words == [str(one) for one in (value if isinstance(value, list) else [value])]


def test_variables_as_the_code_reads_them():
    source = "".join(path.read_text(encoding="utf-8") for path in PROJECT.glob("*_core/paths.py"))
    source += (PROJECT / "dashboard" / "upload_limits.py").read_text(encoding="utf-8")
    named = set(re.findall(r"\bFER_[A-Z_]+", PAGE))
    assert named == {"FER_READ_ONLY", "FER_DATA", "FER_MUSIC"}
    assert all(f'"{name}"' in source for name in named)
