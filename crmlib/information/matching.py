"""Which rows are the same customer: agreement weights after Fellegi & Sunter (1969), estimated by EM."""

import numpy as np
import pandas as pd
from rapidfuzz import process
from rapidfuzz.distance import OSA, JaroWinkler

from crmlib.errors import CrmError, NotConverged
from crmlib.estimate import enough, random_state

# Two values of a field agree from this similarity on; where there is none they are alike or not.
FIELDS = {
    "name": (JaroWinkler.normalized_similarity, 0.92),
    "phone": (OSA.normalized_similarity, 0.90),
    "email": (JaroWinkler.normalized_similarity, 0.985),
    "birth": None,
    "city": (JaroWinkler.normalized_similarity, 0.90),
}
KEYS = ("phone", "email", "name")
FEWEST_ROWS, FEWEST_PAIRS = 30, 10
STRANGERS = 500_000
AT_MOST = 1 - 1e-4
COMMONEST = 200
NEVER = -100.0


def candidate_pairs(rows, keys=KEYS, commonest=COMMONEST):
    """Pair rows that have the same value in one of the keys, instead of all with all (blocking).

    Parameters: rows - DataFrame with the keys as columns; keys - columns, or lists of columns that must all be the
    same; commonest - a value that more
    rows than this have says too little, and makes no pairs.
    Returns: DataFrame, one row a pair, sorted: first, second (places of rows, first < second).
    """
    found = []
    for key in keys:
        key = [key] if isinstance(key, str) else list(key)
        block = rows[key].assign(place=np.arange(len(rows))).dropna()
        block = block[block.groupby(key)["place"].transform("size") <= commonest]
        both = block.merge(block, on=key, suffixes=("_a", "_b"))
        both = both[both["place_a"] < both["place_b"]]
        found.append(both["place_a"].to_numpy() * len(rows) + both["place_b"].to_numpy())
    first, second = np.divmod(np.unique(np.concatenate(found).astype("int64")), max(len(rows), 1))
    return pd.DataFrame({"first": first, "second": second})


def agreements(rows, pairs, fields=FIELDS):
    """Tell for each pair and field whether its two values agree: 1, 0, or missing where one of them is.

    Parameters: rows - cleaned registrations; pairs - first, second; fields - field → (similarity, from which on), or
    None for exactly alike. Returns: DataFrame of floats, rows as pairs, a column a field.
    """
    table = {}
    for field, alike in fields.items():
        values = rows[field].to_numpy(dtype=object)
        one, other = values[pairs["first"]], values[pairs["second"]]
        known = pd.notna(one) & pd.notna(other)
        agree = np.full(len(pairs), np.nan)
        if alike is None:
            agree[known] = one[known] == other[known]
        elif known.any():
            agree[known] = process.cpdist(one[known], other[known], scorer=alike[0]) >= alike[1]
        table[field] = agree
    return pd.DataFrame(table, index=pairs.index)


def expectation_maximisation(agree, u=None, steps=2000):
    """Estimate from unlabelled pairs how often matches (m) and others (u) agree, and the share of matches.

    E: w = p Π mᵏ / (p Π mᵏ + (1 − p) Π uᵏ) for each pattern k of agreements; M: m, u and p are means weighted by w.
    What is missing says nothing. Parameters: agree - as from `agreements`; u - Series, where it is known already.
    Returns: DataFrame (index: field; m, u) and p. Errors: NotConverged. Source: Fellegi & Sunter (1969).
    """
    given = agree.to_numpy(dtype=float)
    patterns, n = np.unique(np.nan_to_num(given, nan=-1), axis=0, return_counts=True)
    yes, no = patterns == 1, patterns == 0
    m, p = np.full(given.shape[1], 0.9), 0.5
    stranger = np.full(given.shape[1], 0.1) if u is None else u[agree.columns].to_numpy(dtype=float)
    for _ in range(steps):
        odds = yes @ np.log(stranger / m) + no @ np.log((1 - stranger) / (1 - m))
        w = 1 / (1 + (1 - p) / p * np.exp(np.clip(odds, -500, 500)))
        before = np.r_[m, stranger, p]
        m = _share(n * w, yes, no)
        stranger = _share(n * (1 - w), yes, no) if u is None else stranger
        p = np.clip((n * w).sum() / n.sum(), 1e-6, 1 - 1e-6)
        if np.abs(np.r_[m, stranger, p] - before).max() < 1e-9:
            return pd.DataFrame({"m": m, "u": stranger}, index=agree.columns.rename("field")), float(p)
    raise NotConverged("No stable estimate of how often matches agree was found: take other fields or more rows.")


