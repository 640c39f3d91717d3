"""Who stays, who recommends, who leaves and who comes back: points, referrals, exits, trials."""

from __future__ import annotations

from crmlib.tables.columns import LEAVING_REASONS, TO_CUSTOMER, column, customer_column, scale_column, table

loyalty_ledger = table(
    "loyalty_ledger",
    "积分台账",
    "One row a movement of points.",
    {
        "entry_id": column("identifier", "流水编号", "The movement.", required=True),
        "customer_id": customer_column(),
        "entered_on": column("date", "日期", "Day.", required=True),
        "kind": column(
            "choice", "类型", "Kind of movement.", required=True, choices=["earned", "redeemed", "expired", "gift"]
        ),
        "points": column(
            "integer",
            "积分",
            "Points; negative when they leave the account.",
            unit="points",
            required=True,
            low=-10_000_000,
            high=10_000_000,
        ),
        "order_id": column("identifier", "订单编号", "Order that earned or used them, if any."),
        "tier": column("choice", "会员等级", "Tier after the movement.", choices=["bamboo", "silver", "gold"]),
        "year_spend": column(
            "number",
            "年度累计消费",
            "Purchases of the calendar year so far, returns not taken off; their total gives next year's tier.",
            unit="money",
        ),
    },
    key=["entry_id"],
    dated="entered_on",
    references=TO_CUSTOMER,
)

referrals = table(
    "referrals",
    "推荐",
    "One row a customer recommended by another.",
    {
        "referrer_id": column("identifier", "推荐人", "Who recommended.", required=True),
        "customer_id": customer_column(),
        "referred_on": column("date", "推荐日期", "Day of the recommendation.", required=True),
        "first_order_on": column("date", "首单日期", "Day of the first order that followed; empty: none (yet)."),
        "reward": column("number", "奖励", "Paid to the referrer after the first order.", unit="money", low=0),
    },
    key=["customer_id"],
    dated="referred_on",
    later={"first_order_on": ["first_order_on", "reward"]},
    references=TO_CUSTOMER | {"referrer_id": "customers.customer_id"},
)

exit_interviews = table(
    "exit_interviews",
    "流失访谈",
    "One row a lost customer who was asked why.",
    {
        "customer_id": customer_column(),
        "interviewed_on": column("date", "访谈日期", "Day.", required=True),
        "side": column(
            "choice", "原因归属", "Whose reason it is, in the textbook's two kinds.", choices=["company", "customer"]
        ),
        "reason": column("choice", "原因", "Reason told.", required=True, choices=LEAVING_REASONS),
        "text": column("text", "原话", "What was said."),
        "language": column("choice", "语言", "Language of the text.", choices=["en", "zh"]),
        "would_return": scale_column("回归意愿", "Willingness to come back."),
    },
    key=["customer_id", "interviewed_on"],
    dated="interviewed_on",
    references=TO_CUSTOMER,
)


def _trial(name, chinese, meaning, arms, extra, outcome):
    """A randomised trial: who was offered what, and what was seen when the trial ended."""
    offer_cost = column("number", "优惠成本", "Cost of the offer where it is taken up.", unit="money", low=0)
    return table(
        name,
        chinese,
        meaning,
        {"customer_id": customer_column(), "assigned_on": column("date", "分组日期", "Day of the draw.", required=True)}
        | extra
        | {"arm": column("choice", "组别", "Arm drawn.", required=True, choices=arms), "offer_cost": offer_cost}
        | {"observed_on": column("date", "观察日期", "Day on which the outcome was read.", required=True)}
        | outcome,
        key=["customer_id", "assigned_on"],
        dated="assigned_on",
        later={"observed_on": ["observed_on", *outcome]},
        references=TO_CUSTOMER,
    )


retention_trial = _trial(
    "retention_trial",
    "挽留试验",
    "One row a customer at risk in a randomised retention trial.",
    ["control", "offer"],
    {
        "risk_score": column(
            "number",
            "流失风险",
            "Risk of leaving scored by the company before the draw.",
            unit="share 0–1",
            low=0,
            high=1,
        )
    },
    {
        "stayed": column("yes/no", "是否留存", "Bought at least once in the half-year after the draw."),
        "margin_after": column(
            "number", "其后毛利", "Margin of that half-year, before the offer's cost.", unit="money"
        ),
    },
)
winback_trial = _trial(
    "winback_trial",
    "赢回试验",
    "One row a lost customer in a randomised win-back trial.",
    ["control", "call", "discount", "gift"],
    {
        "lost_on": column("date", "流失日期", "Day on which the customer counted as lost."),
        "lost_reason": column("choice", "流失原因", "Reason where known.", choices=LEAVING_REASONS),
    },
    {
        "returned": column("yes/no", "是否回归", "Bought again in the half-year after the draw."),
        "margin_after": column(
            "number", "其后毛利", "Margin of that half-year, before the offer's cost.", unit="money"
        ),
    },
)
