"""The OWL API and HermiT, the library and a reasoner of Protégé, for tests: profiles, consistency and entailment.

Both are in the HermiT.jar that owlready2 carries; JPype runs them in this process. A Java virtual machine can be
started only once per process, so everything goes through the one that `start` returns. Nothing is read from the
network: the imports of an ontology are found in the files that an XML catalog names.
"""

from __future__ import annotations

import functools
import shutil
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jpype

RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_CATALOG = "{urn:oasis:names:tc:entity:xmlns:xml:catalog}"


class NoJavaError(Exception):
    """The OWL API can not run here: there is no Java runtime that JPype can start, or no HermiT.jar."""


def read_catalog(path: Path) -> dict[str, Path]:
    """The ontology IRIs of an OASIS XML catalog and the files they stand for (Catalogs 1.1, section 6.5.2, `uri`)."""
    entries = ElementTree.parse(path).getroot().iter(f"{_CATALOG}uri")
    return {entry.attrib["name"]: path.parent / entry.attrib["uri"] for entry in entries}


class Ontology:
    """An ontology loaded with its imports, as the OWL API and HermiT see it."""

    def __init__(self, java: Any, ontology: Any) -> None:
        self._java = java
        self._ontology = ontology

    def violations(self, profile: str) -> list[str]:
        """What keeps the ontology and its imports out of a profile: `DL`, `RL`, `EL` or `QL` (OWL 2 Profiles)."""
        checker = self._java(f"org.semanticweb.owlapi.profiles.OWL2{profile}Profile")()
        return [str(violation) for violation in checker.checkOntology(self._ontology).getViolations()]

    @functools.cached_property
    def _reasoner(self) -> Any:
        return self._java("org.semanticweb.HermiT.Reasoner")(self._ontology)

    def consistent(self) -> bool:
        """Whether HermiT finds a model (OWL 2 Direct Semantics, section 2.5)."""
        return bool(self._reasoner.isConsistent())

    def unsatisfiable(self) -> set[str]:
        """The named classes, other than owl:Nothing, that can have no instance."""
        bottom = self._reasoner.getUnsatisfiableClasses().getEntitiesMinusBottom()
        return {str(entity.getIRI().toString()) for entity in bottom}

    def entails(self, subject: str, predicate: str, value: str) -> bool:
        """Whether the triple follows: a class assertion if the predicate is rdf:type, else an object property one."""
        factory = self._ontology.getOWLOntologyManager().getOWLDataFactory()
        iri = self._java("org.semanticweb.owlapi.model.IRI").create
        individual = factory.getOWLNamedIndividual(iri(subject))
        if predicate == RDF_TYPE:
            axiom = factory.getOWLClassAssertionAxiom(factory.getOWLClass(iri(value)), individual)
        else:
            axiom = factory.getOWLObjectPropertyAssertionAxiom(
                factory.getOWLObjectProperty(iri(predicate)), individual, factory.getOWLNamedIndividual(iri(value))
            )
        return bool(self._reasoner.isEntailed(axiom))


class OwlApi:
    """The running Java virtual machine."""

    def __init__(self, java: Any) -> None:
        self._java = java

    def load(self, path: Path, catalog: Path) -> Ontology:
        """The ontology in a file, with its imports from the files of the catalog.

        Raises the Java exception of the OWL API if the file or an import can not be read.
        """
        manager = self._java("org.semanticweb.owlapi.apibinding.OWLManager").createOWLOntologyManager()
        mapper = self._java("org.semanticweb.owlapi.util.SimpleIRIMapper")
        iri = self._java("org.semanticweb.owlapi.model.IRI").create
        for name, file in read_catalog(catalog).items():
            manager.addIRIMapper(mapper(iri(name), iri(file.resolve().as_uri())))
        document = self._java("java.io.File")(str(path))
        return Ontology(self._java, manager.loadOntologyFromOntologyDocument(document))


@functools.cache
def start() -> OwlApi:
    """The OWL API, started on the first call. Raises NoJavaError where it can not run."""
    owlready2 = find_spec("owlready2")  # only its jar is wanted: importing it would start a quadstore
    if owlready2 is None or owlready2.origin is None:
        raise NoJavaError("HermiT.jar comes with owlready2, which is not installed")
    if not jpype.isJVMStarted():
        jar = Path(owlready2.origin).parent / "hermit" / "HermiT.jar"
        try:
            # Java ends the stack of the thread that starts it where its own threads' would end, by default at 1 MB.
            jpype.startJVM(jpype.getDefaultJVMPath(), "-Xss8m", classpath=[str(jar)])
        except (jpype.JVMNotFoundException, jpype.JVMNotSupportedException, OSError) as error:
            found = shutil.which("java") or "none on the path"
            raise NoJavaError(f"the OWL API needs a Java runtime (java: {found}): {error}") from error
    return OwlApi(jpype.JClass)
