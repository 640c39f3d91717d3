"""The data dictionary: one pandera schema a table, each column with type, unit, range, meaning and Chinese term.

``SCHEMAS`` maps a table's name to a ``pandera.pandas.DataFrameSchema``; ``crmlib.tables.columns`` says what
its metadata hold.
"""

from __future__ import annotations

from crmlib.tables import communication, customers, loyalty, surveys, trade
from crmlib.tables.truth import TRUTH

__all__ = ["SCHEMAS", "TRUTH"]

SCHEMAS = {
    schema.name: schema
    for schema in (
        customers.company,
        customers.customers,
        customers.accounts,
        customers.registrations_web,
        customers.registrations_store,
        customers.registrations_callcentre,
        customers.registrations_fair,
        trade.products,
        communication.campaigns,
        trade.orders,
        trade.cost_to_serve,
        trade.subscriptions,
        trade.contract_snapshot,
        communication.contacts,
        communication.campaign_members,
        communication.complaints,
        communication.call_log,
        surveys.survey_invitations,
        surveys.survey,
        surveys.kano_survey,
        surveys.service_ratings,
        surveys.competitor_ratings,
        loyalty.loyalty_ledger,
        loyalty.referrals,
        loyalty.exit_interviews,
        loyalty.retention_trial,
        loyalty.winback_trial,
    )
}
"""All tables of the customer database by name; a table stands before those that refer to it."""
