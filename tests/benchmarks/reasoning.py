"""How long closing a graph takes, and how much memory: whole processes, from a file to its closure as N-Triples.

Each engine that is installed closes the same files. CPU seconds are those of the processor, beside those that passed,
of the best of several runs; the memory is the most that the process and those it started held together. Ratios are of
CPU seconds in the same run, to Casus's, and what a doubling takes is told of sizes in a row: how many times the CPU
seconds of the size before, if that were half of this one.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from math import log2
from pathlib import Path
from tempfile import TemporaryDirectory

from kg.terms import OWL, RDF
from tests.benchmarks.alliances import write_graph
from tests.benchmarks.measured import Process, run

#: What each engine runs, given the names of a file and of the file to write. All but the first are as their
#: documentation has it.
ENGINES = {
    "casus": """
from kg.__main__ import main
sys.argv = ["kg", "reason", sys.argv[1], "-o", sys.argv[2], "--limit-statements", "1000000000"]
main()
""",
    "owlrl": """
import owlrl, rdflib
graph = rdflib.Graph()
graph.parse(sys.argv[1], format="nt")
owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
graph.serialize(sys.argv[2], format="nt", encoding="utf-8")
""",
    "sparq": """
import pathlib, sparq
graph = sparq.Graph.load(pathlib.Path(sys.argv[1]))
graph.reason("owl")
with open(sys.argv[2], "w", encoding="utf-8") as out:
    for triple in graph.construct("CONSTRUCT WHERE { ?s ?p ?o }"):
        out.write(" ".join(repr(term)[5:-1] for term in triple) + " .\\n")  # Term(...), as N-Triples writes it
""",
    "reasonable": """
import os, rdflib, reasonable
os.symlink(sys.argv[1], sys.argv[2] + ".ttl")  # it tells Turtle by the suffix
reasoner = reasonable.PyReasoner()
reasoner.load_file(sys.argv[2] + ".ttl")
os.unlink(sys.argv[2] + ".ttl")
graph = rdflib.Graph()
for triple in reasoner.reason():
    graph.add(triple)
graph.serialize(sys.argv[2], format="nt", encoding="utf-8")
""",
}
_EX = "http://example.org/"


def _line(path: Path, predicate: str, links: int) -> int:
    with path.open("a") as out:
        out.writelines(f"<{_EX}{n}> <{predicate}> <{_EX}{n + 1}> .\n" for n in range(links))
    return links


def _chain(path: Path, size: int, keys: bool) -> int:
    path.write_text(f"<{_EX}p> <{RDF.iri}type> <{OWL.iri}TransitiveProperty> .\n")
    return 1 + _line(path, f"{_EX}p", size)


def _cluster(path: Path, size: int, keys: bool) -> int:
    path.write_text("")
    return _line(path, f"{OWL.iri}sameAs", size)


#: What there is to close, by name: what writes so much of it to a file, and gives the number of statements.
DATA = {
    "alliances": lambda path, size, keys: write_graph(path, size, keys=keys),
    "chain": _chain,
    "cluster": _cluster,
}
#: Slow engines are not run on larger graphs than these unless they are asked for by name.
_LARGEST = {"owlrl": 2_000, "reasonable": 10_000}


def main(arguments: Sequence[str]) -> None:
    """Run the benchmark and print a table."""
    options = _options(arguments)
    installed = [name for name in ENGINES if name == "casus" or find_spec(name)]
    print(f"{os.cpu_count()} processors; keys in the ontology: {'no' if options.no_keys else 'yes'}")
    print(f"| {options.data} | asserted | engine | closure | CPU s | ratio | doubling | seconds | megabytes |")
    print("|---|---|---|---|---|---|---|---|---|")
    with TemporaryDirectory() as folder:
        graph, closure = Path(folder, "graph.nt"), Path(folder, "closure.nt")
        write_graph(graph, 0, keys=False)
        for name in options.engines or installed:
            measure(name, graph, closure, options)  # a first run, which compiles modules, does not count
        before: dict[str, tuple[int, float]] = {}
        for size in options.sizes:
            asserted = DATA[options.data](graph, size, not options.no_keys)
            reference: float | None = None
            for name in options.engines or [name for name in installed if size <= _LARGEST.get(name, size)]:
                runs = [measure(name, graph, closure, options) for _ in range(options.runs if size <= 10_000 else 1)]
                best = max(runs, key=lambda process: (process.failure, -process.cpu))  # a failure is told
                if best.failure:
                    result = f"- | {best.failure} | - | - | -"
                else:
                    reference = reference or best.cpu
                    ratio, doubling = f"{best.cpu / reference:.2f}", _doubling(before.get(name), asserted, best.cpu)
                    lines = sum(1 for _ in closure.open("rb"))
                    result = f"{lines} | {best.cpu:.2f} | {ratio} | {doubling} | {best.seconds:.2f}"
                    before[name] = asserted, best.cpu
                print(f"| {size} | {asserted} | {name} | {result} | {best.megabytes:.0f} |", flush=True)


def _doubling(before: tuple[int, float] | None, asserted: int, cpu: float) -> str:
    """How many times as long it takes for twice as many statements."""
    if before is None or asserted == before[0]:
        return "-"
    return f"{(cpu / before[1]) ** (1 / log2(asserted / before[0])):.2f}"


def measure(engine: str, graph: Path, closure: Path, options: argparse.Namespace) -> Process:
    """Close a graph in a process of its own."""
    closure.unlink(missing_ok=True)
    command = [sys.executable, "-c", "import sys" + ENGINES[engine], str(graph), str(closure)]
    return run(command, timeout=options.timeout, memory=options.memory)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks reasoning", description=__doc__)
    parser.add_argument("--data", choices=DATA, default="alliances", help="or chain, transitive; cluster, of one thing")
    parser.add_argument("--sizes", type=_sizes, default="2k,10k,50k", help="triples of data  [default: 2k,10k,50k]")
    parser.add_argument("--engines", type=_engines, help=f"of {', '.join(ENGINES)}  [default: those installed]")
    parser.add_argument("--no-keys", action="store_true", help="leave owl:hasKey out of the ontology")
    parser.add_argument("--runs", type=int, default=3, help="runs up to 10k, of which the best counts  [default: 3]")
    parser.add_argument("--timeout", type=float, default=600, metavar="SECONDS")
    parser.add_argument("--memory", type=float, default=8, metavar="GB", help="of address space  [default: 8]")
    return parser.parse_args(arguments)


def _sizes(text: str) -> list[int]:
    units = {"k": 1_000, "M": 1_000_000}
    return [int(size.rstrip("kM")) * units.get(size[-1], 1) for size in text.split(",")]


def _engines(text: str) -> list[str]:
    names = text.split(",")
    unknown = [name for name in names if name not in ENGINES]
    if unknown:
        raise argparse.ArgumentTypeError(f"no engine is called {', '.join(unknown)}")
    return names
