"""Zstandard (RFC 8878): Python's own from 3.14 on, before that the package that has it for older ones."""

import sys

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

__all__ = ["zstd"]
