"""A made-up workbook of all sheets, as tables of texts that tests change and write."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

Sheets: TypeAlias = dict[str, list[list[str]]]

_TEXT = {
    "sources": """\
id|kind|citation|date|seen
TXT|treaty|The text of the pact|2005-01-01|yes
GK|general|What is generally known||
""",
    "states": """\
id|name|cow|gw|from|until|sources|confidence
XRU|Ruritania|901|901|1878||GK|general
XGR|Graustark|902|902|1880|1999-12-31|GK|general
""",
    "treaties": """\
id|name|kind|signed|in_force|terminated|place|organization|sources|confidence|note
PACT|Pact of Strelsau|treaty|1950-03-01|1950-06-01|2004-12-31|Strelsau|League of Zenda|TXT;GK|general|
PACT-P|Protocol to the pact|protocol|1960-02|1961||||TXT;GK|general|
""",
    "parties": """\
treaty|state|from|until|role|how_began|signed|sources|confidence
PACT|XRU|1950-06-01|2004-12-31|party|signed|1950-03-01|GK|general
PACT|XGR|1950-06-01|1970|party|||GK|general
PACT|XGR|1980-05|1999|party|||GK|general
PACT|FRA|>1951-01-01|<1990||||GK|general
PACT|GBR|1955|1960|observer|||GK|general
PACT|XGR|1985|1986|suspended|||GK|general
PACT-P|COW:901@1960|1961||party|||GK|general
PACT-P|XGR|1961|1999?|party|||GK|general
""",
    "clauses": """\
treaty|article|says|kind|owed_by|owed_to|against|conditions|condition_text|sources|confidence
PACT|1|The parties help each other against an attack|defence|||DEU|armed attack|In Europe alone|TXT;GK|general
PACT|1|The parties help each other against an attack|consultation||||||TXT;GK|general
PACT|2|They do not attack one another|non-aggression||||||TXT;GK|general
PACT|3 (a)|Ruritania protects Graustark|assistance|XRU|XGR||||TXT;GK|general
PACT|4|It lasts until it is denounced|duration||||||TXT;GK|general
""",
    "events": """\
id|name|kind|start|end|invokes|requested_by|outcome|responds_to|sources|confidence
CALL|Graustark asks for help|request|1965-05-01||PACT/1|XGR|||GK|general
HELP|Ruritania sends troops|deployment|1965-05-10|1965-06|||deployed|CALL|GK|general
""",
    "participants": """\
event|state|role|contribution|from|sources|confidence
HELP|XRU|troop contributor|1200.0||GK|general
CALL|XGR|requester|||GK|general
""",
}


def made_up() -> Sheets:
    """The sheets, each a list of rows, with the names of the columns first."""
    return {name: [line.split("|") for line in text.splitlines()] for name, text in _TEXT.items()}


def write_csv(sheets: Sheets, folder: Path, *, delimiter: str = ",", encoding: str = "utf-8") -> Path:
    """Write the sheets as CSV files of a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in sheets.items():
        with (folder / f"{name}.csv").open("w", encoding=encoding, newline="") as file:
            csv.writer(file, delimiter=delimiter).writerows(rows)
    return folder


def write_xlsx(sheets: Sheets, path: Path, change: Callable[[object], None] | None = None) -> Path:
    """Write the sheets as a workbook, after a change that only a workbook can have."""
    import openpyxl

    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(row)
    if change is not None:
        change(workbook)
    workbook.save(path)
    return path


def cells(folder: Path) -> Sheets:
    """The cells of the CSV files of a folder."""
    found = {}
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            found[path.stem] = list(csv.reader(file))
    return found
