"""Which statements a query may read, by their properties: others cannot make a difference to what it finds.

It is Oxigraph that answers the queries, so it is by its grammar, not by that of rdflib's parser, that the place of a
property is told: a path may stand there, and nowhere else. What is not certain counts as read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from pyoxigraph import NamedNode, Store

from kg.terms import RDF
from kg.validation.literals import FUNCTIONS

#: A variable (SPARQL 1.1, section 19.8, VARNAME), and what excludes some properties of all.
_ANY = re.compile(r"[?$][\w·\u0300-\u036f‿⁀]+|!")
#: Statements as terms; names that are written in other ways than here, or shortened by a base; what is new each time.
_OTHERWISE = re.compile(r"<<|\{\||~|\\u|\b(?:BASE|NOW|RAND|UUID|STRUUID)\b", re.IGNORECASE)
_NAME = r"(?:[\w-]*:[\w.-]*\w|<[^<>]*>)"
#: Paths that may have no length, those that begin with a step or end in a term aside: others may find any term.
_STEPS_FIRST = re.compile(rf"/{_NAME}\*|{_NAME}\*\s+{_NAME}")
_NO_STEPS = re.compile(r"[\w>)]\s*[*?](?!\w)")


def reads_all(query: str, prefixes: Mapping[str, str]) -> bool:
    """Whether a query may read statements of any property.

    Args:
        query: the query, without syntax errors.
        prefixes: its prefixes, beside those that it declares.
    """
    if _OTHERWISE.search(query) or _NO_STEPS.search(_STEPS_FIRST.sub("", query)):
        return True
    return any(
        _is_query(query[: found.start()] + ("^" if found[0] == "!" else "^<urn:any>") + query[found.end() :], prefixes)
        for found in _ANY.finditer(query)
    )


def may_name(query: str, prefixes: Mapping[str, str], term: NamedNode) -> bool:
    """Whether a query, of which `reads_all` is not true, may name a property; arguments as for this."""
    spaces = {*prefixes.values(), *re.findall(r"<([^<>]*)>", query)}
    rests = [term.value.removeprefix(space) for space in spaces if term.value.startswith(space)]
    return term == RDF.type or any(rest in query or not rest.isalnum() for rest in rests)


def _is_query(text: str, prefixes: Mapping[str, str]) -> bool:
    try:
        Store().query(text, prefixes=dict(prefixes), custom_functions=dict(FUNCTIONS))
    except SyntaxError:
        return False
    except RuntimeError:  # that it is none is found before
        return True
    return True
