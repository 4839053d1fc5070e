"""The change of the text model as JSON: how far it is, and what it would cost."""

from __future__ import annotations

from qwen_finder.api.wire.fields import Fields
from qwen_finder.api.wire.table import OptionalNumber, Table
from qwen_finder.core.switching import SwitchCost, SwitchStatus

SWITCH = Table(
    SwitchStatus,
    "the switch",
    {
        "target": str, "state": str, "done": int, "total": int, "eta_s": OptionalNumber, "message": str,
        "hint": str, "previous": str,
    },
    done=0,
    total=0,
    message="",
    hint="",
    previous="",
)  # fmt: skip
_COST = Table(
    SwitchCost,
    "the cost of the switch",
    {"files": int, "chunks": int, "seconds": OptionalNumber, "bytes": int, "free_bytes": int},
)

switch_to_json, switch_from_json = SWITCH.to_json, SWITCH.from_json
cost_to_json, cost_from_json = _COST.to_json, _COST.from_json


def optional_switch_to_json(switch: SwitchStatus | None) -> dict[str, object]:
    return {"switch": switch and switch_to_json(switch)}


def optional_switch_from_json(value: object) -> SwitchStatus | None:
    """Raises WireError."""
    switch = Fields(value, "the answer").optional_inner("switch")
    return None if switch is None else SWITCH.read(switch)
