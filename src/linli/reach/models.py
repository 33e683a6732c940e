"""The table of reach: the walking network that an office loaded."""

from __future__ import annotations

from django.db import models

from linli.registry.models import Office


class WalkingNetwork(models.Model):
    """The ways one can walk, as lines of (longitude, latitude) in WGS-84. Ways meet where they share a corner."""

    office = models.OneToOneField(Office, models.CASCADE, primary_key=True)
    source = models.TextField()
    lines = models.JSONField()
    loaded_by = models.TextField()
    loaded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(source=""), name="walking_network_has_source"
            )
        ]
