"""The Alliance Treaty Obligations and Provisions data (ATOP), from a user's own copy, as a project.

ATOP (Leeds, Ritter, Mitchell and Long 2002, http://www.atopdata.org) is not part of this package. Its tables are read
as they are: a row for each alliance, a row for each stay of a member in an alliance or a phase of it, and if they are
there, the directed dyad-years. What its variables mean, and what becomes of them, stands in ``variables.toml``.

    codebook       the variables, and ``variables`` writes them as an ontology module
    datafiles      the user's files, found by their columns
    moments        dates, known to the day, the month or the year
    bearers        the states that bear a number of the Correlates of War project, from when to when
    alliances      rows as alliances, their texts, and the stays of members; ``runs`` joins stays, ``titles`` names
    beneficiaries  toward whom a pledge that varies holds, by the directed dyad-years
    instruments    an alliance as statements, each of which can be led back to its rows and columns
    curated        what the shipped project says of the alliances that it has
    differences    where the two differ, which ``disputes`` words as claims, and ``merge`` puts beside what is there
    account        what became of each row
    folder         all of it as a project
"""
