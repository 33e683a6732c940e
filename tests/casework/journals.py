"""Writes journals row by row, with any number of cases and steps, for tests of what proves them."""

from datetime import UTC, datetime, timedelta

from linli.casework import keys
from linli.casework.hashing import GENESIS, Origin, commit, envelope_of, step_hash
from linli.casework.models import Case, CaseKey, Definition, Position, Sealed, Step
from linli.casework.sealing import Spot, seal
from linli.registry.isolation import office_transaction
from linli.registry.models import Office
from linli.rulebook.casefile import StepDraft
from linli.rulebook.mechanism import FieldRule

AT = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
OFFICE = 1
TEXT = FieldRule(type="text", zh="描述", en="Description")
PHONE = FieldRule(type="text", zh="电话", en="Phone", personal=True)
PHONE_NUMBER = "138 0000-0001"


def new_office(office=OFFICE, code="310112006"):
    with office_transaction(office):
        Office.objects.create(
            id=office, code=code, official_name="测试街道", short_zh="测试", short_en="Test"
        )
        Definition.objects.create(
            office_id=office, key="kerb", version=1, sha256="0" * 64, text="mechanism: kerb"
        )


def write_cases(count=3, steps=3, office=OFFICE, *, personal=True):
    """Write cases with a description in each step and a phone in the first, and log them in turn."""
    with office_transaction(office):
        definition = Definition.objects.get(key="kerb")
        code = Office.objects.get(id=office).code
        first = (Case.objects.order_by("-id").values_list("id", flat=True).first() or 0) + 1
        rows = [
            _case(number, definition, code, steps, personal)
            for number in range(first, first + count)
        ]
        Case.objects.bulk_create([case for case, *_ in rows], batch_size=1000)
        CaseKey.objects.bulk_create([key for *_, key in rows if key], batch_size=1000)
        Step.objects.bulk_create([step for _, made, *_ in rows for step in made], batch_size=1000)
        Sealed.objects.bulk_create(
            [one for *_, sealed, _ in rows for one in sealed], batch_size=1000
        )
        log = Position.objects.filter(office_id=office)
        follows = (log.order_by("-position").values_list("position", flat=True).first() or 0) + 1
        in_turn = sorted((step for _, made, *_ in rows for step in made), key=lambda s: s.seq)
        places = [
            Position(
                office_id=office, position=nth, case_id=step.case_id, seq=step.seq, leaf=step.hash
            )
            for nth, step in enumerate(in_turn, start=follows)
        ]
        Position.objects.bulk_create(places, batch_size=1000)
    return [case.id for case, *_ in rows]


def _case(number, definition, code, steps, personal):
    office = definition.office_id
    data_key = keys.new_data_key() if personal else None
    origin = Origin(code, f"T2026-{number:06}", "kerb", 1)
    made, sealed, prev = [], [], GENESIS
    for seq in range(1, steps + 1):
        draft = StepDraft(
            seq=seq,
            action="report" if seq == 1 else "note",
            actor="account:1",
            at=AT + timedelta(minutes=number, seconds=seq),
            from_state="" if seq == 1 else "open",
            to_state="open",
            values={"category": "0302", "place": {"lon": 121.41, "lat": 31.17, "datum": "wgs84"}},
            member=("bodies", "7") if seq == 2 else None,
        )
        salt = bytes([number % 256, seq]) * 8
        given = {"description": (f"第{seq}次：井盖破损", TEXT)}
        if personal and seq == 1:
            given["phone"] = (PHONE_NUMBER, PHONE)
        for name, (value, rule) in given.items():
            row = seal(Spot(office, number, seq, name), value, rule, salt, data_key)
            sealed.append(
                Sealed(
                    case_id=number,
                    seq=seq,
                    field=name,
                    office_id=office,
                    salt=row.salt,
                    text=row.text,
                    ciphertext=row.ciphertext,
                    lookup=row.lookup,
                )
            )
        commitments = {name: commit(value, salt) for name, (value, _) in given.items()}
        own = step_hash(envelope_of(origin, draft, commitments, prev))
        made.append(_step(office, number, draft, commitments, prev, own))
        prev = own
    key = data_key and CaseKey(
        case_id=number, office_id=office, wrapped=keys.wrap(office, data_key)
    )
    return _row(number, definition, origin.case, steps, prev), made, sealed, key


def _step(office, number, draft, commitments, prev, own):
    kind, key = draft.member or (None, None)
    return Step(
        case_id=number,
        seq=draft.seq,
        office_id=office,
        mechanism="kerb",
        action=draft.action,
        actor=draft.actor,
        at=draft.at,
        from_state=draft.from_state,
        to_state=draft.to_state,
        tracks={},
        member_kind=kind,
        member_key=key,
        values=draft.values,
        commitments=commitments,
        prev_hash=prev,
        hash=own,
    )


def _row(number, definition, name, steps, last):
    return Case(
        id=number,
        office_id=definition.office_id,
        number=name,
        mechanism="kerb",
        definition=definition,
        opened_by="account:1",
        access=b"",
        state="open",
        phase="open",
        seq=steps,
        tracks={},
        values={},
        clocks={},
        actors={},
        members=[],
        totals={},
        parties=[],
        area="/310000/",
        opened_at=AT,
        breached=False,
        last_hash=last,
    )
