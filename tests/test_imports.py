"""Importing the package changes nothing for the program that imports it."""

from __future__ import annotations

import json
import subprocess
import sys

PROGRAM = """
import http.client, importlib.util, json, locale, logging, multiprocessing, os, pkgutil, signal, socket, sys, warnings
import rdflib, owlrl, pyshacl, granian.server.mp, prometheus_client  # what these change is theirs

spark = importlib.util.find_spec("pyspark") is not None  # an extra
if spark:
    import pyspark

def state():
    loggers = {name: logger for name, logger in logging.root.manager.loggerDict.items()
               if isinstance(logger, logging.Logger)}
    return {
        "how rdflib takes literals": rdflib.NORMALIZE_LITERALS,
        "headers that http.client takes": http.client._MAXHEADERS,
        "log levels": {name: logger.level for name, logger in loggers.items() if logger.level},
        "log handlers": [name for name, logger in loggers.items() if logger.handlers or logger.disabled],
        "the root logger": [logging.root.level, len(logging.root.handlers)],
        "warnings": len(warnings.filters),
        "how processes start": multiprocessing.get_start_method(allow_none=True),
        "signals": [str(signal.getsignal(number)) for number in sorted(signal.valid_signals())],
        "the environment": dict(os.environ),
        "the module path": sys.path,
        "hooks": [str(sys.excepthook), str(sys.unraisablehook)],
        "recursion": sys.getrecursionlimit(),
        "the sockets' time": socket.getdefaulttimeout(),
        "the locale": locale.setlocale(locale.LC_ALL),
    }

before = state()
import kg
for module in pkgutil.walk_packages(kg.__path__, "kg."):
    if spark or not module.name.startswith("kg.reasoning.spark_"):
        importlib.import_module(module.name)
after = state()
print(json.dumps({name: [before[name], after[name]] for name in before if before[name] != after[name]}))
"""


def test_importing_every_module_changes_nothing_of_the_process() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == {}
