"""Drawings as SVG, made on the server from plain values: maps, lanes of time, bars, networks.

No drawing knows the graph or the web: each takes names, dates, codes and links, and gives a text. It has neither script
nor inline style, so that it may stand in a page under a strict policy; what it looks like is told by its classes in
``drawing.css``. With ``standalone=True`` a drawing brings that style along, to be a file of its own.
"""
