"""Batches: applications taken in within a window, ranked by points with stated ties, published masked."""
