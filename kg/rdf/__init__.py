"""RDF in and out: formats, files to quads, quads to files."""
