"""Named arrays and a JSON head in one file that is memory-mapped when it is read.

The file: a line that says what it is, the length of the head, the head (JSON), the arrays at multiples of 64 bytes, and
the CRC-32 of all that. It is written beside its place and renamed, so that a reader finds all of it or none.
"""

import json
import mmap
import os
import zlib
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any, overload
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

UNFINISHED = ".unfinished"

_LINE = b"quizbot arrays 1\n"
_ALIGNED = 64
_KINDS = frozenset({"float64", "int64", "bool", "uint8"})
_PIECE = 1 << 20

Array = NDArray[Any]


class Damaged(Exception):
    """The file is not what was written; the message says in which way."""


def replace_file(path: Path, content: Sequence[bytes]) -> None:
    """Put a file at its place whole: written beside it, made durable, then renamed. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.{uuid4().hex}{UNFINISHED}")
    try:
        with beside.open("xb") as file:
            file.writelines(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise


def write_arrays(path: Path, head: Mapping[str, Any], arrays: Mapping[str, Array]) -> None:
    """Write a head and arrays of float64, int64, bool or uint8. Raises OSError."""
    kept = {name: np.ascontiguousarray(each) for name, each in arrays.items()}
    starts = list(accumulate((_padded(each.nbytes) for each in kept.values()), initial=0))
    places = {
        name: [each.dtype.name, list(each.shape), at] for (name, each), at in zip(kept.items(), starts, strict=False)
    }
    told = json.dumps({"head": head, "arrays": places}).encode()
    told += b" " * (-(len(_LINE) + 8 + len(told)) % _ALIGNED)
    parts = [_LINE, len(told).to_bytes(8, "little"), told]
    for each in kept.values():
        parts += [each.tobytes(), b"\0" * (_padded(each.nbytes) - each.nbytes)]
    check = 0
    for part in parts:
        check = zlib.crc32(part, check)
    replace_file(path, [*parts, check.to_bytes(4, "little")])


def read_arrays(path: Path) -> tuple[Any, dict[str, Array]]:
    """The head and the arrays of a file, mapped into memory and not to be written to.

    Raises Damaged when a byte of it is not as written, OSError when it cannot be opened.
    """
    with path.open("rb") as file:
        try:
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except ValueError:
            raise Damaged("it is empty") from None
    if not mapped[: len(_LINE)] == _LINE or len(mapped) < len(_LINE) + 12:
        raise Damaged("it does not begin as it should")
    if _check(mapped) != int.from_bytes(mapped[-4:], "little"):
        raise Damaged("its checksum is wrong")
    start = len(_LINE) + 8
    data = start + int.from_bytes(mapped[len(_LINE) : start], "little")
    told = json.loads(mapped[start:data])
    return told["head"], {name: _array(mapped, data, *place) for name, place in told["arrays"].items()}


def _padded(size: int) -> int:
    return -(-size // _ALIGNED) * _ALIGNED


def _check(mapped: mmap.mmap) -> int:
    check, end = 0, len(mapped) - 4
    with memoryview(mapped) as whole:
        for at in range(0, end, _PIECE):
            check = zlib.crc32(whole[at : min(at + _PIECE, end)], check)
    return check


def _array(mapped: mmap.mmap, data: int, kind: str, shape: list[int], at: int) -> Array:
    if kind not in _KINDS:
        raise Damaged(f"it holds {kind}")
    count = int(np.prod(shape, dtype=np.int64))
    return np.frombuffer(mapped, dtype=kind, count=count, offset=data + at).reshape(shape)


class Texts(Sequence[str]):
    """Texts in one array of UTF-8, decoded when they are looked at; `ends` (n,) says where each one ends."""

    def __init__(self, data: Array, ends: Array) -> None:
        """Texts over arrays that are kept as they are."""
        self._data = data
        self._starts = np.concatenate([np.zeros(1, dtype=np.int64), ends])

    def __len__(self) -> int:
        """How many texts."""
        return len(self._starts) - 1

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[str]: ...
    def __getitem__(self, at: int | slice) -> str | Sequence[str]:
        """One text, or several."""
        if isinstance(at, slice):
            return tuple(self[place] for place in range(len(self))[at])
        place = range(len(self))[at]
        return _decoded(self._data[self._starts[place] : self._starts[place + 1]].tobytes())

    def __iter__(self) -> Iterator[str]:
        """All texts, in order."""
        data, starts = self._data.tobytes(), self._starts.tolist()
        return (_decoded(data[start:end]) for start, end in pairwise(starts))


def _decoded(data: bytes) -> str:
    return data.decode("utf-8", "surrogatepass")


def packed(texts: Sequence[str]) -> tuple[Array, Array]:
    """Texts as `Texts` reads them: their UTF-8 in one array, and where each one ends."""
    encoded = [each.encode("utf-8", "surrogatepass") for each in texts]
    ends = np.cumsum(np.array([len(each) for each in encoded], dtype=np.int64))
    return np.frombuffer(b"".join(encoded), dtype=np.uint8), ends.astype(np.int64)
