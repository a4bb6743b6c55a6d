"""How the exported directed dyad-years agree with ATOP's: recall and precision by obligation, each difference by cause.

ATOP (Leeds, Ritter, Mitchell and Long 2002, http://www.atopdata.org) is not part of the project: the option names the
folder of the user's own copy of version 4.01, with the tables of members and of alliances. On our side are the tables
that `kg export` writes, so that their faults show, too. A pledge counts for a year if it holds on any day of it.
"""

from __future__ import annotations

import argparse
import csv
import tempfile
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from kg.build.kept_timeline import load_timeline
from kg.build.pipeline import build
from kg.export.table_files import write_tables
from kg.project import open_project
from tests.benchmarks.pledges import KINDS, Cause, Pledge, Side, Spell

#: What ATOP calls the kinds of pledges.
_ATOP_NAMES = dict(zip(KINDS, ("defense", "offense", "neutral", "nonagg", "consul"), strict=True))
_MEMBERS = "atop_4.01_member.csv"
_ALWAYS, _NEVER = "0001-01-01", "9999-12-31"


def main(arguments: Sequence[str]) -> None:
    """Compare, and print what agrees and why the rest does not."""
    options = _options(arguments)
    if options.tables:
        report(options.atop, options.tables, options)
        return
    project = build(open_project())
    with tempfile.TemporaryDirectory() as folder:
        write_tables(project, load_timeline(project), Path(folder))
        report(options.atop, Path(folder), options)


def report(atop: Path, tables: Path, options: argparse.Namespace) -> None:
    """Print how the tables of a release agree with ATOP's."""
    years = options.first, options.last
    numbers = {row["id"]: row["cow_code"] for row in _rows(tables / "states.csv")}
    certain, possible, codes = _ours_by_year(tables, numbers, *years)
    identity = {code: number for (number, _), found in codes.items() for code in found}
    atop_side = Side(tuple(atop_spells(atop / _MEMBERS, identity)))
    our_side = Side(tuple(_our_spells(tables, numbers)))
    theirs, ours = atop_side.pledges(*years), our_side.pledges(*years)
    missing = {
        pledge: (Cause.POSSIBLE if pledge in possible else cause, alliance)
        for pledge, alliances in theirs.items()
        if pledge not in certain
        for cause, alliance in [our_side.cause(pledge, alliances)]
    }
    more = {pledge: atop_side.cause(pledge, ours[pledge]) for pledge in certain if pledge not in theirs}
    explained = {"ATOP": _explained("ATOP", missing), "Casus": _explained("Casus", more)}
    print(f"{years[0]} to {years[1]}, directed dyads, all treaties; in brackets without what is explained\n")
    print("| obligation | ATOP | Casus | both | recall % | precision % | recall % with possible |")
    print("|---|---|---|---|---|---|---|")
    for kind in KINDS:
        a, c, p = ({pledge for pledge in side if pledge.kind == kind} for side in (theirs, certain, possible))
        both = len(a & c)
        shares = [
            f"{_percent(both, len(side))} ({_percent(both, len(side - explained[name].keys()))})"
            for name, side in (("ATOP", a), ("Casus", c))
        ]
        cells = [f"{len(a):,}", f"{len(c):,}", f"{both:,}", *shares, _percent(len(a & p), len(a))]
        print(f"| {kind} | {' | '.join(cells)} |")
    for name, found in (("ATOP", missing), ("Casus", more)):
        rest = {pledge: why for pledge, why in found.items() if pledge not in explained[name]}
        _print_explained(name, explained[name])
        _print_causes(f"only in {name}, not explained", rest, options.largest)
    wrong = _other_codes(atop / _MEMBERS, codes, identity, years)
    print(f"\nstate-years under another code than ATOP's: {len(wrong)}", *wrong[:20])


def _explained(only_in: str, found: Mapping[Pledge, tuple[Cause, str]]) -> dict[Pledge, str]:
    """The differences that the file of explanations gives a reason for, with the reason."""
    known = tomllib.loads((Path(__file__).with_suffix(".toml")).read_text("utf-8"))["explained"]
    reasons: dict[Pledge, str] = {}
    for pledge, (cause, alliance) in found.items():
        for one in known:
            if (
                one["only_in"] == only_in
                and alliance in one.get("alliances", (alliance,))
                and cause.name.lower() in one["causes"]
                and {pledge.holder, pledge.beneficiary} & set(one.get("states", (pledge.holder,)))
                and pledge.kind in one.get("obligations", KINDS)
            ):
                reasons[pledge] = one["why"]
                break
    return reasons


def _print_explained(name: str, reasons: Mapping[Pledge, str]) -> None:
    counts = Counter((reason, pledge.kind) for pledge, reason in reasons.items())
    print(f"\nonly in {name}, explained:\n\n| reason | {' | '.join(KINDS)} |\n|---{'|---' * len(KINDS)}|")
    for reason in dict.fromkeys(reasons.values()):
        print(f"| {reason} | {' | '.join(f'{counts[reason, kind]:,}' for kind in KINDS)} |")


def _ours_by_year(
    tables: Path, numbers: Mapping[str, str], first: int, last: int
) -> tuple[set[Pledge], set[Pledge], dict[tuple[str, int], set[str]]]:
    """The pledges that are certain, those that are at least possible, and the codes that states have by year.

    What has no code cannot be in ATOP and is left out.
    """
    certain, possible = set(), set()
    codes: dict[tuple[str, int], set[str]] = defaultdict(set)
    for row in _rows(tables / "dyad_years.csv"):
        year = int(row["year"])
        if not first <= year <= last:
            continue
        states = numbers[row["holder"]], numbers[row["beneficiary"]]
        if not all(states):
            continue
        for number, code in zip(states, (row["holder_cow"], row["beneficiary_cow"]), strict=True):
            codes[number, year].add(code)
        for kind in KINDS:
            if row[f"possible_{kind}"] == "1":
                possible.add(Pledge(kind, *states, year))
            if row[kind] == "1":
                certain.add(Pledge(kind, *states, year))
    return certain, possible, codes


