"""Load, validate, reason and store the project.

What has been built is kept in the cache folder ($CASUS_CACHE, else ~/.cache/casus) and found again by a hash of all
that it was built from, so a second call on unchanged files does nothing. The cache keeps the eight builds that were
used last; --list and --clear build nothing.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from kg.build.store import all_builds, clear_builds
from kg.cli.building import built
from kg.cli.options import project_option
from kg.cli.reasoning import limit_options
from kg.reasoning.grounder import ReasoningLimits


@click.command("build", help=__doc__)
@click.option("--list", "listed", is_flag=True, help="List the builds in the cache: size, last use, title, folder.")
@click.option("--clear", is_flag=True, help="Remove all builds from the cache.")
@limit_options
@project_option
def command(listed: bool, clear: bool, root: Path | None, limits: ReasoningLimits) -> None:
    if listed:
        for build in all_builds():
            used = datetime.fromtimestamp(build.folder.stat().st_mtime).strftime("%Y-%m-%d %H:%M")
            click.echo(f"{build.size / 2**20:6.1f} MiB  {used}  {build.title}  {build.folder}")
    if clear:
        clear_builds()
    if not (listed or clear):
        click.echo(built(root, limits).build.folder)
