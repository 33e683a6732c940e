"""The statements of what pages ask of the registry most: who somebody is, which cell a point lies in, what areas and bodies are called."""

from __future__ import annotations

from linli.registry.asking.statements import Statement

HELD = Statement("""
    SELECT a.id, a.password, a.last_login, a.office_id, a.username, a.display_name, a.language,
        a.is_active, a.password_is_once, h.held_from, h.held_until,
        post.id, post.title_zh, post.title_en, post.duties, post.areas, body.id, body.name_zh, body.name_en,
        coalesce(away.display_name, '')
    FROM registry_account a LEFT JOIN registry_holding h ON h.account_id = a.id
        LEFT JOIN registry_account away ON away.id = h.instead_of_id
        LEFT JOIN registry_post post ON post.id = h.post_id LEFT JOIN registry_body body ON body.id = post.body_id
    WHERE a.id = $1 AND a.is_active ORDER BY h.id
""")
ACCOUNT = (
    "id", "password", "last_login", "office_id", "username", "display_name", "language",
    "is_active", "password_is_once",
)  # fmt: skip
STREET_FIRST = "ARRAY['street_front', 'residential', 'self_governed']"
FIRST_CELL = f"array_position({STREET_FIRST}, cell.kind), cell.code"
PLACE = f"""
    SELECT cell.id, cell.code, cell.area, coalesce(nullif(area.official_name, ''), area.stat_name, '')
    FROM registry_gridcell cell LEFT JOIN registry_area area
      ON area.office_id = cell.office_id AND area.path = cell.area
    WHERE cell.outline @> point(%s * 1e6::float8, %s * 1e6::float8)
      AND cell.valid_from <= %s AND (cell.valid_to IS NULL OR cell.valid_to > %s)
    ORDER BY {FIRST_CELL} LIMIT 1
"""  # noqa: S608 - our own order
NAMED = Statement("""
    SELECT path, coalesce(nullif(official_name, ''), stat_name) FROM registry_area
    WHERE path >= $1 AND path < $2 AND (valid_from IS NULL OR valid_from <= $3::date)
      AND (valid_to IS NULL OR valid_to > $3::date)
    ORDER BY path
""")
BODIES = Statement("""
    SELECT id, kind, name_zh, name_en, area FROM registry_body
    WHERE ($1::date IS NULL OR (valid_from IS NULL OR valid_from <= $1::date)
        AND (valid_to IS NULL OR valid_to > $1::date))
      AND ($2::text[] = '{}' OR kind = ANY($2::text[]))
    ORDER BY kind, area, id
""")
