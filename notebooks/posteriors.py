"""The posteriors of a table's arms, computed a second time from its evidence: dense matrices, no elimination.

The formulas are those of docs/statistics.md, "Reliability, quality, value" and "Priors". merit itself solves the same
equations by eliminating one nested effect after the other (src/stats/mixed_logit); here every effect is a column.
"""

from __future__ import annotations

import fnmatch
from typing import NamedTuple

import numpy as np
import polars as pl

PRIOR_STRENGTH = (2.0, 500.0)
DECLARED_SHIFT = 0.2
SEGMENT = ["role", "task_category", "task_difficulty"]
ARM = [*SEGMENT, "arm"]


class Beta(NamedTuple):
    """A Beta distribution."""

    alpha: float
    beta: float

    @property
    def strength(self) -> float:
        return self.alpha + self.beta

    @property
    def mean(self) -> float:
        return self.alpha / self.strength

    @property
    def variance(self) -> float:
        return self.mean * (1 - self.mean) / (self.strength + 1)

    @classmethod
    def of_moments(cls, mean: float, variance: float) -> Beta:
        """The Beta distribution with this mean and variance."""
        strength = mean * (1 - mean) / variance - 1
        return cls(mean * strength, (1 - mean) * strength)

    def times(self, other: Beta) -> Beta:
        """The product of two independent ones, matched by its moments (Goodman 1960)."""
        x, y = self.mean, other.mean
        variance = y**2 * self.variance + x**2 * other.variance + self.variance * other.variance
        return Beta.of_moments(x * y, variance)


class Posterior(NamedTuple):
    """What is believed of one figure of an arm."""

    prior: Beta
    evidence: Beta
    posterior: Beta


def expit(x):
    """1 / (1 + e⁻ˣ)."""
    return 1 / (1 + np.exp(-x))


def beta_of_logit(mean: float, variance: float) -> Beta:
    """The Beta distribution with the moments of expit(X), X ~ Normal(mean, variance), its strength kept in bounds."""
    z = np.linspace(-12, 12, 4001)
    density = np.exp(-(z**2) / 2)
    density /= density.sum()
    p = expit(mean + np.sqrt(variance) * z)
    expected = density @ p
    spread = density @ (p - expected) ** 2
    strength = np.clip(expected * (1 - expected) / spread - 1, *PRIOR_STRENGTH)
    return Beta(expected * strength, (1 - expected) * strength)


def dispersions(cells: pl.DataFrame) -> dict[str, float]:
    """φ of each model: how much less than a coin toss its scores vary, drawn towards that of all models."""
    mean = (pl.col("quality_sum") / pl.col("scored_strength")).clip(0, 1)
    weight = pl.col("scored_strength_squared") / pl.col("scored_strength")
    squares = (
        cells.filter((pl.col("n_scored") >= 2) & (pl.col("scored_strength") > weight))
        .with_columns(mean=mean, freedom=pl.col("scored_strength") - weight)
        .group_by("arm")
        .agg(
            within=(pl.col("quality_square_sum") - pl.col("quality_sum") * pl.col("mean")).clip(0).sum(),
            binomial=(pl.col("freedom") * pl.col("mean") * (1 - pl.col("mean"))).sum(),
            freedom=pl.col("freedom").sum(),
        )
    )
    within, binomial, freedom = (squares[name].sum() for name in ("within", "binomial", "freedom"))
    if binomial <= 1e-12:
        return dict.fromkeys(cells["arm"].unique().to_list(), 1.0)
    usual = 20 * binomial / freedom
    towards = usual * np.clip(within / binomial, 0.05, 1)
    own = {row["arm"]: (row["within"], row["binomial"]) for row in squares.to_dicts()}
    found = {}
    for arm in cells["arm"].unique():
        of_within, of_binomial = own.get(arm, (0.0, 0.0))
        found[arm] = float(np.clip((of_within + towards) / (of_binomial + usual), 0.05, 1))
    return found


