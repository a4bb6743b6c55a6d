"""Load, validate, reason and store the project.

What has been built is kept in the cache folder ($CASUS_CACHE, else ~/.cache/casus) and found again by a hash of
all that it was built from, so a second call on unchanged files does nothing.
"""

from __future__ import annotations

from pathlib import Path

import click

from kg.cli.building import built
from kg.cli.options import project_option


@click.command("build", help=__doc__)
@project_option
def command(root: Path | None) -> None:
    folder = built(root).folder
    click.echo(folder)
