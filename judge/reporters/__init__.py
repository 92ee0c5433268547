"""Report → text, one format a file.

A new format is a file here with a class that is a `Reporter`, and a line in REPORTERS. Importing this
package costs nothing: what a format needs beyond the standard library it imports when it renders.
"""

from judge.reporters.base import Reporters
from judge.reporters.console import ConsoleReporter
from judge.reporters.json import JsonReporter

REPORTERS: Reporters = {"console": ConsoleReporter, "json": JsonReporter}
