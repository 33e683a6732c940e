"""One mechanism text as a book that lint can look into."""

from linli.rulebook.loading import read_yaml, shipped
from linli.rulebook.mechanism import Mechanism


class Shelf:
    """The codes and mechanisms shipped, and the lines of one text."""

    def __init__(self, text):
        self.codes, self.mechanisms = shipped().codes, shipped().mechanisms
        self.duties = {}
        self.mechanism, self.lines = read_yaml(text, "small-matter.yaml", Mechanism)

    def line_of(self, key, path):
        return self.lines.of(path)
