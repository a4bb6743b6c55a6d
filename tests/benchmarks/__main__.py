"""Benchmarks that anyone can run from the top of a checkout: ``python -m tests.benchmarks NAME``."""

from __future__ import annotations

import sys

from tests.benchmarks import answering, atop, commands, fuzz, load, pages, reasoning, serving

BENCHMARKS = {
    "atop": atop.main,
    "commands": commands.main,
    "fuzz": fuzz.main,
    "load": load.main,
    "mcp": answering.main,
    "pages": pages.main,
    "reasoning": reasoning.main,
    "serving": serving.main,
}


def main() -> None:
    if len(sys.argv) < 2 or sys.argv[1] not in BENCHMARKS:
        sys.exit(f"usage: python -m tests.benchmarks {{{','.join(BENCHMARKS)}}} [OPTION]...")
    BENCHMARKS[sys.argv[1]](sys.argv[2:])


if __name__ == "__main__":
    main()
