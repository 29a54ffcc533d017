"""Tables on disk: Parquet that is the same for the same table, with exact decimals."""

from __future__ import annotations

import io
from decimal import Decimal

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

_EXACT = pa.decimal128(38, 12)


def to_parquet(frame: pd.DataFrame) -> bytes:
    """The table as Parquet bytes; the index is not kept, a column of Decimal has 12 places.

    Raises ValueError for a decimal that does not fit: it would have to be rounded to be stored.
    """
    plain = frame.reset_index(drop=True)
    decimals = [name for name in plain.columns if _holds_decimals(plain[name])]
    # Left to itself, Arrow would give each column the fewest places that hold it, and fail to append.
    table = pa.Table.from_pandas(plain.assign(**dict.fromkeys(decimals)), preserve_index=False)
    for name in decimals:
        values = [None if pd.isna(value) else value for value in plain[name]]
        position = list(plain.columns).index(name)
        table = table.set_column(position, name, pa.array(values, type=_EXACT))
    buffer = io.BytesIO()
    pq.write_table(table, buffer)
    return buffer.getvalue()


def from_parquet(content: bytes) -> pd.DataFrame:
    """The table that :func:`to_parquet` wrote; decimals come back without trailing zeros."""
    table = pq.read_table(io.BytesIO(content))
    frame: pd.DataFrame = table.to_pandas()
    for field in table.schema:
        if pa.types.is_decimal(field.type):
            frame[field.name] = frame[field.name].map(_trimmed, na_action="ignore")
    return frame


def _holds_decimals(column: pd.Series) -> bool:
    return column.dtype == object and any(isinstance(value, Decimal) for value in column)


def _trimmed(value: Decimal) -> Decimal:
    """12.340000000000 → 12.34, and 1200.000000000000 → 1200 rather than 1.2E+3."""
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()
