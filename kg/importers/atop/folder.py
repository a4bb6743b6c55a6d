"""A user's copy of ATOP as a project that extends the shipped one, with an account of each row."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Triple

from kg.day import day_literal
from kg.errors import BadInput
from kg.importers.atop.account import Account
from kg.importers.atop.alliances import Accord, read_accords
from kg.importers.atop.bearers import Bearers
from kg.importers.atop.beneficiaries import DyadYears
from kg.importers.atop.codebook import Codebook
from kg.importers.atop.curated import Curated
from kg.importers.atop.datafiles import DataFiles, find_tables
from kg.importers.atop.differences import Differences
from kg.importers.atop.disputes import Dispute, dispute_triples
from kg.importers.atop.instruments import ALLIANCES, DYAD_YEARS, MEMBERS, STATES, InstrumentWriter
from kg.importers.atop.merge import merge
from kg.importers.atop.variables import variables_module
from kg.project import Project, open_project
from kg.rdf.plain_turtle import plain_turtle
from kg.rdf.write import write_text
from kg.starter.create import create_project, made_whole, name_of_folder
from kg.terms import CASUS, CONCEPTS, DCTERMS, RDF, RDFS, SKOS, Namespaces, Term

#: What the project has of the shipped data: with the curated treaties all of it, without them what ATOP's refer to.
_ALONE = ("graph/concepts.ttl", "graph/states.ttl", "graph/codes.ttl", "graph/sources.ttl")
_MERGED = ("graph",)
_PREFIXES = {
    name: f"https://w3id.org/casus/id/{name}/"
    for name in ("basis", "claim-class", "coding", "organization", "secrecy", "state", "status")
} | {"atop": "ontology#"}
#: The curated treaties and what is of them, beside those of the project's own.
_PREFIXES |= {
    f"casus-{name}": f"https://w3id.org/casus/id/{name}/" for name in ("claim", "episode", "source", "treaty")
}
_CITATION = (
    "Leeds, Brett Ashley, Jeffrey M. Ritter, Sara McLaughlin Mitchell and Andrew G. Long. 2002. "
    "Alliance Treaty Obligations and Provisions, 1815-1944. International Interactions 28 (3): 237-260"
)
#: The graph of the differences.
_CLAIMS = "claims"
_COMMENTS = {
    ALLIANCES: "What was read from the table of alliances.",
    MEMBERS: "What was read from the table of members.",
    DYAD_YEARS: "What was read from the directed dyad-years: toward whom pledges hold that vary by the other member.",
    _CLAIMS: "Where ATOP differs from the shipped treaties, which keep what they say.",
    STATES: "Members that the shipped list of states lacks, or lacks for a time.",
}
_ACCOUNT = "import.csv"


@dataclass(frozen=True)
class AtopImport:
    """What an import has made.

    Attributes:
        project: the project.
        account: what became of each row.
        version: the version of the data.
        coverage: the last day that it covers.
        alliances: how many alliances there are in it.
        claims: what it says otherwise than the shipped treaties.
        known: what of that the shipped project tells itself.
        possible_only: the alliances of which nothing is certain, as it is not known toward whom pledges hold.
    """

    project: Project
    account: Account
    version: str
    coverage: date
    alliances: int
    claims: tuple[Dispute, ...]
    known: tuple[Dispute, ...]
    possible_only: tuple[str, ...]


def import_atop(
    folder: Path,
    out: Path,
    *,
    dyad_years: Path | None = None,
    alone: bool = False,
    title: str | None = None,
    base: str | None = None,
    on_progress: Callable[[str], None] = lambda text: None,
) -> AtopImport:
    """Make a project of the tables in a folder.

    Args:
        folder: the folder with the tables of members and of alliances.
        out: the folder of the project, which is empty or not there yet.
        dyad_years: the directed dyad-years, which tell toward whom pledges hold that vary.
        alone: whether the project has ATOP's alliances only, and not the shipped treaties.
        title: what the project is called.
        base: the IRI below which it names things.
        on_progress: told now and then in words what is being done.

    Raises:
        MissingFile: a table is not there, or the project cannot be written.
        MissingLibrary: a table is a Stata file, and pandas is not installed.
        BadInput: a table cannot be read.
        ProjectError: there is something in the project's folder.
    """

    def on_row(number: int) -> None:
        on_progress(f"row {number:,}")

    codebook, shipped, account = Codebook(), open_project(), Account()
    tables = find_tables(folder, codebook)
    with made_whole(out) as aside:
        version = _version(tables)
        coverage = codebook.coverage(version) or _latest(tables)
        project = create_project(
            aside, name=name_of_folder(out.absolute()), title=title or f"Alliances of ATOP {version}", base=base,
            languages=("en", "ru"), example=False, known_to=coverage, takes=_ALONE if alone else _MERGED,
            prefixes=_PREFIXES,
        )  # fmt: skip
        bearers = Bearers(shipped, codebook, project.names.id)
        accords = read_accords(tables, codebook, bearers, account, on_row)
        if not accords:
            raise BadInput("no row of the table of members can be read", file=tables.members.path)
        varying = {stay.row["member"] for accord in accords for stay in accord.stays if stay.varies}
        beneficiaries = DyadYears(dyad_years, codebook, varying, on_row) if dyad_years else None
        source = NamedNode(f"{project.names.id}source/ATOP-{version}")
        statements = InstrumentWriter(
            project.names, codebook, bearers, account, source=source, coverage=coverage, dyad_years=beneficiaries
        )
        alliances: dict[str, list[Accord]] = defaultdict(list)
        for accord in accords:
            alliances[accord.atopid].append(accord)
        differences = Differences(Curated(shipped, codebook), codebook, bearers, coverage) if not alone else None
        told: list[Dispute] = []
        for atopid, texts in alliances.items():
            if differences is not None and atopid in differences.treaties:
                told += merge(atopid, texts, differences, statements, account)
            else:
                for accord in texts:
                    statements.add(accord)
        statements.graphs[_CLAIMS] += dispute_triples(told, project.names, source)
        statements.add_states()
        on_progress("writing")
        complete = _completeness(project.names, source, codebook.begins, coverage)
        _write(project, statements, codebook, _source(source, version, tables, dyad_years), complete, version)
        write_text(project.root / _ACCOUNT, account.to_csv())
    return AtopImport(
        open_project(out),
        account,
        version,
        coverage,
        len(alliances),
        tuple(told),
        tuple(differences.known if differences else ()),
        tuple(statements.uncertain),
    )


def _write(
    project: Project,
    statements: InstrumentWriter,
    codebook: Codebook,
    source: Iterable[Triple],
    complete: Iterable[Triple],
    version: str,
) -> None:
    files = {
        "graph/sources.ttl": (source, "The source: the user's own copy of the tables."),
        "graph/completeness.ttl": (
            complete,
            "Of which years ATOP has all alliances, so that what it lacks was not made.",
        ),
        "ontology/atop.ttl": (
            variables_module(codebook, project.names, version),
            "The variables of ATOP's tables. What casus:codes names is stated in their place.",
        ),
    }
    files |= {f"graph/{name}.ttl": (triples, _COMMENTS[name]) for name, triples in statements.graphs.items()}
    for name, (triples, comment) in files.items():
        write_text(project.root / name, plain_turtle(triples, project.names, comment))


def _source(source: NamedNode, version: str, tables: DataFiles, dyad_years: Path | None) -> Iterable[Triple]:
    paths = [tables.members.path, *([tables.alliances.path] if tables.alliances else []), *filter(None, [dyad_years])]
    said: list[tuple[NamedNode, Term]] = [
        (RDF.type, CASUS.Source),
        (RDFS.label, Literal(f"Alliance Treaty Obligations and Provisions (ATOP), version {version}", language="en")),
        (DCTERMS.identifier, Literal(f"ATOP-{version}")),
        (DCTERMS.bibliographicCitation, Literal(f"{_CITATION}; data, version {version}", language="en")),
        (CASUS.locator, Literal(", ".join(path.name for path in paths))),
        (CASUS.seen, CONCEPTS["seen/yes"]),
        (CASUS.sourceKind, CONCEPTS["source-kind/dataset"]),
    ]
    return [Triple(source, predicate, value) for predicate, value in said]


def _completeness(names: Namespaces, source: NamedNode, first: date, last: date) -> Iterable[Triple]:
    """That ATOP aims to have every alliance of its years, so that tables may say 0 where it has none."""
    statement = NamedNode(f"{names.id}completeness/ATOP-alliances")
    note = "ATOP sets out to list every alliance of these years; this holds as far as the user's copy is whole."
    said: list[tuple[NamedNode, Term]] = [
        (RDF.type, CASUS.CompletenessStatement),
        (RDFS.label, Literal(f"Alliances, {first.year}–{last.year}", language="en")),
        (RDFS.label, Literal(f"Союзы, {first.year}–{last.year}", language="ru")),
        (DCTERMS.source, source),
        (SKOS.note, Literal(note, language="en")),
        (CASUS.begins, day_literal(first)),
        (CASUS.beginPrecision, CONCEPTS["precision/day"]),
        (CASUS.ends, day_literal(last)),
        (CASUS.endPrecision, CONCEPTS["precision/day"]),
        (CASUS.completeClass, CASUS.Instrument),
        (CASUS.completenessExtent, CONCEPTS["extent/complete"]),
        (CASUS.confidence, CONCEPTS["confidence/general"]),
    ]
    return [Triple(statement, predicate, value) for predicate, value in said]


def _version(tables: DataFiles) -> str:
    """The version, as the rows say or the names of the files do."""
    row = next(tables.members.rows(), None)
    said = row["version"] if row else ""
    try:
        return str(round(float(said), 2))  # stored as 4.0100002
    except ValueError:
        pass
    found = re.search(r"(?<!\d)(\d)[._](\d{1,2})(?!\d)", tables.members.path.stem)
    return f"{found[1]}.{found[2]}" if found else "unknown"


def _latest(tables: DataFiles) -> date:
    """The last day of the year of the latest date, where the version does not say how far the data reach."""
    years = [int(row[name]) for row in tables.members.rows() for name in ("yrent", "yrexit") if row[name].isdecimal()]
    return date(max(years, default=date.today().year), 12, 31)
