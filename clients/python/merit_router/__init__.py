"""Loads merit's routing table and chooses a model for a task.

All mathematics was done when the table was built; what is left is a look-up and one draw. So this package has no
dependency, and every client in every language makes the same choice from the same table, request and number in [0, 1).

The way through: bytes → ``table`` (read, check) → ``Router`` (index) → ``choose`` (one draw) → ``Answer``. Around it:
``LiveRouter`` follows the table's file, ``Executor`` calls models with fallbacks, ``CallLog`` writes what merit learns
from, and ``merit_router.litellm`` does both for LiteLLM.

    router = Router.load("routing-table.json")
    answer = router.choose(Request("executor", "debugging", "advanced", task_id="task-17"))
"""

from .answer import Answer, Arm, Context, Expected
from .call_log import CallLog, LogSettings
from .call_record import CallRecord
from .calls import Attempt, AttemptLog, AttemptRecord, Reply, Usage
from .choose import Share, choose, distribution
from .cool_down import CoolDowns, CoolDownSettings
from .errors import (
    AllExcludedError,
    CallError,
    ChooseError,
    ExecuteError,
    LoadError,
    LogError,
    MeritRouterError,
    OlderTableError,
)
from .execute import AttemptReport, Execution, ExecutionSettings, Executor, Host
from .failure import call_error
from .live import LiveRouter
from .request import Request
from .router import Router
from .table import Table
from .task_hash import uniform

__all__ = [
    "AllExcludedError",
    "Answer",
    "Arm",
    "Attempt",
    "AttemptLog",
    "AttemptRecord",
    "AttemptReport",
    "CallError",
    "CallLog",
    "CallRecord",
    "ChooseError",
    "Context",
    "CoolDownSettings",
    "CoolDowns",
    "ExecuteError",
    "Execution",
    "ExecutionSettings",
    "Executor",
    "Expected",
    "Host",
    "LiveRouter",
    "LoadError",
    "LogError",
    "LogSettings",
    "MeritRouterError",
    "OlderTableError",
    "Reply",
    "Request",
    "Router",
    "Share",
    "Table",
    "Usage",
    "call_error",
    "choose",
    "distribution",
    "uniform",
]
