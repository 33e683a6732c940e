"""People outside, without an account: a step of one case by a one-time link."""
