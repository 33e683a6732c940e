"""Appraisal 考核: what bodies are scored by, from figures; drafted, objected to, final. Persons are never scored."""
