"""The process that `kg.reasoning.grounder` starts: clingo's grounder, by its library alone.

It imports nothing of this package: of clingo it takes the C library
(https://potassco.org/clingo/c-api/current/), since its Python modules take twice as long as Python to begin. It takes
its modules from where the process does that started it, limits its memory, and ends when nobody waits for it any more.

Standard input has a rule program, and after each zero byte the facts of one predicate, as a tuple of tuples of
arguments. A rule of the program asks for them: ``t(A,B,C) :- (A,B,C) = @given(0).`` clingo reads a term ten times as
fast as it reads as many facts.
"""

from __future__ import annotations

import _thread
import gc
import os
import sys
import time

TYPE_CHECKING = False  # as in typing, which takes as long to import as all else here
if TYPE_CHECKING:
    from typing import Any

_ARGUMENTS = ("--mode=gringo", "--text", "--warn=none")


def main(places: str, memory: str, parent: str) -> None:
    """Ground what standard input has.

    Args:
        places: folders of modules.
        memory: bytes that it may take.
        parent: the process that waits.
    """
    sys.path[:] = [
        *(folders := places.split(os.pathsep)),
        *(os.path.join(folder, "clingo") for folder in folders),  # noqa: PTH118 - pathlib takes as long to import as all
    ]
    gc.freeze()  # what is there is no garbage, and Python would look through it at the end
    _limit(int(memory))
    if os.name == "posix":
        _thread.start_new_thread(_watch, (int(parent),))
    sys.exit(_ground(*sys.stdin.buffer.read().split(b"\0")))


def _limit(memory: int) -> None:
    try:
        import resource  # noqa: PLC0415 - Windows has none

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    except (ImportError, ValueError, OSError):
        pass


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def _ground(program: bytes, *given: bytes) -> int:
    """Run clingo, which prints what it derives; its exit status."""
    from _clingo import ffi, lib  # type: ignore[import-not-found]  # noqa: PLC0415 - found once the path is set

    @ffi.def_extern(name="pyclingo_ground_callback")  # type: ignore[untyped-decorator]
    def give(_: Any, name: Any, arguments: Any, size: int, data: Any, into: Any, into_data: Any) -> bool:
        number, term = ffi.new("int *"), ffi.new("clingo_symbol_t *")
        members, count = ffi.new("clingo_symbol_t const **"), ffi.new("size_t *")
        return bool(
            lib.clingo_symbol_number(arguments[0], number)
            and lib.clingo_parse_term(given[number[0]], ffi.NULL, ffi.NULL, 1, term)
            and lib.clingo_symbol_arguments(term[0], members, count)
            and into(members[0], count[0], into_data)
        )

    @ffi.def_extern(name="pyclingo_application_main")  # type: ignore[untyped-decorator]
    def run(control: Any, files: Any, size: int, data: Any) -> bool:
        name = ffi.new("char[]", b"base")
        part = ffi.new("clingo_part_t[]", [(name, ffi.NULL, 0)])
        return bool(
            lib.clingo_control_add(control, name, ffi.NULL, 0, program)
            and lib.clingo_control_ground(control, part, 1, lib.pyclingo_ground_callback, ffi.NULL)
        )

    arguments = [ffi.new("char[]", argument.encode()) for argument in _ARGUMENTS]
    application = ffi.new("clingo_application_t *")
    application.main = lib.pyclingo_application_main
    return int(lib.clingo_main(application, ffi.new("char *[]", arguments), len(arguments), ffi.NULL))
