"""Diagrams of a mechanism: states as boxes, actions as rows in them, arrows in the gutters on both sides."""

from linli.ui.diagrams.laying import Diagram, draw

__all__ = ["Diagram", "draw"]
