"""Appraisal: rounds, the scores of bodies with every line and the records behind it, objections."""