def _our_spells(tables: Path, numbers: Mapping[str, str]) -> Iterator[Spell]:
    """The duties of a release; a treaty that ATOP does not have goes by its own name."""
    alliances = {row["id"]: row["atop_id"] or row["id"] for row in _rows(tables / "treaties.csv")}
    for row in _rows(tables / "duties.csv"):
        kind = row["kind"].removesuffix("Obligation").lower()
        if kind in KINDS and numbers[row["holder"]] and numbers[row["beneficiary"]]:
            yield Spell(
                alliances[row["treaty"]],
                kind,
                numbers[row["holder"]],
                numbers[row["beneficiary"]],
                row["possibly_from"] or _ALWAYS,
                row["possibly_until"] or _NEVER,
                bool(row["suspended_by"]),
            )


def atop_spells(members: Path, identity: Mapping[str, str]) -> Iterator[Spell]:
    """What each member of an alliance pledged to each other while both were members."""
    alliances: dict[str, list[tuple[str, str, str, list[str]]]] = defaultdict(list)
    for row in _rows(members):
        pledged = [kind for kind, name in _ATOP_NAMES.items() if row[name] == "1"]
        first, last = _day(row, "ent", _ALWAYS, "01"), _day(row, "exit", _NEVER, "31")
        alliances[row["atopid"]].append((identity.get(row["member"], row["member"]), first, last, pledged))
    for alliance, rows in alliances.items():
        for holder, first, last, pledged in rows:
            for beneficiary, first2, last2, _ in rows:
                begin, end = max(first, first2), min(last, last2)
                if holder != beneficiary and begin <= end:
                    yield from (Spell(alliance, kind, holder, beneficiary, begin, end) for kind in pledged)


def _day(row: Mapping[str, str], which: str, unknown: str, missing_day: str) -> str:
    """A date of ATOP's, of which 0 means open and NA an unknown day."""
    year, month, day = (row[f"{part}{which}"].partition(".")[0] for part in ("yr", "mo", "day"))
    if year == "0":
        return unknown
    return f"{year}-{month.zfill(2)}-{day.zfill(2) if day.isdigit() and day != '0' else missing_day}"


def _other_codes(
    members: Path, codes: Mapping[tuple[str, int], set[str]], identity: Mapping[str, str], years: tuple[int, int]
) -> list[str]:
    """The codes of ATOP's that our table does not have for the same state in the same year, where it has another."""
    found = defaultdict(set)
    for row in _rows(members):
        first, last = _day(row, "ent", _ALWAYS, "01"), _day(row, "exit", _NEVER, "31")
        for year in range(max(int(first[:4]), years[0]), min(int(last[:4]), years[1]) + 1):
            found[identity.get(row["member"], row["member"]), year].add(row["member"])
    return sorted(
        f"{'/'.join(sorted(codes[state, year]))} for {'/'.join(sorted(theirs))} in {year}"
        for (state, year), theirs in found.items()
        if (state, year) in codes and not codes[state, year] & theirs
    )


def _print_causes(title: str, found: Mapping[Pledge, tuple[Cause, str]], largest: int) -> None:
    print(f"\n{title}, by cause:\n\n| cause | {' | '.join(KINDS)} |\n|---{'|---' * len(KINDS)}|")
    counts = Counter((cause, pledge.kind) for pledge, (cause, _) in found.items())
    for cause in Cause:
        if any(counts[cause, kind] for kind in KINDS):
            print(f"| {cause.value} | {' | '.join(f'{counts[cause, kind]:,}' for kind in KINDS)} |")
    groups: dict[tuple[Cause, str], list[Pledge]] = defaultdict(list)
    for pledge, (cause, alliance) in found.items():
        groups[cause, alliance].append(pledge)
    print(f"\n{title}, the largest groups:\n\n| alliance | cause | pledges | years | example |\n|---|---|---|---|---|")
    for (cause, alliance), pledges in sorted(groups.items(), key=lambda group: (-len(group[1]), group[0][1]))[:largest]:
        kinds = ", ".join(f"{count:,} {kind}" for kind, count in Counter(one.kind for one in pledges).most_common())
        years = [pledge.year for pledge in pledges]
        some = min(pledges, key=lambda pledge: (pledge.year, pledge))
        cells = (alliance, cause.value, kinds, f"{min(years)}-{max(years)}", f"{some.holder} to {some.beneficiary}")
        print(f"| {' | '.join(cells)} |")


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}" if whole else "-"


def _rows(file: Path) -> Iterator[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks atop", description=__doc__)
    parser.add_argument("--atop", type=Path, required=True, metavar="FOLDER", help=f"the folder with {_MEMBERS}")
    parser.add_argument("--tables", type=Path, metavar="FOLDER", help="tables of a release, instead of a new export's")
    parser.add_argument("--first", type=int, default=1946, help="the first year")
    parser.add_argument("--last", type=int, default=2016, help="the last year")
    parser.add_argument("--largest", type=int, default=30, help="how many groups of differences are listed")
    options = parser.parse_args(arguments)
    if not (options.atop / _MEMBERS).is_file():
        parser.error(f"{options.atop} has no {_MEMBERS}")
    return options
