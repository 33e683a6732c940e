"""Linting: what is wrong with a mechanism that its shape alone does not show, each with line and cure."""

from __future__ import annotations

from linli.rulebook.lint.acting import check_actions
from linli.rulebook.lint.asking import check_decisions, check_fields, check_shows
from linli.rulebook.lint.findings import Finding, Findings, Shelf, guess
from linli.rulebook.lint.naming import check_names
from linli.rulebook.lint.reaching import check_paths
from linli.rulebook.lint.timing import check_clocks
from linli.rulebook.mechanism import Mechanism

__all__ = ["Finding", "Shelf", "guess", "lint"]


def lint(mechanism: Mechanism, book: Shelf) -> list[Finding]:
    """Give everything found, errors first, in the order of the file."""
    findings = Findings(mechanism, book)
    check_names(findings)
    check_fields(findings)
    check_actions(findings)
    check_clocks(findings)
    check_decisions(findings)
    check_shows(findings)
    if not any(finding.severity == "error" for finding in findings.found):
        check_paths(findings)
    return sorted(findings.found, key=lambda f: (f.severity != "error", f.line))
