"""The gazetteer 地名册: roads, lanes, numbers, estates, villages and committees by name, and where they are."""
