"""The customer database: a folder of tables, or an Ibis connection → validated, as of a day, in SQL."""

from crmlib.database.customer_database import Company, CustomerDatabase, open_database
from crmlib.database.faults import FaultReport
from crmlib.database.loading import check_folder

__all__ = ["Company", "CustomerDatabase", "FaultReport", "check_folder", "open_database"]
