"""The patrol (巡查): on a phone, with one hand, also where there is no network."""
