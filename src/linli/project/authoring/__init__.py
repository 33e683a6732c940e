"""What those who write Linli need: translations and vendored assets."""
