"""Tables of rows, one after the other, into one Parquet, CSV or JSON Lines file that is whole or absent."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from fer_core import files
from fer_core.errors import ConfigError

Append = Callable[[pa.Table], None]


@contextmanager
def parquet(path: Path, schema: pa.Schema) -> Iterator[Append]:
    """Open a Parquet file to append tables to."""
    with pq.ParquetWriter(path, schema) as writer:
        yield writer.write_table


@contextmanager
def csv(path: Path, schema: pa.Schema) -> Iterator[Append]:
    """Open a CSV file in UTF-8 to append tables to: a header, what is unknown empty, texts in quotes."""
    with pa_csv.CSVWriter(path, schema) as writer:
        yield writer.write_table


@contextmanager
def json_lines(path: Path, _: pa.Schema) -> Iterator[Append]:
    """Open a file to append tables to, an object a row and line."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        yield lambda table: file.writelines(
            json.dumps(row, ensure_ascii=False, allow_nan=False) + "\n" for row in table.to_pylist()
        )


def csv_bytes(rows: Sequence[Mapping[str, Any]], schema: pa.Schema) -> bytes:
    """Return rows as the CSV that `csv` writes."""
    sink = pa.BufferOutputStream()
    pa_csv.write_csv(pa.Table.from_pylist(list(rows), schema), sink)
    return sink.getvalue().to_pybytes()


FORMATS = {".parquet": parquet, ".csv": csv, ".jsonl": json_lines}


def check_format(out: Path) -> None:
    """Raise ConfigError unless a file's name ends as one of FORMATS."""
    if out.suffix not in FORMATS:
        raise ConfigError(f"{out} ends as no result does; let it end in {', '.join(FORMATS)}")


@contextmanager
def result_file(out: Path, schema: pa.Schema) -> Iterator[Append]:
    """Write a result; it takes its name when all of it is there. Raises OSError."""
    with files.draft(out) as part, FORMATS[out.suffix](part, schema) as append:
        yield append