def agreement_weights(rows, fields=FIELDS, keys=KEYS, seed=2026):
    """Estimate what each field's agreement and disagreement are worth, without a single settled pair.

    u: share that agrees among pairs drawn by lot, nearly all of them strangers. m: by EM among the pairs of one key,
    for the other fields, and the mean over the keys. Weights in bits: log₂ m/u, and log₂ (1 − m)/(1 − u).
    Parameters: rows - cleaned registrations; fields, keys - as in `agreements` and `candidate_pairs`.
    Returns: DataFrame, index field: m, u, agrees, differs. Errors: TooFew; NotConverged where a field does not tell
    matches from strangers.
    """
    enough(rows, FEWEST_ROWS, "registrations that name somebody")
    fields = {field: alike for field, alike in fields.items() if rows[field].notna().any()}
    drawn = random_state(seed).randint(0, len(rows), (STRANGERS, 2))
    drawn = pd.DataFrame(drawn[drawn[:, 0] != drawn[:, 1]], columns=["first", "second"])
    by_lot = agreements(rows, drawn, fields)
    u = (by_lot.sum() + 1) / (by_lot.count() + 2)
    found = []
    for key in keys:
        pairs = candidate_pairs(rows, [key])
        if len(pairs) >= FEWEST_PAIRS:
            agree = agreements(rows, pairs, {field: alike for field, alike in fields.items() if field != key})
            agree = agree.loc[:, agree.notna().any()]
            found.append(expectation_maximisation(agree, u)[0]["m"])
    enough(found, 1, "keys with ten pairs of registrations or more")
    m = pd.concat(found, axis=1).mean(axis=1).clip(1 - AT_MOST, AT_MOST).reindex(list(fields)).dropna()
    table = pd.DataFrame({"m": m, "u": u[m.index]}).rename_axis("field")
    if not (table["m"] > table["u"]).all():
        worst = (table["m"] - table["u"]).idxmin()
        raise NotConverged(
            f"Rows of one customer agree in {worst!r} no more often than strangers do: look at the rows."
        )
    return table.assign(agrees=np.log2(table["m"] / table["u"]), differs=np.log2((1 - table["m"]) / (1 - table["u"])))


def match(rows, weights, fields=FIELDS, keys=KEYS):
    """Weigh all candidate pairs: the bits in favour of one and the same customer.

    Parameters: rows - cleaned registrations; weights - as from `agreement_weights`; fields, keys - as there.
    Returns: DataFrame, one row a pair: first, second (places of rows), a column a field (1, 0 or missing), weight.
    """
    if missing := set(weights.index) - set(fields):
        raise CrmError(f"The weights name {', '.join(sorted(missing))}, which is none of the fields.")
    pairs = candidate_pairs(rows, keys)
    agree = agreements(rows, pairs, {field: fields[field] for field in weights.index})
    bits = agree * weights["agrees"] + (1 - agree) * weights["differs"]
    return pairs.join(agree).assign(weight=bits.sum(axis=1).round(6))


def same_customer(rows, linked):
    """Number the customers: rows that pairs link, directly or through others, are one.

    Parameters: rows - registrations; linked - pairs (first, second) that are taken for the same.
    Returns: Series of int "customer", index as rows; numbered in the order of each customer's first row.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    links = coo_array((np.ones(len(linked)), (linked["first"], linked["second"])), shape=(len(rows), len(rows)))
    part = connected_components(links, directed=False)[1] if len(rows) else np.array([], int)
    return pd.Series(pd.factorize(part)[0], rows.index, name="customer")


def settled_pairs(rows, pairs, checked):
    """Give the pairs that a clerk settled the weight that `match` gave them.

    Parameters: rows - registrations with source and row; pairs - as from `match`; checked - table checked_pairs.
    Returns: DataFrame, checked with the columns first, second (missing where a row was dropped) and weight (−100 where
    no key made them a pair, so that no threshold links them).
    """
    place = pd.Series(np.arange(len(rows)), pd.MultiIndex.from_frame(rows[["source", "row"]].astype({"row": "int64"})))
    ends = [place.reindex(list(zip(checked[f"source_{x}"], checked[f"row_{x}"], strict=True))) for x in "ab"]
    ends = np.sort(np.column_stack(ends), axis=1)
    table = checked.assign(first=ends[:, 0], second=ends[:, 1]).merge(
        pairs[["first", "second", "weight"]], on=["first", "second"], how="left"
    )
    return table.assign(weight=table["weight"].fillna(NEVER), same=table["same"].astype(bool))


def _share(weight, yes, no):
    """Weighted share of agreement of each field, kept off 0 and 1."""
    return np.clip(weight @ yes / np.maximum(weight @ (yes | no), 1e-12), 1e-6, 1 - 1e-6)
