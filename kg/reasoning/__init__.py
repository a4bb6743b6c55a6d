"""OWL 2 RL: from triples to their closure, or to the contradiction that makes one impossible."""
