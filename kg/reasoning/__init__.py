"""OWL 2 RL: from triples to their closure, or to the clash that makes one impossible."""
