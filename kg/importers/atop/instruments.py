"""An alliance as statements, and the row and the variable that each is read from.

The statements of each table are a graph of their own. A thing says by `casus:readFrom`, in the graph of the table, from
which of its rows it is read; which columns it was, the variable says that codes such a statement.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from pyoxigraph import Literal, NamedNode, Triple

from kg.day import day_literal
from kg.importers.atop.account import Account, Outcome
from kg.importers.atop.alliances import Accord, Phase, Stay, states_of
from kg.importers.atop.bearers import Bearer, Bearers, Part
from kg.importers.atop.beneficiaries import Addressees, DyadYears
from kg.importers.atop.codebook import Codebook, Variable
from kg.importers.atop.datafiles import DataRow
from kg.importers.atop.moments import Moment
from kg.importers.atop.runs import Run, runs
from kg.importers.atop.titles import title
from kg.terms import CASUS, CONCEPTS, DCTERMS, RDF, RDFS, XSD, Namespaces, Term, Vocabulary

#: The graphs: of each of the tables, and of what is in none.
ALLIANCES, MEMBERS, DYAD_YEARS, STATES = "alliances", "members", "dyad-years", "states"
_MONTHS = 12
_ADVERSARY = "specified-adversary"
#: What a variable holds whose value says that there is nothing of what it codes.
_NOTHING = ("0",)


@dataclass(frozen=True)
class _SharedPledge:
    """What some members owe alike."""

    conditions: frozenset[str]
    against: tuple[Bearer, ...]
    owed: Addressees


class InstrumentWriter:
    """The statements of alliances, by their graphs."""

    def __init__(
        self,
        names: Namespaces,
        codebook: Codebook,
        bearers: Bearers,
        account: Account,
        *,
        source: NamedNode,
        coverage: date,
        dyad_years: DyadYears | None = None,
    ) -> None:
        """Begin with nothing.

        Args:
            names: how the project names things.
            codebook: the variables.
            bearers: the states by their numbers.
            account: where it is entered what became of each row.
            source: the source of all statements.
            coverage: the last day that the tables cover.
            dyad_years: toward whom pledges hold that vary.
        """
        self.graphs: dict[str, list[Triple]] = defaultdict(list)
        #: The alliances of which nothing is certain.
        self.uncertain: list[str] = []
        self._names = names
        self._atop = Vocabulary(f"{names.ontology}#")
        self._codebook = codebook
        self._bearers = bearers
        self._account = account
        self._source = source
        self._coverage = coverage
        self._dyad_years = dyad_years
        self._raw = {of: tuple(codebook.of(of)) for of in ("text", "member")}

    def add(self, accord: Accord) -> None:
        """Say all that the tables say of an instrument."""
        treaty = self.treaty(accord)
        english, russian = title(accord)
        uncertain = self._is_uncertain(accord)
        if uncertain:
            self.uncertain.append(accord.name)
        graph = MEMBERS if accord.row is None else ALLIANCES
        self._thing(graph, treaty, "Treaty", english, russian)
        self._say(graph, treaty, DCTERMS.identifier, Literal(f"ATOP-{accord.name}"))
        self._say(graph, treaty, CASUS.atopId, Literal(accord.atopid))
        self._say(graph, treaty, CASUS.obligationCoding, CONCEPTS["coding/ATOP"])
        number = (accord.row or accord.stays[0].row)["cow4id"]
        if number.isdecimal() and number not in _NOTHING:
            self._say(graph, treaty, CASUS.cowAllianceId, Literal(number))
        if accord.row is not None:
            self._read_from(graph, treaty, [accord.row])
        self._read_from(MEMBERS, treaty, [stay.row for stay in accord.stays])
        self._dates(self._graph_of_dates(accord), treaty, accord.span, "inForceFrom", "terminatedOn")
        for kind in self._codebook.kinds:
            coded = "true" if any(kind in stay.pledges for stay in accord.stays) else "false"
            self._say(MEMBERS, treaty, CASUS[f"atop{kind.capitalize()}"], Literal(coded, datatype=XSD.boolean))
        before: tuple[NamedNode, Phase] | None = None
        for phase in accord.phases:
            text = treaty
            if len(accord.phases) > 1 or uncertain:
                text = self._provision(accord, phase, before, uncertain=uncertain)
                before = text, phase
            self._obligations(text, accord, phase)
            self._coded_text(text, accord, phase)
        for run in runs(accord.stays, self._bearers):
            self._episodes(treaty, run, accord)
        for row in [stay.row for stay in accord.stays] + ([accord.row] if accord.row else []):
            self._account.enter(row, Outcome.IMPORTED)

    def add_parties(self, accord: Accord, stays: Sequence[Stay], treaty: NamedNode) -> list[tuple[NamedNode, Part]]:
        """Say of a treaty of the shipped project that these members are its parties; by what episodes, is given."""
        return [made for run in runs(stays, self._bearers) for made in self._episodes(treaty, run, accord)]

    def add_states(self) -> None:
        """Describe the states of the project's own that were met."""
        for bearer in self._bearers.own:
            self._thing(STATES, bearer.iri, "State", bearer.english, bearer.russian, confidence="general")
            self._say(STATES, bearer.iri, DCTERMS.identifier, Literal(bearer.short))
            if len(bearer.number) <= 3:
                self._say(STATES, bearer.iri, CASUS.cowCode, Literal(bearer.number))
            for later, earlier in self._bearers.succession(bearer):
                self._say(STATES, later.iri, CASUS.predecessor, earlier.iri)
            for which, moment in (("begin", bearer.begins), ("end", bearer.ends)):
                if moment:
                    self._moment(STATES, bearer.iri, f"{which}s", f"{which}Precision", moment)

    def treaty(self, accord: Accord) -> NamedNode:
        """The instrument's IRI."""
        return NamedNode(f"{self._names.id}treaty/ATOP-{accord.name}")

    def _is_uncertain(self, accord: Accord) -> bool:
        """Whether it is not known toward whom pledges hold, so that none is certain."""
        return any(
            stay.varies and (self._dyad_years is None or self._dyad_years.owed(stay, phase, kind) is None)
            for phase in accord.phases
            for stay in phase.stays
            for kind in stay.pledges
        )

    def _provision(
        self, accord: Accord, phase: Phase, before: tuple[NamedNode, Phase] | None, *, uncertain: bool
    ) -> NamedNode:
        treaty = self.treaty(accord)
        whole = len(accord.phases) == 1
        iri = NamedNode(f"{treaty.value}/article/{'text' if whole else f'phase-{phase.number}'}")
        english, russian = ("text", "текст") if whole else (f"phase {phase.number}", f"фаза {phase.number}")
        self._thing(
            MEMBERS, iri, "Provision", f"ATOP {accord.name}, {english}", f"ATOP {accord.name}, {russian}",
            confidence="uncertain" if uncertain else "verified",
        )  # fmt: skip
        self._read_from(MEMBERS, iri, [stay.row for stay in phase.stays])
        self._say(MEMBERS, iri, CASUS.provisionNumber, Literal(english))
        self._say(MEMBERS, iri, CASUS.provisionOf, treaty)
        unclear = "; what a member owes varies by the other member, and toward whom is not known" if uncertain else ""
        self._say(MEMBERS, iri, DCTERMS.description, Literal(f"What ATOP codes of this text{unclear}.", language="en"))
        if not whole:
            self._dates(MEMBERS, iri, phase, "begins", "ends")
            if before and before[1].ends and before[1].ends.touches(phase.begins):
                self._say(MEMBERS, iri, CASUS.replaces, before[0])
        return iri

    def _obligations(self, text: NamedNode, accord: Accord, phase: Phase) -> None:
        for kind, name in self._codebook.obligations.items():
            groups: dict[_SharedPledge, list[Stay]] = defaultdict(list)
            for stay in phase.stays:
                if kind in stay.pledges:
                    groups[self._pledge(stay, phase, kind)].append(stay)
            for number, (pledge, stays) in enumerate(groups.items(), 1):
                suffix = f"-{number}" if len(groups) > 1 else ""
                iri = NamedNode(f"{text.value}/obligation/{kind}{suffix}")
                which = f", phase {phase.number}" if len(accord.phases) > 1 else ""
                self._obligation(iri, name, f"ATOP {accord.name}{which}{f' ({number})' if suffix else ''}")
                self._say(MEMBERS, text, CASUS.createsObligation, iri)
                self._read_from(MEMBERS, iri, [stay.row for stay in stays])
                for condition in pledge.conditions:
                    self._say(MEMBERS, iri, CASUS.hasCondition, CONCEPTS[f"condition/{condition}"])
                for bearer in pledge.against:
                    self._say(MEMBERS, iri, CASUS.owedOnlyAgainst, bearer.iri)
                if len(stays) < len(phase.stays):
                    for part in states_of(stays):
                        self._say(MEMBERS, iri, CASUS.owedOnlyBy, part.bearer.iri)
                if not pledge.owed.everyone and self._dyad_years is not None:
                    for part in pledge.owed.parts:
                        self._say(DYAD_YEARS, iri, CASUS.owedOnlyTo, part.bearer.iri)
                    self._say(
                        DYAD_YEARS, iri, CASUS.readFrom, Literal(fragment(self._dyad_years.file, pledge.owed.rows))
                    )
                    for stay in stays:
                        self._account.enter(stay.row, Outcome.IMPORTED, "; ".join(pledge.owed.doubts))

    def _pledge(self, stay: Stay, phase: Phase, kind: str) -> _SharedPledge:
        against: list[Bearer] = []
        conditions = stay.conditions[kind]
        if _ADVERSARY in conditions and stay.row["specthrt"] == "1":
            for name in ("statthr1", "statthr2"):
                if stay.row[name].isdecimal() and stay.row[name] not in _NOTHING:
                    found = self._bearers.parts(stay.row[name], stay.begins, stay.begins)
                    against += [part.bearer for part in found[:1]]
        if against:  # who it is need not be asked
            conditions -= {_ADVERSARY}
        owed = self._dyad_years.owed(stay, phase, kind) if stay.varies and self._dyad_years else None
        return _SharedPledge(conditions, tuple(against), owed or Addressees(everyone=True))

    def _obligation(self, iri: NamedNode, name: str, where: str) -> None:
        kind = name.removesuffix("Obligation")
        self._thing(MEMBERS, iri, name, f"{kind} obligation: {where}", f"{_RUSSIAN_KINDS[name]}: {where}")

    def _episodes(self, treaty: NamedNode, run: Run, accord: Accord) -> list[tuple[NamedNode, Part]]:
        made: list[tuple[NamedNode, Part]] = []
        before: NamedNode | None = None
        name, rows = accord.name, [stay.row for stay in run.stays]
        said = [
            *self._raw["member"],
            *(variable for variable in self._raw["text"] if not self._agrees(accord, variable)),
        ]
        for part in run.parts:
            iri = NamedNode(f"{self._names.id}episode/{part.bearer.short}-ATOP-{name}-{rows[0].number}")
            year = part.begins.first.year
            self._thing(
                MEMBERS, iri, "PartyEpisode", f"{part.bearer.english} in ATOP {name}, from {year}",
                f"{part.bearer.russian}: ATOP {name}, с {year} года",
            )  # fmt: skip
            self._read_from(MEMBERS, iri, rows)
            self._say(MEMBERS, iri, CASUS.party, part.bearer.iri)
            self._say(MEMBERS, iri, CASUS.toTreaty, treaty)
            self._moment(MEMBERS, iri, "begins", "beginPrecision", part.begins)
            if part.ends:
                self._moment(MEMBERS, iri, "ends", "endPrecision", part.ends)
            else:
                self._say(MEMBERS, iri, CASUS.endsNotBefore, day_literal(self._coverage))
            if rows[-1]["cowsys"]:
                inside = "true" if rows[-1]["cowsys"] == "1" else "false"
                self._say(MEMBERS, iri, CASUS.inStateSystem, Literal(inside, datatype=XSD.boolean))
            if before is not None:
                self._say(MEMBERS, iri, CASUS.succeedsEpisode, before)
            before = iri
            for variable in said:
                for value in dict.fromkeys(row.values.get(variable.name) for row in rows):
                    self._code(MEMBERS, iri, variable.name, value)
            made.append((iri, part))
        return made

    def _coded_text(self, text: NamedNode, accord: Accord, phase: Phase) -> None:
        """What the variables say of a text as a whole: a term where their values are known, else the values."""
        rows = [stay.row for stay in phase.stays]
        whole = accord.row if len(accord.phases) == 1 else None
        for variable in self._raw["text"]:
            value = rows[0].values.get(variable.name)
            graph = ALLIANCES if whole is not None and whole.values.get(variable.name) == value else MEMBERS
            if self._agrees(accord, variable) and not self._term(graph, text, variable.name, value or ""):
                self._code(graph, text, variable.name, value)

    @staticmethod
    def _agrees(accord: Accord, variable: Variable) -> bool:
        """Whether a variable is the same for all members of each phase; else it is told of each of them."""
        return all(len({stay.row.values.get(variable.name) for stay in phase.stays}) == 1 for phase in accord.phases)

    def _term(self, graph: str, text: NamedNode, name: str, value: str) -> bool:
        """State by a term of the ontology what a variable says of a text, and whether that could be done."""
        if name == "pubsecr" and value in self._codebook.secrecy:
            self._say(graph, text, CASUS.secrecy, CONCEPTS[f"secrecy/{self._codebook.secrecy[value]}"])
            return True
        if name in ("length", "renewlgt") and value.isdecimal() and int(value) and int(value) % _MONTHS == 0:
            years = str(int(value) // _MONTHS)
            self._say(
                graph, text, CASUS[self._codebook.variables[name].properties[0]], Literal(years, datatype=XSD.integer)
            )
            return True
        return False

    def _code(self, graph: str, subject: NamedNode, name: str, value: str | None) -> None:
        """Keep the value of a variable; None is that the table has no such column."""
        if value is not None and value not in _NOTHING:
            self._say(graph, subject, self._atop[name], Literal(value or "NA"))

    def _graph_of_dates(self, accord: Accord) -> str:
        """The table of alliances says when the instrument holds, unless the members say otherwise."""
        row, span = accord.row, accord.span
        if row is None or not accord.whole:
            return MEMBERS
        begin = (span.begins.first.year, span.begins.first.month)
        end = (span.ends.last.year, span.ends.last.month) if span.ends else (0, 0)
        same = (row["begyr"], row["begmo"]) == tuple(map(str, begin)) and (
            (row["endyr"], row["endmo"]) == tuple(map(str, end)) or (not span.ends and row["endyr"] in ("", "0"))
        )
        if not same:
            self._account.enter(row, Outcome.IMPORTED, "its dates differ from those of its members, which count")
        return ALLIANCES if same else MEMBERS

    def _dates(self, graph: str, subject: NamedNode, phase: Phase, begins: str, ends: str) -> None:
        self._moment(graph, subject, begins, "beginPrecision", phase.begins)
        if phase.ends:
            self._moment(graph, subject, ends, "endPrecision", phase.ends)
        else:
            self._say(graph, subject, CASUS.endsNotBefore, day_literal(self._coverage))

    def _moment(self, graph: str, subject: NamedNode, name: str, precision: str, moment: Moment) -> None:
        self._say(graph, subject, CASUS[name], day_literal(moment.first))
        self._say(graph, subject, CASUS[precision], CONCEPTS[f"precision/{moment.precision}"])

    def _thing(
        self, graph: str, iri: NamedNode, name: str, english: str, russian: str, *, confidence: str = "verified"
    ) -> None:
        self._say(graph, iri, RDF.type, CASUS[name])
        self._say(graph, iri, RDFS.label, Literal(english, language="en"))
        self._say(graph, iri, RDFS.label, Literal(russian, language="ru"))
        self._say(graph, iri, DCTERMS.source, self._source)
        self._say(graph, iri, CASUS.confidence, CONCEPTS[f"confidence/{confidence}"])

    def _read_from(self, graph: str, subject: NamedNode, rows: Iterable[DataRow]) -> None:
        numbers: dict[str, list[int]] = defaultdict(list)
        for row in rows:
            numbers[row.file].append(row.number)
        for file, found in numbers.items():
            self._say(graph, subject, CASUS.readFrom, Literal(fragment(file, found)))

    def _say(self, graph: str, subject: NamedNode, predicate: NamedNode, value: Term) -> None:
        self.graphs[graph].append(Triple(subject, predicate, value))


_RUSSIAN_KINDS = {
    "DefenseObligation": "Обязательство об обороне",
    "OffenseObligation": "Обязательство о наступлении",
    "NeutralityObligation": "Обязательство о нейтралитете",
    "NonaggressionObligation": "Обязательство о ненападении",
    "ConsultationObligation": "Обязательство о консультациях",
}


def fragment(file: str, numbers: Iterable[int]) -> str:
    """Rows of a file by a fragment identifier (RFC 7111): ``members.csv#row=2-7;9``."""
    spans: list[list[int]] = []
    for number in sorted(set(numbers)):
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return f"{file}#row=" + ";".join(str(a) if a == b else f"{a}-{b}" for a, b in spans)
