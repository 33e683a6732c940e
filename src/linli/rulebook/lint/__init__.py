"""Linting: what is wrong with a mechanism that its shape alone does not show, each with line and cure."""

from __future__ import annotations

from linli.rulebook.lint.acting import check_actions
from linli.rulebook.lint.asking import check_fields, check_shows
from linli.rulebook.lint.findings import Finding, Findings, Shelf, guess
from linli.rulebook.lint.lasting import check_register, check_schedule, check_votes
from linli.rulebook.lint.naming import check_names
from linli.rulebook.lint.opening import check_opens
from linli.rulebook.lint.paying import check_money
from linli.rulebook.lint.paying.sharing import check_matches, check_takes
from linli.rulebook.lint.reaching import check_paths
from linli.rulebook.lint.reaching.walking import walked
from linli.rulebook.lint.serving import check_service
from linli.rulebook.lint.showing import check_views
from linli.rulebook.lint.tabling import check_decisions
from linli.rulebook.lint.telling import check_tells
from linli.rulebook.lint.timing import check_clocks
from linli.rulebook.mechanism import Mechanism

__all__ = ["Finding", "Shelf", "guess", "lint"]


def lint(mechanism: Mechanism, book: Shelf) -> list[Finding]:
    """Give everything found, errors first, in the order of the file."""
    findings = Findings(mechanism, book)
    check_names(findings)
    check_fields(findings)
    check_actions(findings)
    check_register(findings)
    check_opens(findings)
    check_money(findings)
    check_takes(findings)
    check_matches(findings)
    check_votes(findings)
    check_clocks(findings)
    check_schedule(findings)
    check_decisions(findings)
    check_tells(findings)
    check_shows(findings)
    check_views(findings)
    if not any(finding.severity == "error" for finding in findings.found):
        walk = walked(mechanism)
        check_paths(findings, walk)
        check_service(findings, walk)
    return sorted(findings.found, key=lambda f: (f.severity != "error", f.line))
