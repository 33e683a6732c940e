"""`python -m linli.rulebook` writes the JSON Schema of mechanism files anew, for editors and for authors."""

from __future__ import annotations

import json

from linli.rulebook.loading import FOLDER
from linli.rulebook.mechanism import Mechanism


def schema_text() -> str:
    """Give the JSON Schema of a mechanism file as it is kept in the book."""
    schema = Mechanism.model_json_schema(by_alias=True)
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    (FOLDER / "mechanism.schema.json").write_text(schema_text(), encoding="utf-8")
