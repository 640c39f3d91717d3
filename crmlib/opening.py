"""What the cell that opens a chapter's database sets up; every room offers it as its `begin`."""

from crmlib import boundary, exercises
from crmlib.figures import house, tables


def begin(db):
    """Begin a chapter on a database.

    From now on its exercises ask about these data, a cell that they cannot carry says so in a sentence, and figures and
    tables have the house's style and the company's currency.
    Parameters: db - a customer database. Returns: None.
    """
    boundary.begin()
    exercises.use(db)
    house.use_house_style()
    tables.UNITS["money"] = db.company.currency
