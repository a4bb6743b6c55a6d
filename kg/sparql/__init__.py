"""SPARQL: what is refused, what is asked, what it is answered with."""
