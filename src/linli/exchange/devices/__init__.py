"""Devices that report of things: their events grouped and limited, and the cases that a decision table opens for them."""
