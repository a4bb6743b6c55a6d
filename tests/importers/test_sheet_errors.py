"""Forty and more errors, each seeded into sound sheets, are told with sheet, row, column and what to do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from made_up import Sheets, made_up, write_csv, write_xlsx

from kg.errors import BadInput, MissingFile
from kg.importers.sheets.bring_in import import_sheets
from kg.importers.sheets.problem import SheetErrors

Change = Callable[[Sheets], object]


def put(sheet: str, row: int, column: str, value: str) -> Change:
    """Another value in a cell; rows are numbered as spreadsheets do."""

    def change(sheets: Sheets) -> None:
        rows = sheets[sheet]
        rows[row - 1][rows[0].index(column)] = value

    return change


def add(sheet: str, *cells: str) -> Change:
    """One more row."""
    return lambda sheets: sheets[sheet].append(list(cells))


def without(sheet: str, column: str) -> Change:
    """A column less."""

    def change(sheets: Sheets) -> None:
        place = sheets[sheet][0].index(column)
        for row in sheets[sheet]:
            del row[place]

    return change


def rename(sheet: str, column: str, name: str) -> Change:
    """Another name of a column."""
    return put(sheet, 1, column, name)


def above(sheet: str) -> Change:
    """A title above the names of the columns."""
    return lambda sheets: sheets[sheet].insert(0, ["All my treaties"] + [""] * (len(sheets[sheet][0]) - 1))


PARTY = ("PACT", "XRU", "1950-06-01", "", "party", "", "", "GK", "general")

ERRORS: dict[str, tuple[Change, tuple[str, int, str], str]] = {
    # 1: sheets and columns
    "sheet missing": (lambda s: s.pop("parties"), ("parties", 0, ""), "kg template writes an empty one"),
    "sheet unknown": (lambda s: s.update(tretis=s["treaties"]), ("tretis", 0, ""), "nearest: treaties"),
    "column missing": (without("parties", "from"), ("parties", 1, "from"), "required"),
    "column unknown": (rename("treaties", "terminated", "terminatd"), ("treaties", 1, "terminatd"), "terminated"),
    "column twice": (rename("treaties", "in_force", "signed"), ("treaties", 1, "signed"), "two columns"),
    "column without a name": (rename("treaties", "place", ""), ("treaties", 1, "column 7"), "no name"),
    "header below the first row": (above("treaties"), ("treaties", 1, ""), "stand in row 2"),
    "sheet without rows": (lambda s: s["parties"].clear(), ("parties", 0, ""), "empty"),
    # 2: empty cells
    "required cell empty": (put("sources", 2, "citation", ""), ("sources", 2, "citation"), "how to cite"),
    "required cell NA": (put("parties", 3, "state", "NA"), ("parties", 3, "state"), "it is empty"),
    # 3: dates
    "no date": (put("parties", 3, "from", "in spring"), ("parties", 3, "from"), "YYYY-MM-DD"),
    "day that does not exist": (put("parties", 3, "until", "1970-02-30"), ("parties", 3, "until"), "has 28 days"),
    "month that does not exist": (put("parties", 3, "until", "1970-13"), ("parties", 3, "until"), "twelve months"),
    "day and month": (put("treaties", 2, "signed", "1/3/1950"), ("treaties", 2, "signed"), "1950-03-01 or 1950-01-03"),
    "number of Excel": (put("treaties", 2, "signed", "18323"), ("treaties", 2, "signed"), "write 1950-03-01"),
    "two digits of a year": (put("treaties", 2, "signed", "01.03.50"), ("treaties", 2, "signed"), "four digits"),
    "one digit of a month": (put("treaties", 2, "signed", "1950-3-1"), ("treaties", 2, "signed"), "write 1950-03-01"),
    # 4: dates beside one another
    "end before begin": (put("parties", 3, "until", "1949"), ("parties", 3, "until"), "before from, 1950-06-01"),
    "in force before signed": (put("treaties", 2, "in_force", "1949"), ("treaties", 2, "in_force"), "before signed"),
    "party after the end": (put("parties", 4, "from", "2005-02"), ("parties", 4, "from"), "ended on 2004-12-31"),
    "party before the treaty": (put("parties", 6, "from", "1940"), ("parties", 6, "from"), "row 2 of treaties"),
    "event that ends before": (put("events", 3, "end", "1964"), ("events", 3, "end"), "before start"),
    "treaty without a date": (
        lambda s: (put("treaties", 3, "signed", "")(s), put("treaties", 3, "in_force", "")(s)),
        ("treaties", 3, "signed"),
        "fill signed or in_force",
    ),
    # 5: states
    "unknown state": (put("parties", 5, "state", "FRO"), ("parties", 5, "state"), "FRA; one that is missing"),
    "state by its name": (put("parties", 5, "state", "France"), ("parties", 5, "state"), "write FRA"),
    "state that was no more": (put("parties", 5, "state", "AUH"), ("parties", 5, "state"), "did not exist any more"),
    "state that was not yet": (put("parties", 6, "state", "ARM"), ("parties", 6, "state"), "did not exist yet"),
    "number that several had": (put("parties", 5, "state", "COW:365"), ("parties", 5, "state"), "add the year"),
    "number that nobody had": (put("parties", 5, "state", "GW:999"), ("parties", 5, "state"), "no state has"),
    "number on no day": (put("parties", 5, "state", "COW:901@1914-13"), ("parties", 5, "state"), "twelve months"),
    # 6: references
    "no such treaty": (put("parties", 5, "treaty", "PAKT"), ("parties", 5, "treaty"), "nearest: PACT"),
    "no such source": (put("clauses", 4, "sources", "TXT;GKK"), ("clauses", 4, "sources"), "nearest: GK"),
    "no such event": (put("participants", 2, "event", "HILP"), ("participants", 2, "event"), "nearest: HELP"),
    "no such article": (put("events", 2, "invokes", "PACT/9"), ("events", 2, "invokes"), "TREATY/ARTICLE"),
    # 7: keys
    "treaty twice": (put("treaties", 3, "id", "PACT"), ("treaties", 3, "id"), "in row 2 already"),
    "clause twice": (put("clauses", 3, "kind", "defense"), ("clauses", 3, "kind"), "in row 2 already"),
    "participant twice": (add("participants", "CALL", "XGR", "requester", "", "", "GK", "general"),
                          ("participants", 4, "role"), "in row 3 already"),
    "overlapping stays": (add("parties", *PARTY), ("parties", 10, "from"), "it overlaps row 2"),
    "id with a space": (put("sources", 3, "id", "G K"), ("sources", 3, "id"), "write G-K"),
    # 8: values of a vocabulary
    "no such kind of clause": (put("clauses", 4, "kind", "defens"), ("clauses", 4, "kind"), "nearest: defense"),
    "no such role": (put("participants", 3, "role", "asker"), ("participants", 3, "role"), "no role; "),
    "no such condition": (put("clauses", 2, "conditions", "armed atack"), ("clauses", 2, "conditions"), "armed-attack"),
    "no such confidence": (put("parties", 2, "confidence", "sure"), ("parties", 2, "confidence"), "verified"),
    # 9: who owes what
    "owed by no party": (put("clauses", 5, "owed_by", "USA"), ("clauses", 5, "owed_by"), "never a party of PACT"),
    "owed to itself": (put("clauses", 5, "owed_to", "XRU"), ("clauses", 5, "owed_to"), "to itself"),
    "condition of no pledge": (put("clauses", 6, "conditions", "attack"), ("clauses", 6, "conditions"), "names none"),
    "article that says two things": (put("clauses", 3, "says", "Other"), ("clauses", 3, "says"), "says otherwise"),
    "articles that are called alike": (put("clauses", 6, "article", "3 a"), ("clauses", 6, "article"), "of '3 (a)'"),
    "suspension of nothing": (put("parties", 7, "state", "GBR"), ("parties", 7, "role"), "that it interrupts"),
    # 11: tables
    "number that is none": (put("states", 2, "cow", "9a"), ("states", 2, "cow"), "digits"),
    "row cut off": (lambda s: s["parties"].append(["PACT", "FRA"]), ("parties", 10, ""), "2 cells"),
    "row too long": (lambda s: s["parties"][1].append("more"), ("parties", 2, ""), "10 cells"),
    # 12: what the shapes say, told at the row
    "name in another script": (put("treaties", 2, "name", "Пакт"), ("treaties", 2, "name"), "Cyrillic"),
    "dated after the sources": (
        lambda s: (put("events", 3, "start", "2020-01-01")(s), put("events", 3, "end", "")(s)),
        ("events", 3, "start"),
        "later than the newest",
    ),
}  # fmt: skip


def problems(source: Path, tmp_path: Path) -> SheetErrors:
    """The errors of an import, which has written nothing."""
    with pytest.raises(SheetErrors) as caught:
        import_sheets(source, tmp_path / "project")
    assert not (tmp_path / "project").exists()
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
    return caught.value


@pytest.mark.parametrize(("change", "place", "told"), ERRORS.values(), ids=ERRORS)
def test_an_error_is_told_with_its_place(
    tmp_path: Path, change: Change, place: tuple[str, int, str], told: str
) -> None:
    sheets = made_up()
    change(sheets)
    found = problems(write_csv(sheets, tmp_path / "made-up"), tmp_path).problems
    assert place in [(problem.sheet, problem.row, problem.column) for problem in found]
    assert told in "\n".join(problem.message for problem in found if problem.sheet == place[0])


def test_all_errors_are_told_at_once_in_the_order_of_the_sheets(tmp_path: Path) -> None:
    sheets = made_up()
    for change in (
        put("events", 2, "kind", "plea"), put("sources", 2, "kind", "tract"), put("parties", 9, "from", "1961-1"),
        put("parties", 2, "confidence", "sure"), put("treaties", 2, "sources", ""),
    ):  # fmt: skip
        change(sheets)
    found = problems(write_csv(sheets, tmp_path / "made-up"), tmp_path).problems
    assert [(problem.sheet, problem.row) for problem in found] == [
        ("sources", 2), ("treaties", 2), ("parties", 2), ("parties", 9), ("events", 2)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "row", "told"),
    [
        (b"id,kind,citation\nTXT,treaty,Stra\xdfe\n", 2, "the byte 33 of the file is not UTF-8"),
        ("id,kind\n".encode("utf-16"), 0, "UTF-16"),
        (b'id,kind,citation\nTXT,treaty,"open\n', 2, "a quotation mark is not closed"),
        (b"id,kind,citation\nTXT,treaty,a\0b\n", 2, "null character"),
        (b"PK\x03\x04xxxx", 0, "no CSV but a workbook"),
    ],
    ids=["encoding", "utf-16", "open quote", "null", "workbook"],
)
def test_a_file_that_is_no_csv_in_utf_8(tmp_path: Path, content: bytes, row: int, told: str) -> None:
    folder = write_csv(made_up(), tmp_path / "made-up")
    (folder / "sources.csv").write_bytes(content)
    first = next(problem for problem in problems(folder, tmp_path).problems if problem.sheet == "sources")
    assert first.row == row
    assert told in first.message


def test_what_only_a_workbook_can_have(tmp_path: Path) -> None:
    def change(workbook) -> None:
        workbook["parties"]["C3"] = "=1+1"
        workbook["treaties"].merge_cells("B2:B3")
        workbook["events"]["D2"] = 0.5

    found = problems(write_xlsx(made_up(), tmp_path / "made-up.xlsx", change), tmp_path).problems
    told = {(problem.sheet, problem.row, problem.column): problem.message for problem in found}
    assert "the formula has no value" in told["parties", 3, "from"]
    assert "the cells B2:B3 are merged" in told["treaties", 2, "name"]
    assert "YYYY-MM-DD" in told["events", 2, "start"]


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        ("absent.xlsx", None, MissingFile),
        ("broken.xlsx", b"PK\x03\x04 and no more", BadInput),
        ("old.xls", b"\xd0\xcf\x11\xe0", BadInput),
    ],
)
def test_a_file_that_is_no_workbook(tmp_path: Path, name: str, content: bytes | None, error: type[BadInput]) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(error, match=name):
        import_sheets(tmp_path / name, tmp_path / "project")


def test_a_folder_without_sheets(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"there is no \.csv"):
        import_sheets(tmp_path, tmp_path / "project")
