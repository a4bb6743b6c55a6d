"""The page of why a clause comes to what it does in a supposed case."""

from __future__ import annotations

from flask import Flask, Response, request
from werkzeug.exceptions import BadRequest

from kg.terms import Resource, Term
from kg.web.openapi import Parameter, documented
from kg.web.service import Service
from kg.web.views.case import CASE_PARAMETERS, asked_case
from kg.web.views.case_rows import what_is_owed
from kg.web.views.proof import proof_page
from kg.web.views.reasoning import REASONED, ask_json, form_parameter, media_types, respond, wanted_form
from kg.web.views.view import View

_ASKED = ("duty", "provision")


def add_case_proof(app: Flask, service: Service) -> None:
    """Add the route of the proofs of cases."""

    @app.get("/case/proof")
    @documented(
        "Why a duty comes to what it does in a case: from what is supposed, and from the record down to file, line "
        "and source.",
        media_types("case_proof"),
        (
            *CASE_PARAMETERS,
            Parameter("duty", "The duty, as the case names it.", example="id/duty/RUARM-1997-3-defense-RUS-ARM-1"),
            Parameter("provision", "The provision.", example="id/treaty/RUARM-1997/article/3"),
            form_parameter("case_proof"),
        ),
        REASONED,
    )
    def case_proof() -> Response | str:
        view, form, asked = View.of_request(service), wanted_form("case_proof"), asked_case(View.of_request(service))
        said = {name: request.args.get(name, "").strip() for name in _ASKED}
        if asked is None or not all(said.values()):
            raise BadRequest("the proof is of a case: its attacker and victim, a duty and a provision")
        terms = {name: service.site.names.read(text) for name, text in said.items()}
        arguments = {**asked.arguments(), **{name: str(term) for name, term in terms.items()}}
        if form is not None:
            return respond(service, "case_proof", form, **arguments)
        found = ask_json(view, "case_proof", **arguments)
        written = {name: service.site.names.show(term) for name, term in terms.items()}
        parameters = {**asked.parameters(view), **written}
        return proof_page(
            view, "case_proof", found, parameters, _heading(view, terms["duty"], terms["provision"]), asked.day
        )


def _heading(view: View, duty: Term, provision: Term) -> str:
    """Who owes whom, and by what; the desk has found that there is such a duty."""
    timeline = view.service.library.timeline
    assert timeline is not None
    assert isinstance(provision, Resource)
    owed = next(one for one in timeline.duties if one.iri == duty)
    sides = f"{view.name(owed.holder)} → {view.name(owed.beneficiary)}"
    return f"{sides}: {what_is_owed(view, owed.kind.iri)}, {view.name(provision)}"
