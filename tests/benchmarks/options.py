"""What several benchmarks read from their command line."""

from __future__ import annotations

import argparse


def named(text: str) -> tuple[str, str]:
    """A name and a command, written NAME=COMMAND."""
    name, equals, command = text.partition("=")
    if not (name and equals and command):
        raise argparse.ArgumentTypeError(f"NAME=COMMAND is wanted, not {text}")
    return name, command
