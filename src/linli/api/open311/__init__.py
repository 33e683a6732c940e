"""Open311 GeoReport v2: services, requests and updates as other cities' clients know them, in XML and JSON."""
