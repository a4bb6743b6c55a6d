"""Proofs: why a statement holds, down to the line and the source, or what is missing for it."""
