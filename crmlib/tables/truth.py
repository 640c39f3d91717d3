"""What cannot be observed in a company: the truth tables of the teaching company, folder ``truth``.

They are never part of the customer database; a method is graded against them. Their columns are documented like all
others. Shares and chances run from 0 to 1; attitudes are in standard deviations around 0.
"""

from crmlib.tables.columns import (
    LEAVING_REASONS,
    TO_CUSTOMER,
    column,
    customer_column,
    table,
)
from crmlib.tables.communication import COMPLAINT_CAUSES

RESPONSES = ["persuadable", "sure thing", "lost cause", "annoyed"]
TO_CAMPAIGN = {"campaign_id": "campaigns.campaign_id"}


def _share(chinese, meaning, low=0):
    return column("number", chinese, meaning, unit="share 0–1", required=True, low=low, high=1)


def _attitude(chinese, meaning):
    return column("number", chinese, meaning, unit="standard deviations", required=True, low=-20, high=20)


def _truth(name, chinese, meaning, columns, **options):
    return table(name, chinese, meaning, columns, truth=True, **options)


TRUTH = {
    schema.name: schema
    for schema in (
        _truth(
            "customers",
            "客户真值",
            "One row a customer: hidden traits, satisfaction on the last day, and whether the customer has left.",
            {
                "customer_id": customer_column(),
                "buyer": column(
                    "choice", "客户类别", "Kind of buyer.", required=True, choices=["transaction", "relationship"]
                ),
                "trend": column(
                    "choice", "趋势", "Drift of the purchases.", required=True, choices=["growing", "steady", "falling"]
                ),
                "response": column(
                    "choice",
                    "营销反应",
                    "What messages and offers do to the customer.",
                    required=True,
                    choices=RESPONSES,
                ),
                "orders_a_month": column(
                    "number",
                    "月订单率",
                    "Own purchase rate at average satisfaction.",
                    required=True,
                    unit="orders",
                    low=0,
                ),
                "price_sensitivity": _attitude("价格敏感度", "Price sensitivity."),
                "switching_cost": _attitude("转换成本", "Switching cost."),
                "satisfaction": _attitude("真实满意度", "Satisfaction on the last day."),
                "left_on": column("date", "流失日期", "Day the relationship ended; empty: it lives."),
            },
            key=["customer_id"],
            references=TO_CUSTOMER,
        ),
        _truth(
            "departures",
            "真实流失",
            "One row a true end of a relationship, with its main reason; some customers return and leave again.",
            {
                "customer_id": customer_column(),
                "left_on": column("date", "流失日期", "Day.", required=True),
                "reason": column("choice", "原因", "Main reason.", required=True, choices=LEAVING_REASONS),
            },
            key=["customer_id", "left_on"],
            references=TO_CUSTOMER,
        ),
        _truth(
            "incidents",
            "真实事件",
            "One row an order after which the customer was unhappy about something, complained about or not.",
            {
                "customer_id": customer_column(),
                "happened_on": column("date", "日期", "Day.", required=True),
                "order_id": column("identifier", "订单编号", "The order.", required=True),
                "cause": column("choice", "原因", "True cause.", required=True, choices=COMPLAINT_CAUSES),
                "severity": column("integer", "严重程度", "1 slight – 5 grave.", required=True, low=1, high=5),
                "complaint_id": column("identifier", "投诉编号", "The formal complaint; empty: nothing was said."),
            },
            references=TO_CUSTOMER | {"complaint_id": "complaints.complaint_id"},
        ),
        _truth(
            "abuse",
            "恶意投诉与退货",
            "One row a customer who complains and returns as a business.",
            {
                "customer_id": customer_column(),
                "false_complaints": column("integer", "虚假投诉", "Complaints without cause.", required=True, low=0),
                "returns": column("integer", "退货行数", "Lines sent back.", required=True, low=0),
            },
            key=["customer_id"],
            references=TO_CUSTOMER,
        ),
        _truth(
            "satisfaction",
            "真实满意度",
            "One row a customer in the frame of a survey wave (an order in the year before), asked or not.",
            {
                "customer_id": customer_column(),
                "wave": column("identifier", "调查批次", "Wave.", required=True),
                "satisfaction": _attitude("真实满意度", "Satisfaction at that time."),
                "still_customer": column("yes/no", "是否仍为客户", "The relationship lives.", required=True),
                "had_problem": column("yes/no", "是否遇到问题", "An incident in the half-year before.", required=True),
            },
            key=["customer_id", "wave"],
            references=TO_CUSTOMER,
        ),
        _truth(
            "paths",
            "真实路径系数",
            "One row an arrow of the structural model behind the survey.",
            {
                "source": column("identifier", "起点", "Cause.", required=True),
                "target": column("identifier", "终点", "Consequence.", required=True),
                "coefficient": column("number", "系数", "Standardised.", required=True, low=-1, high=1),
            },
            key=["source", "target"],
        ),
        _truth(
            "campaign_effects",
            "活动真实效果",
            "One row a campaign and kind of customer: chance of an order in its month without and by the message.",
            {
                "campaign_id": column("identifier", "活动编号", "The campaign.", required=True),
                "response": column("choice", "营销反应", "Kind of customer.", required=True, choices=RESPONSES),
                "members": column("integer", "人数", "Customers of that kind on the list.", required=True, low=0),
                "without": _share("无活动概率", "Chance without the message."),
                "uplift": _share("提升", "Change by the message.", low=-1),
            },
            key=["campaign_id", "response"],
            references=TO_CAMPAIGN,
        ),
        _truth(
            "trial_effects",
            "试验真实效果",
            "One row a customer, trial and offer: chance of an order in the half-year without and with the offer.",
            {
                "trial": column("choice", "试验", "Trial.", required=True, choices=["retention", "winback"]),
                "customer_id": customer_column(),
                "assigned_on": column("date", "分组日期", "Day of the draw.", required=True),
                "arm": column("choice", "优惠", "Offer.", required=True, choices=["offer", "call", "discount", "gift"]),
                "without": _share("无优惠概率", "Chance without the offer."),
                "with_offer": _share("有优惠概率", "Chance with it."),
                "uplift": _share("提升", "Difference.", low=-1),
            },
            key=["trial", "customer_id", "assigned_on", "arm"],
            references=TO_CUSTOMER,
        ),
        _truth(
            "tiers",
            "会员等级真实效果",
            "One row a tier: what reaching it does to the purchase rate, beside the tier below.",
            {
                "tier": column("identifier", "会员等级", "Tier.", required=True),
                "threshold": column(
                    "number", "门槛", "Purchases of the year before that give the tier.", unit="money", required=True
                ),
                "rate_factor": column("number", "购买率倍数", "Factor on the purchase rate.", required=True, low=0),
            },
            key=["tier"],
        ),
        _truth(
            "kano",
            "狩野真实类别",
            "One row a service feature and grade of customer: its true category.",
            {
                "feature": column("identifier", "特性", "Service feature.", required=True),
                "grade": column(
                    "choice",
                    "客户级别",
                    "By revenue to date: first 5 %, next 15 %, next 35 %, the rest.",
                    required=True,
                    choices=["key", "major", "ordinary", "small"],
                ),
                "category": column(
                    "choice",
                    "类别",
                    "Kano category.",
                    required=True,
                    choices=["must-be", "one-dimensional", "attractive", "indifferent", "reverse"],
                ),
            },
            key=["feature", "grade"],
        ),
        _truth(
            "service_gaps",
            "服务真实差距",
            "One row a dimension: mean expectation, and perception less expectation, before scales cut them off.",
            {
                "side": column("choice", "类别", "Side.", required=True, choices=["service", "product"]),
                "dimension": column("identifier", "维度", "Dimension.", required=True),
                "expected": column("number", "期望", "Mean expectation.", unit="1–7", required=True),
                "gap": column("number", "差距", "Perception less expectation.", unit="points", required=True),
                "pull": column(
                    "number",
                    "满意拉动",
                    "Points of perception for one standard deviation of satisfaction.",
                    unit="points",
                    required=True,
                ),
            },
            key=["side", "dimension"],
        ),
        _truth(
            "key_account",
            "大客户案例",
            "The account that complained, heard an apology and left: its three signals.",
            {
                "customer_id": customer_column(),
                "signal": column("text", "信号", "What could be seen.", required=True),
                "seen_from": column("date", "可见日期", "Day from which it could be seen.", required=True),
            },
            references=TO_CUSTOMER,
        ),
        _truth(
            "registrations",
            "登记真值",
            "One row a row of the raw registration extracts: whose it is.",
            {
                "source": column(
                    "choice", "来源", "Extract.", required=True, choices=["web", "store", "callcentre", "fair"]
                ),
                "row": column("integer", "行号", "Row in the extract.", required=True, low=1),
                "customer_id": column("identifier", "客户编号", "The customer; empty: nobody (a test or junk row)."),
            },
            key=["source", "row"],
            references=TO_CUSTOMER,
        ),
    )
}
"""Truth tables by name; the file is ``truth/<name>.csv``. A reference to a table means the observable one."""
