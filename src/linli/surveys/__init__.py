"""Surveys 抽样: samples drawn from a recorded seed so that anybody can draw them again, and what their answers say, with the margin."""
