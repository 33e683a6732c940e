"""The demo: a living subdistrict with a synthetic map, people and one year of cases."""
