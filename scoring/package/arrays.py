"""Arrays of doubles as a deterministic npz without pickle, and back, each with the number of axes it must have."""

import io
import math
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from scoring.package.archive import archive_read, archive_write
from scoring.package.errors import BrokenPackageError

Array = npt.NDArray[np.float64]
_MOST_VALUES = 4_000_000
_HEADER = 1_000


def arrays_write(arrays: Mapping[str, Array]) -> bytes:
    """An npz of float64 arrays in order of name: `numpy.load` reads it, and the same arrays give the same bytes."""
    return archive_write({f"{name}.npy": _npy(array) for name, array in arrays.items()})


def arrays_read(data: bytes, axes: Mapping[str, int]) -> dict[str, Array]:
    """The arrays named in `axes`, each with so many axes. Raises BrokenPackageError unless every byte is as written."""
    parts = archive_read(data, frozenset(f"{name}.npy" for name in axes))
    return {name: _array(name, parts[f"{name}.npy"], count) for name, count in axes.items()}


def _npy(array: Array) -> bytes:
    target = io.BytesIO()
    np.lib.format.write_array(target, np.ascontiguousarray(array, dtype="<f8"), version=(1, 0), allow_pickle=False)
    return target.getvalue()


def _array(name: str, data: bytes, axes: int) -> Array:
    source = io.BytesIO(data)
    try:
        if np.lib.format.read_magic(source) != (1, 0):
            raise BrokenPackageError(f"{name} is not stored as version 1.0 of npy.")
        shape, _, dtype = np.lib.format.read_array_header_1_0(source, max_header_size=_HEADER)
    except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError) as error:
        raise BrokenPackageError(f"{name} is not an array.", reason=type(error).__name__) from error
    size = math.prod(shape)
    if dtype != np.dtype("<f8") or len(shape) != axes or min(shape, default=0) < 0 or size > _MOST_VALUES:
        raise BrokenPackageError(f"{name} must be {axes} axes of doubles.", shape=list(shape))
    values = data[source.tell() :]
    if len(values) != 8 * size:
        raise BrokenPackageError(f"{name} has not as many values as it says.", shape=list(shape))
    array = np.frombuffer(values, dtype="<f8").reshape(shape)
    # Written again it must be the same: column order and odd headers are not read silently as something else.
    if _npy(array) != data:
        raise BrokenPackageError(f"{name} is not stored as it would be written.")
    return array


def require_finite(name: str, array: Array) -> None:
    """Raises BrokenPackageError on NaN or an infinity."""
    if not np.isfinite(array).all():
        raise BrokenPackageError(f"{name} must be finite.")
