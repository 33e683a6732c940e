"""The registry 家底: what exists. Offices, areas, grid cells, bodies, posts and accounts."""
