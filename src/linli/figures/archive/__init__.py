"""The archive: figures' months as Parquet files, read by DuckDB, an extra that an office need not have."""
