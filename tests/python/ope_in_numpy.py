"""Off-policy estimates by the formulas of the Open Bandit Pipeline (obp 0.5.7), for comparison with merit's.

Reads JSON from stdin: reward, action, pscore (one number a draw), action_dist and q_hat (a list a draw, one number a
model), threshold (tau of Switch-DR), shrinkage (lambda of DRos). Prints the estimates as JSON. Where the package obp can
be imported, its own estimators are used instead of their formulas; `by` says which.
"""

import json
import sys

import numpy


def by_formula(data: dict) -> dict:
    reward, action, pscore = (numpy.array(data[name]) for name in ("reward", "action", "pscore"))
    action_dist, q_hat = numpy.array(data["action_dist"]), numpy.array(data["q_hat"])
    draws = numpy.arange(len(reward))
    weight = action_dist[draws, action] / pscore
    expected = numpy.average(q_hat, weights=action_dist, axis=1)
    residual = reward - q_hat[draws, action]
    threshold, shrinkage = data["threshold"], data["shrinkage"]
    return {
        "ipw": (weight * reward).mean(),
        "snipw": (weight * reward / weight.mean()).mean(),
        "dm": expected.mean(),
        "dr": (expected + weight * residual).mean(),
        "switch_dr": (expected + (weight <= threshold) * weight * residual).mean(),
        "dros": (expected + shrinkage * weight / (weight**2 + shrinkage) * residual).mean(),
        "by": "numpy",
    }


def by_package(data: dict) -> dict:
    from obp import __version__, ope

    reward, action, pscore = (numpy.array(data[name]) for name in ("reward", "action", "pscore"))
    given = {
        "reward": reward,
        "action": action,
        "pscore": pscore,
        "action_dist": numpy.array(data["action_dist"])[:, :, None],
        "estimated_rewards_by_reg_model": numpy.array(data["q_hat"])[:, :, None],
        "position": numpy.zeros(len(reward), dtype=int),
    }
    estimators = {
        "ipw": ope.InverseProbabilityWeighting(),
        "snipw": ope.SelfNormalizedInverseProbabilityWeighting(),
        "dm": ope.DirectMethod(),
        "dr": ope.DoublyRobust(),
        "switch_dr": ope.SwitchDoublyRobust(lambda_=data["threshold"]),
        "dros": ope.DoublyRobustWithShrinkage(lambda_=data["shrinkage"]),
    }
    estimates = {name: estimator.estimate_policy_value(**given) for name, estimator in estimators.items()}
    return estimates | {"by": f"obp {__version__}"}


if __name__ == "__main__":
    given = json.load(sys.stdin)
    try:
        found = by_package(given)
    except ImportError:
        found = by_formula(given)
    json.dump(found, sys.stdout, indent=2)
    print()
