"""Scores of recency, frequency and money spent: RFM."""

from crmlib.errors import CrmError, DataFault


def rfm_scores(rfm, scores=5):
    """Score customers from 1 (worst) to 5 (best) on recency, frequency and monetary value, by rank.

    Score = 1 + ⌊5 · (how many are worse) / n⌋; of two customers the one with fewer days of recency is the better.
    So equal values get equal scores, and scores are not equally many where values are.
    Parameters: rfm - columns recency (days), frequency (purchase days), monetary (money); scores - how many, from 2.
    Returns: DataFrame, same index and columns, whole numbers. Errors: CrmError for a number of scores that is none;
    DataFault for missing values.
    """
    if isinstance(scores, bool) or not isinstance(scores, int) or scores < 2:
        raise CrmError(f"scores is a whole number from 2 on, as 5; this is not one: {scores!r}.")
    if gaps := int(rfm.isna().any(axis=1).sum()):
        raise DataFault(f"{gaps:,} of {len(rfm):,} customers lack recency, frequency or monetary: leave them out.")
    better = rfm[["recency", "frequency", "monetary"]].assign(recency=-rfm["recency"])
    worse = better.rank(method="min") - 1
    return (1 + scores * worse // len(rfm)).astype("int64")
