"""Loads merit's routing table and chooses a model for a task.

>>> from merit_router import Request, Router
>>> router = Router.load("routing-table.json")  # doctest: +SKIP
>>> answer = router.choose(Request("executor", "debugging", "advanced", task_id="task-17"))  # doctest: +SKIP
"""

from .answer import Answer, Arm, Context, Expected
from .choose import Share, choose, distribution
from .errors import (
    AllExcludedError,
    ChooseError,
    LoadError,
    MeritRouterError,
)
from .request import Request
from .router import Router
from .table import Table
from .task_hash import uniform

__all__ = [
    "AllExcludedError",
    "Answer",
    "Arm",
    "ChooseError",
    "Context",
    "Expected",
    "LoadError",
    "MeritRouterError",
    "Request",
    "Router",
    "Share",
    "Table",
    "choose",
    "distribution",
    "uniform",
]