class Fit:
    """logit μ = g + category + difficulty + role + source + judge + a(model) + d(model, category) + e(arm).

    Penalised quasi-likelihood (Breslow & Clayton 1993), variances by Schall's fixed point (1991).
    """

    def __init__(self, cells: pl.DataFrame, arms: pl.DataFrame, expected: dict[tuple[str, str], float]) -> None:
        """Fits groups of `strength` and `sum` in `cells`; `arms` names every arm there is."""
        baseline = usual_source(cells)
        judges = sorted(cells["judge"].unique()) if cells["judge"].n_unique() > 1 else []
        blocks = {
            "g": [()],
            "category": sorted({(name,) for name in arms["task_category"]}),
            "difficulty": sorted({(name,) for name in arms["task_difficulty"]}),
            "role": sorted({(name,) for name in arms["role"]}),
            "source": sorted({(name,) for name in cells["source"]} - {(baseline,)}),
            "judge": [(name,) for name in judges],
            "model": sorted({(name,) for name in arms["arm"]}),
            "interaction": sorted(set(arms.select("arm", "task_category").iter_rows())),
            "arm": sorted(set(arms.select(ARM).iter_rows())),
        }
        self.column = {(block, level): 0 for block, levels in blocks.items() for level in levels}
        self.column = {key: place for place, key in enumerate(self.column)}
        self.block = {name: [self.column[name, level] for level in levels] for name, levels in blocks.items()}
        self.mean = np.zeros(len(self.column))
        for pair, shift in expected.items():
            if ("interaction", pair) in self.column:
                self.mean[self.column["interaction", pair]] = shift
        # A variance a block: given for g and the source, the others estimated with a weak prior of one level.
        self.variances = {"g": 100.0, "source": 1.0}
        weak = {"category": 0.1, "difficulty": 0.1, "role": 0.1, "judge": 0.1}
        weak |= {"model": 0.5, "interaction": 0.05, "arm": 0.05}
        self.variances |= dict.fromkeys(weak, 0.1)

        rows = cells.sort(["arm", *SEGMENT, "source", "judge"]).to_dicts()
        rows.sort(key=lambda row: (self.arm_of(row), row["source"] != baseline, row["source"], row["judge"]))
        self.design = np.zeros((len(rows), len(self.column)))
        for place, row in enumerate(rows):
            self.design[place, self.columns(row)] = 1
        self.strength = np.array([row["strength"] for row in rows])
        self.sum = np.clip([row["sum"] for row in rows], 0, self.strength)
        self.rows_of: dict[tuple, list[int]] = {}
        for place, row in enumerate(rows):
            self.rows_of.setdefault(self.arm_of(row), []).append(place)

        self.effect = np.zeros(len(self.column))
        share = (self.sum.sum() + 0.5) / (self.strength.sum() + 1)
        self.effect[0] = np.log(share / (1 - share))
        for _ in range(40):
            moved = self.solve()
            changed = self.update_variances(weak)
            if moved < 2e-3 and changed < 2e-3:
                break
        self.solve()

    @staticmethod
    def arm_of(row: dict) -> tuple:
        return tuple(row[name] for name in ARM)

    def columns(self, row: dict, *, residual: bool = True) -> list[int]:
        """The columns that are 1 for a cell or an arm, with or without that of its own residual."""
        keys = [("g", ()), ("category", (row["task_category"],)), ("difficulty", (row["task_difficulty"],))]
        keys += [("role", (row["role"],)), ("source", (row.get("source"),)), ("judge", (row.get("judge"),))]
        keys += [("model", (row["arm"],)), ("interaction", (row["arm"], row["task_category"]))]
        if residual:
            keys += [("arm", self.arm_of(row))]
        return [self.column[key] for key in keys if key in self.column]

    def prior_variance(self) -> np.ndarray:
        variance = np.empty(len(self.column))
        for name, places in self.block.items():
            variance[places] = self.variances[name]
        # A declared assignment widens the prior by its own square.
        return variance + self.mean**2

    def solve(self) -> float:
        """One step of weighted least squares on the working response; how far a logit moved at most."""
        logit = np.clip(self.design @ self.effect, -12, 12)
        share = expit(logit)
        self.weight = self.strength * share * (1 - share)
        self.response = self.weight * logit + self.sum - self.strength * share
        precision = 1 / self.prior_variance()
        self.covariance = np.linalg.inv(self.design.T @ (self.weight[:, None] * self.design) + np.diag(precision))
        target = self.covariance @ (self.design.T @ self.response + precision * self.mean)
        furthest = np.abs(self.design @ (target - self.effect)).max()
        self.effect = self.effect + min(1, 1 / max(furthest, 1e-300)) * (target - self.effect)
        return furthest

    def update_variances(self, weak: dict[str, float]) -> float:
        """σ² = (Σ(û − prior mean)² + weak prior) / (Σ(1 − Var(u)/σ²) + 1); the largest relative change."""
        unknown = np.diag(self.covariance) / self.prior_variance()
        residual = self.variances["arm"]
        # Where an arm has several judges, merit takes its place among the factors from the first of them.
        own = [self.column["arm", arm] for arm in self.rows_of]
        places = self.design[[rows[0] for rows in self.rows_of.values()]].copy()
        places[np.arange(len(own)), own] = 0
        weight = np.array([self.weight[rows].sum() for rows in self.rows_of.values()])
        share = 1 / (1 + residual * weight)
        above = ((places @ self.covariance) * places).sum(axis=1)
        unknown[own] = share + (share * weight) ** 2 * residual * above
        changed = 0.0
        for name, prior in weak.items():
            places = self.block[name]
            squares = ((self.effect[places] - self.mean[places]) ** 2).sum()
            levels = max(len(places) - unknown[places].sum(), 0)
            estimate = float(np.clip((squares + prior) / (levels + 1), 1e-4, 9))
            changed = max(changed, abs(estimate / self.variances[name] - 1))
            self.variances[name] = estimate
        return changed

    def expectation(self, arm: dict, mixture: dict[str, float]) -> tuple[Beta, float]:
        """The prior of an arm, its own evidence left out; and its logit with it, by the usual mixture of judges."""
        wanted = np.zeros(len(self.column))
        wanted[self.columns(arm | {"source": None, "judge": None}, residual=False)] = 1
        for judge, share in mixture.items():
            wanted[self.column["judge", (judge,)]] += share
        level = wanted @ self.effect
        rows = self.rows_of.get(self.arm_of(arm))
        if not rows:
            return beta_of_logit(level, wanted @ self.covariance @ wanted + self.variances["arm"]), level
        total = self.weight[rows].sum()
        own = self.weight[rows] @ self.design[rows] / total
        own[self.column["arm", self.arm_of(arm)]] = 0
        weight = total / (1 + self.variances["arm"] * total)
        mean, variance = own @ self.effect, own @ self.covariance @ own
        # The cavity: the normal density of the own evidence divided out.
        left = max(1 - weight * variance, 1e-6)
        mean = (mean - weight * variance * self.response[rows].sum() / total) / left
        way = wanted - own
        mean += way @ self.effect
        variance = variance / left + way @ self.covariance @ way + self.variances["arm"]
        return beta_of_logit(mean, variance), level


