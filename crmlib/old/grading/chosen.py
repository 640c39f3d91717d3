"""Which customers a chapter is about: all, persons only, or enterprise accounts only."""


def only(db, customers="all"):
    """Narrow a customer database to one kind of customer.

    Parameters: db - a CustomerDatabase; customers - "all", "person" or "enterprise" (column `kind` of `customers`).
    Returns: a CustomerDatabase. Raises: as `CustomerDatabase.only`.
    """
    return db.only(customers=customers)
