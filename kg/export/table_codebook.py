"""The codebook of the tables as a file: what each holds, what each column means, and how it is read."""

from __future__ import annotations

from collections.abc import Iterator

from kg.export.table_reading import in_python, in_r, in_stata
from kg.export.tables import Column, Table, tables

CODEBOOK = "codebook.md"

_HEAD = """\
# Codebook of the tables of {title}

- An empty cell says that nothing is recorded. It does not say that there was none.
- In the tables of dyad-years and state-years NA stands where nothing is known. In dyad_years 0 says that the instruments of the
  row are known not to make the pledge. In the tables by numbers of states it says more: that the graph has all instruments
  of the year, too, and so that none makes it.
- Days are whole dates; the column of precision beside one says if only its month or year is known.
- Several values in one cell are separated by spaces. CSV files are UTF-8 with a line of names.
- R and pandas by themselves read NA, the ISO 3166-1 alpha-2 code of Namibia, as missing. What is shown below does not. To read
  all tables of a folder, run `source("read.R")` or `exec(open("read.py").read())` in it.
- Stata reads its own format, which `kg export --only tables --format dta` writes. A column called class is class_ there.
"""  # noqa: E501 - as Markdown has it


def codebook_text(title: str) -> str:
    """The codebook as Markdown.

    Args:
        title: what the project is called.
    """
    return "\n".join([_HEAD.format(title=title), *(line for table in tables() for line in _described(table))])


def _described(table: Table) -> Iterator[str]:
    yield from (f"## {table.name}", "", f"{table.title}. Key: {', '.join(f'`{name}`' for name in table.key)}.", "")
    yield from ("| column | meaning | type |", "|---|---|---|")
    yield from (f"| `{column.name}` | {column.about} | {column_type(column)} |" for column in table.columns)
    snippets = (("r", in_r, "csv"), ("python", in_python, "csv"), ("stata", in_stata, "dta"))
    for language, read, suffix in snippets:
        yield from ("", f"```{language}", read(table, f"{table.name}.{suffix}").rstrip(), "```")
    yield ""


def column_type(column: Column) -> str:
    """The type of a column in words."""
    said = [column.type]
    if column.list:
        said.append("several")
    if column.refers:
        said.append(f"of {column.refers}")
    if column.required:
        said.append("never empty")
    if column.null:
        said.append(f"{column.null} if not known")
    return ", ".join(said)
