"""The pipeline: load, reason, derive, store, and validate beside these.

Unchanged files are answered from their last build. A build is whole only when its data is known to be sound, so what
is done in the meantime is done for nothing at worst.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import Quad

from kg.build.build_parts import BuildPart, all_parts
from kg.build.former import Former
from kg.build.kept_closure import kept_closure
from kg.build.kept_partitions import partitions_of
from kg.build.kept_timeline import duties_over_time
from kg.build.metadata import metadata
from kg.build.questions import read_questions
from kg.build.store import Build, BuildInfo, find_build, new_build
from kg.build.writing import write_build, write_info, write_project, write_shapes, write_versions
from kg.collector import collector_paused
from kg.errors import Inconsistent, InvalidData
from kg.project import Project
from kg.rdf.load import load_files, load_project
from kg.reasoning.closure import Closure, OnGrowth, close
from kg.reasoning.grounder import DEFAULT_LIMITS, ReasoningLimits
from kg.reasoning.inconsistency import describe_inconsistencies
from kg.reasoning.kept_answer import answers_kept
from kg.terms import Namespaces

if TYPE_CHECKING:
    from kg.validation.validate import Report

#: Called with a phase's name when it begins, and with its seconds when it has ended.
OnPhase = Callable[[str, float | None], None]


@collector_paused()
def build(
    project: Project,
    on_phase: OnPhase = lambda phase, seconds: None,
    limits: ReasoningLimits = DEFAULT_LIMITS,
    on_growth: OnGrowth | None = None,
) -> Build:
    """The build of a project: the one in the cache if nothing has changed, else a new one.

    Args:
        project: the project.
        on_phase: called when a phase begins and ends.
        limits: what reasoning may take.
        on_growth: told now and then in words what grows while reasoning goes on.

    Raises:
        ReasonerError: clingo failed.
        ReasonerLimit: a limit ended it.
        MissingFile, ParseError: a file cannot be read.
        InvalidData: the data violates the shapes.
        Inconsistent: the closure contains a contradiction.
        CacheError: the build cannot be kept, or one that is there not be read.
    """
    fingerprint = project.fingerprint()
    present = find_build(fingerprint)
    if present is not None:
        return present
    # Imported here, because a project that is built does without and importing takes longer than many a query.
    from kg.validation.beside import validating  # noqa: PLC0415

    seconds: dict[str, float] = {}

    @contextmanager
    def phase(name: str) -> Iterator[None]:
        on_phase(name, None)
        begin = time.perf_counter()
        yield
        seconds[name] = round(time.perf_counter() - begin, 3)
        on_phase(name, seconds[name])

    # The folder comes first: that there is no room for a build is told before the work, not after it.
    with new_build(fingerprint) as folder:
        with phase("load"):
            asserted = load_project(project)
        shapes, stated, former = load_files(project.shapes), BuildPart.of(asserted), Former.of(project)
        changes = None if former is None else former.since_unsuspected(stated, BuildPart.of(shapes))
        placed = {"files": project.sources, "shape_files": project.shapes, "namespaces": project.names}
        with validating(asserted, stated.triples, shapes, changes, **placed) as reported:
            try:
                with phase("reason"):
                    closure = former and kept_closure(asserted, stated, former)
                    with answers_kept(None if former is None else former.build.folder, folder):
                        closure = closure or close(asserted, limits=limits, on_growth=on_growth)
                with phase("derive"):
                    duties = duties_over_time(chain(closure.asserted, closure.inferred), project.names, former)
                    duties.write(folder)
                with phase("store"):
                    told = {"asserted": stated, "derived": duties.derived}
                    known = chain((quad.triple for quad in asserted), duties.triples)
                    partitions = partitions_of(told, known, project.names, former)
                    described = metadata(project.names, read_questions(project.questions), partitions)
                    write_shapes(folder, shapes)
                    write_versions(folder, project.versions)
                    write_project(folder, project)
                    parts = all_parts(project.names, stated, closure.inferred, duties.derived, described)
                    # A store takes much memory while it is written.
                    del stated, told, known, duties, partitions, described
                    changed = write_build(folder, parts, former)
            except Exception:  # which may come of what is wrong with the data: that is told first
                with phase("validate"):
                    require_soundness(reported())
                raise
            with phase("validate"):
                report = with_contradictions(reported(), closure, project.sources, project.names)
            require_soundness(report)
        numbers = (len(closure.asserted), len(closure.inferred), len(parts["derived"]), len(report.warnings))
        info = BuildInfo(*numbers, seconds, changed, report.unsuspected)
        write_info(folder, info, project.identity, map(project.graph_name, project.ontology))
    finished = find_build(fingerprint)
    assert finished is not None
    return finished


def load_asserted(project: Project) -> list[Quad]:
    """The asserted statements of a project, built or not: from its build, if it has one, in a fifth of the time.

    Raises:
        MissingFile, ParseError: a file cannot be read.
    """
    present = find_build(project.fingerprint())
    return load_project(project) if present is None else list(present.asserted())


def with_contradictions(report: Report, closure: Closure, files: Sequence[Path], namespaces: Namespaces) -> Report:
    """A report that also says in what the data contradicts itself."""
    lines = describe_inconsistencies(closure.inconsistencies, files, namespaces=namespaces)
    return replace(report, contradictions=tuple(lines))


def require_soundness(report: Report) -> None:
    """Raise all that a report says is wrong as one error, a line each.

    Raises:
        InvalidData: there are violations.
        Inconsistent: there are none, but contradictions.
    """
    wrong = "\n".join([*map(str, report.violations), *(report.contradictions or ())])
    if not report.conforms:
        raise InvalidData(wrong)
    if report.contradictions:
        raise Inconsistent(wrong)
