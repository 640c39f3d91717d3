"""Record linkage at 10⁵ registrations: crmlib beside recordlinkage, and blocking beside all pairs on a sample.

Registrations are the teaching company's, with new names and numbers for each copy, so that true pairs are known. Each
contender cleans nothing, compares the same fields by the same rules, and fits its own weights.

    python benchmarks/record_linkage.py [--size 1e5] [--sample 3000]
"""

import argparse
import time

import numpy as np
import pandas as pd

import crmlib
from crmlib import information
from crmlib.information import matching


def registrations(size):
    """Cleaned registrations of so many rows, with who stands behind each as `owner`."""
    folder = crmlib.default_data()
    db = crmlib.open_database(folder)
    rows = information.clean(information.registrations(db), information.pinyin_of(db.customers["name"]))
    truth = pd.read_csv(folder / "truth" / "registrations.csv")
    rows = rows.merge(truth, on=["source", "row"]).dropna(subset=["name", "customer_id"])
    draw, parts = np.random.RandomState(1), []
    given = rows["name"].str.split().str[-1]
    for copy in range(int(np.ceil(size / len(rows)))):
        part = rows.assign(owner=rows["customer_id"] + f"/{copy}")
        if copy:  # other people: digits and given names are exchanged alike in all rows of a copy
            digits = str.maketrans("23456789", "".join(draw.permutation(list("23456789"))))
            other = dict(zip(sorted(given.unique()), draw.permutation(sorted(given.unique())), strict=True))
            name = rows["name"].str.split().str[0] + " " + given.map(other)
            part = part.assign(name=name, phone=rows["phone"].str.translate(digits), email=f"{copy}" + rows["email"])
        parts.append(part)
    return pd.concat(parts, ignore_index=True).head(int(size))


def f1(rows, linked):
    """F1 of linked pairs against the owners."""
    owner = pd.factorize(rows["owner"])[0]
    right = (owner[linked["first"]] == owner[linked["second"]]).sum()
    size = np.bincount(owner)
    return 2 * right / (len(linked) + (size * (size - 1) // 2).sum())


def ours(rows):
    """crmlib: weights by EM within blocks, all candidate pairs weighed."""
    pairs = information.match(rows, information.agreement_weights(rows))
    return pairs[pairs["weight"] >= 11], len(pairs)


def recordlinkage_library(rows):
    """recordlinkage 0.14: blocks on the same keys, compares the same fields, ECM."""
    import jellyfish
    import recordlinkage

    jellyfish.jaro_winkler = jellyfish.jaro_winkler_similarity  # as jellyfish called it when recordlinkage was made
    indexer = recordlinkage.Index()
    for key in matching.KEYS:
        indexer.block(key)
    pairs = indexer.index(rows)
    compare = recordlinkage.Compare()
    for field, (method, least) in {"name": ("jarowinkler", 0.92), "phone": ("damerau_levenshtein", 0.9)}.items():
        compare.string(field, field, method=method, threshold=least, label=field)
    compare.string("email", "email", method="jarowinkler", threshold=0.985, label="email")
    compare.exact("birth", "birth", label="birth")
    compare.string("city", "city", method="jarowinkler", threshold=0.9, label="city")
    linked = recordlinkage.ECMClassifier().fit_predict(compare.compute(pairs, rows))
    return pd.DataFrame({"first": linked.get_level_values(0), "second": linked.get_level_values(1)}), len(pairs)


def all_pairs(rows):
    """crmlib's weights, but every pair of a sample compared: what blocking loses, and what it saves."""
    weights = information.agreement_weights(rows)
    first, second = np.triu_indices(len(rows), 1)
    pairs = pd.DataFrame({"first": first, "second": second})
    agree = matching.agreements(rows, pairs, {field: matching.FIELDS[field] for field in weights.index})
    total = (agree * weights["agrees"] + (1 - agree) * weights["differs"]).sum(axis=1)
    return pairs[total >= 11], len(pairs)


def line(name, work, rows):
    started = time.perf_counter()
    linked, compared = work(rows)
    seconds = time.perf_counter() - started
    print(f"{name:34}{len(rows):>10,}{compared:>14,}{seconds:>10.1f}{f1(rows, linked):>8.3f}", flush=True)
    return seconds


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=float, default=1e5)
    parser.add_argument("--sample", type=int, default=3000)
    choice = parser.parse_args()
    rows = registrations(choice.size)
    sample = rows.head(choice.sample)
    print(f"{'contender':34}{'rows':>10}{'pairs':>14}{'seconds':>10}{'F1':>8}")
    seconds = line("crmlib", ours, rows)
    line("recordlinkage", recordlinkage_library, rows)
    line("crmlib, sample", ours, sample)
    line("crmlib, all pairs of the sample", all_pairs, sample)
    print(f"\n{len(rows):,} registrations in {seconds:.1f} seconds (target: minutes, two cores)")


if __name__ == "__main__":
    main()
