"""Which customers a chapter is about: all, persons only, or enterprise accounts only."""

from crmlib.errors import CrmError, MissingTable

KINDS = ("all", "person", "enterprise")


def only(db, customers="all"):
    """Narrow a customer database to one kind of customer.

    Parameters: db - a CustomerDatabase; customers - "all", "person" or "enterprise" (column `kind` of `customers`).
    Returns: the database itself for "all", else an object with the same tables that holds only those customers.
    Raises: CrmError for another word or when no such customer is known; MissingTable when there is no table
    `customers`.
    """
    if customers not in KINDS:
        raise CrmError(f"customers = {customers!r} is not one of {', '.join(KINDS)}.")
    if customers == "all":
        return db
    if not db.has("customers"):
        raise MissingTable(
            f"customers = {customers!r} needs the table 'customers' with the column 'kind'; "
            "these data have none: set customers = 'all'."
        )
    return ChosenCustomers(db, customers)


class ChosenCustomers:
    """A customer database seen through one kind of customer; made by `only`."""

    def __init__(self, db, kind):
        self._db = db
        self.kind = kind
        everyone = db.customers
        self._ids = everyone.loc[everyone["kind"] == kind, "customer_id"]
        if self._ids.empty:
            raise CrmError(f"No customer of the kind {kind!r} is known on {db.as_of:%Y-%m-%d}.")
        self._frames = {}

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        value = getattr(self._db, name)
        if "customer_id" not in getattr(value, "columns", ()):
            return value
        if name not in self._frames:
            self._frames[name] = value[value["customer_id"].isin(self._ids)].reset_index(drop=True)
        return self._frames[name]

    def table(self, name):
        """The Ibis table of these customers."""
        table = self._db.table(name)
        if "customer_id" not in table.columns:
            return table
        everyone = self._db.table("customers")
        chosen = everyone.filter(everyone.kind == self.kind).select("customer_id")
        return table.semi_join(chosen, "customer_id")

    def at(self, date):
        """The same customers, as known on an earlier day."""
        return ChosenCustomers(self._db.at(date), self.kind)
