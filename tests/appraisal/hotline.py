"""Orders of the hotline handled by bodies, for tests of what bodies are scored by."""

from datetime import UTC, datetime, timedelta

from linli.budget.actions import open_case, perform

BEGIN = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def case(folk, nth, body="市政服务中心", outcome="solved"):
    """One order handled by a body and closed by the call-back."""
    suffix = "" if body == "市政服务中心" else "2"
    at = BEGIN + timedelta(minutes=nth)

    def act(who, action, **form):
        perform(
            case=number,
            action=action,
            by=folk.actor(who, at),
            at=at,
            form=form,
            key=f"{nth}-{action}",
            revision=None,
        )

    number = open_case(
        mechanism="hotline-order", action="register", by=folk.actor("operator", at), at=at, key=f"o{nth}",
        form={"order_no": f"N{nth}", "kind": "help", "what": "楼道灯不亮"},
    ).case_id  # fmt: skip
    act("operator", "first_contact", reached=True)
    act("dispatcher", "dispatch", unit=str(folk.bodies[body]))
    act(f"handler{suffix}", "take_on")
    act(f"handler{suffix}", "finish", outcome=outcome, result="已处理")
    act("caller", "call_back", satisfaction="satisfied")
