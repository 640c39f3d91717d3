"""What was known of customers on a day, and whether they recommended somebody afterwards."""

from __future__ import annotations

import pandas as pd


def known(db, day):
    """Tell what was known on a day of the persons who had bought in the year before, and who recommended later.

    Parameters: db - customer database (orders, customers, referrals); day - on which the features end.
    Returns: DataFrame, index customer_id: purchases (days of the year before), friends (recommended by then),
    lately (minus the days since the last purchase), recommends (yes/no: in the year after the day recommended somebody
    who bought). Errors: MissingTable; TooFew for a day before the first order.
    """
    then = db.at(day)
    features = then.sql(f"""
        with days as (select customer_id, order_date from orders group by all having sum(amount) > 0),
        brought as (select referrer_id as customer_id, count(*) as told from referrals group by all)
        select customer_id, count(*) as purchases, coalesce(any_value(told), 0) as friends,
            -min(date '{then.as_of:%Y-%m-%d}' - cast(order_date as date)) as lately
        from days join customers using (customer_id) left join brought using (customer_id)
        where kind = 'person' and order_date > date '{then.as_of:%Y-%m-%d}' - interval 1 year
        group by customer_id order by customer_id
    """).set_index("customer_id")
    friends = db.referrals[db.referrals["first_order_on"].notna()]
    year = friends["referred_on"].between(then.as_of + pd.Timedelta(days=1), then.as_of + pd.DateOffset(years=1))
    return features.assign(recommends=features.index.isin(friends.loc[year, "referrer_id"]))
