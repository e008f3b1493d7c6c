"""File systems that lie elsewhere only by their name: ``disk://`` has a rename of its own,
``bucket://`` has none.
"""

from __future__ import annotations

from typing import Any

from fsspec import AbstractFileSystem, register_implementation
from fsspec.implementations.local import LocalFileSystem


class Disk(LocalFileSystem):  # type: ignore[misc]
    protocol = "disk"

    @classmethod
    def _strip_protocol(cls, path: Any) -> Any:
        return super()._strip_protocol(str(path).removeprefix(f"{cls.protocol}://"))

    def unstrip_protocol(self, name: str) -> str:
        return f"{self.protocol}://{self._strip_protocol(name)}"


class Bucket(Disk):
    """As an object store: no folders, nothing to rename."""

    protocol = "bucket"
    mv = AbstractFileSystem.mv

    def __init__(self, **options: Any) -> None:
        super().__init__(auto_mkdir=True, **options)


for kind in (Disk, Bucket):
    register_implementation(kind.protocol, kind, clobber=True)
