"""Proof: the log as a Merkle tree, its signed checkpoints, and the check of the whole journal."""
