"""Linli 邻里: what a subdistrict office runs on."""