def updated(prior: Beta, cells: list[tuple[float, float, float, float]]) -> Posterior:
    """The posterior of today's level from cells of (sum, strength, squared strength, dispersion)."""
    cells = [cell for cell in cells if cell[1] > 0]
    if not cells:
        return Posterior(prior, Beta(0.0, 0.0), Beta(max(prior.alpha, 0.5), max(prior.beta, 0.5)))
    strength = sum(w / phi for _, w, _, phi in cells)
    total = sum(s / phi for s, _, _, phi in cells)
    calls = sum(min(w**2 / squared, 2 * w) / phi for _, w, squared, phi in cells)
    kappa = prior.strength
    drift = max(1 / strength - 1 / calls, 0)
    drift /= np.sqrt(1 + (kappa * drift) ** 2)  # never more than the spread that the prior knows
    together = 1 / (1 / (kappa + calls) + drift)
    left = max(together - strength, 0) / kappa
    kept = Beta(max(left * prior.alpha, 0.5), max(left * prior.beta, 0.5))
    evidence = Beta(total, strength - total)
    return Posterior(kept, evidence, Beta(kept.alpha + evidence.alpha, kept.beta + evidence.beta))


def posteriors(
    evidence: pl.DataFrame, asked: list[tuple[str, str, str, str]], declared: list[dict[str, str]]
) -> dict[tuple, dict[str, Posterior]]:
    """Success and quality of every arm asked for: (role, category, difficulty, arm) → figure → posterior.

    `evidence` is a table's arms-*.parquet, `declared` its `settings.policy.declared_assignments`.
    """
    arms = evidence.select(ARM).unique(maintain_order=True)
    phi = dispersions(evidence)
    expected = {
        (arm, category): DECLARED_SHIFT
        for arm, category in arms.select("arm", "task_category").unique().iter_rows()
        if any(rule["category"] == category and matches(rule["model"], arm) for rule in declared)
    }
    figures = {
        "success": ("success_strength", "strength", "strength_squared", False),
        "quality": ("quality_sum", "scored_strength", "scored_strength_squared", True),
    }
    found: dict[tuple, dict[str, Posterior]] = {arm: {} for arm in asked}
    for figure, (sum_of, strength, squared, judged) in figures.items():
        cells = evidence.filter(pl.col(strength) > 0)
        if cells.is_empty():  # a log without a score
            flat = Beta(1.0, 1.0)
            for key in asked:
                found[key][figure] = Posterior(flat, Beta(0.0, 0.0), flat)
            continue
        factor = pl.col("arm").replace_strict(phi, return_dtype=pl.Float64) if judged else pl.lit(1.0)
        # The fit counts the calls whose noise a decayed mean has.
        calls = pl.min_horizontal(pl.col(strength) ** 2 / pl.col(squared), 2 * pl.col(strength)) / factor
        groups = cells.select(
            *ARM,
            "source",
            judge=pl.col("judge") if judged else pl.lit(""),
            strength=calls,
            sum=calls * pl.col(sum_of) / pl.col(strength),
        )
        fit = Fit(groups, arms, expected)
        judges = [level[0] for block, level in fit.column if block == "judge"]
        usual = cells.filter(pl.col("source") == usual_source(cells))
        total = usual[strength].sum()
        mixture = {judge: usual.filter(pl.col("judge") == judge)[strength].sum() / total for judge in judges}
        centre = sum(share * fit.effect[fit.column["judge", (judge,)]] for judge, share in mixture.items())
        cells_of: dict[tuple, list[dict]] = {}
        for cell in cells.to_dicts():
            cells_of.setdefault(Fit.arm_of(cell), []).append(cell)
        for key in asked:
            arm = dict(zip(ARM, key, strict=True))
            prior, level = fit.expectation(arm, mixture)
            sums = []
            for cell in cells_of.get(key, []):
                offset = 0.0
                if ("source", (cell["source"],)) in fit.column:
                    offset += fit.effect[fit.column["source", (cell["source"],)]]
                if judged and cell["judge"] in judges:
                    offset += fit.effect[fit.column["judge", (cell["judge"],)]] - centre
                added = expit(level + offset) - expit(level)
                moved = np.clip(cell[sum_of] - cell[strength] * added, 0, cell[strength])
                sums.append((moved, cell[strength], cell[squared], phi[arm["arm"]] if judged else 1.0))
            found[key][figure] = updated(prior, sums)
    return found


def usual_source(cells: pl.DataFrame) -> str:
    """The source whose level counts: production, or in a log without it the first by name."""
    return "production" if (cells["source"] == "production").any() else cells["source"].min()


def matches(pattern: str, text: str) -> bool:
    """Whether a text matches a pattern in which * alone is special."""
    return fnmatch.fnmatchcase(text, pattern.replace("[", "[[]").replace("?", "[?]"))
