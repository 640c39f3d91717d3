"""What is sold, to whom, at what cost: products, orders, cost to serve, subscriptions."""

from __future__ import annotations

from crmlib.tables.columns import LEAVING_REASONS, TO_CUSTOMER, column, customer_column, table

ACTIVITIES = ["sales", "delivery", "service", "administration"]

products = table(
    "products",
    "产品",
    "One row a product.",
    {
        "product_id": column("identifier", "产品编号", "The product.", required=True),
        "name": column("text", "名称", "Name in English.", required=True),
        "chinese_name": column("text", "中文名称", "Name in Chinese."),
        "category": column("text", "品类", "Product category.", required=True),
        "pack": column("text", "规格", "Pack, e.g. 100 g tin."),
        "list_price": column("number", "标价", "Price a unit before discount, on introduction.", unit="money", low=0),
        "unit_cost": column("number", "单位成本", "Cost of goods a unit, on introduction.", unit="money", low=0),
        "launched_on": column("date", "上市日期", "First day on sale."),
        "refill_days": column(
            "integer",
            "补货周期",
            "Days after which a household usually needs the next pack.",
            unit="days",
            low=1,
            high=1000,
        ),
    },
    key=["product_id"],
    dated="launched_on",
)

orders = table(
    "orders",
    "订单",
    "One line a product on an order; a return is a line with negative quantity and amount.",
    {
        "customer_id": customer_column(),
        "order_date": column("date", "订单日期", "Day of the order (of a return: day of the return).", required=True),
        "amount": column("number", "金额", "Paid for the line, after discount.", unit="money", required=True),
        "order_id": column("identifier", "订单编号", "The order."),
        "line": column("integer", "行号", "Line on the order.", low=1, high=100_000),
        "product_id": column("identifier", "产品编号", "The product."),
        "quantity": column("number", "数量", "Units; negative on a return.", unit="units", low=-1e7, high=1e7),
        "discount": column("number", "折扣额", "Given off the price of the line.", unit="money", low=0),
        "cost_of_goods": column(
            "number", "销货成本", "Cost of the goods of the line; negative on a return.", unit="money"
        ),
        "channel": column("text", "渠道", "Sales channel."),
        "campaign_id": column("identifier", "活动编号", "Campaign whose code was used, if any."),
    },
    dated="order_date",
    references=TO_CUSTOMER | {"product_id": "products.product_id", "campaign_id": "campaigns.campaign_id"},
)

cost_to_serve = table(
    "cost_to_serve",
    "服务成本",
    "One row a customer, year and activity: what serving the customer cost beyond the goods. Booked at the year's end.",
    {
        "customer_id": customer_column(),
        "year": column("integer", "年份", "Calendar year.", unit="year", required=True, low=1900, high=2100),
        "activity": column("choice", "作业", "Kind of activity.", required=True, choices=ACTIVITIES),
        "events": column(
            "integer", "次数", "How often: visits, deliveries, service cases, invoices.", unit="events", low=0
        ),
        "cost": column("number", "成本", "Cost of the activity.", unit="money", required=True, low=0),
        "booked_on": column("date", "入账日期", "Day on which the cost was booked.", required=True),
    },
    key=["customer_id", "year", "activity"],
    dated="booked_on",
    references=TO_CUSTOMER,
)

subscriptions = table(
    "subscriptions",
    "订阅与合同",
    "One row a subscription of a person or a yearly contract of an enterprise.",
    {
        "subscription_id": column("identifier", "合同编号", "The subscription or contract.", required=True),
        "customer_id": customer_column(),
        "plan": column("text", "方案", "Plan.", required=True),
        "monthly_price": column("number", "月费", "Price a month.", unit="money", low=0),
        "term_months": column("integer", "期限", "Months of a term.", unit="months", low=1, high=120),
        "started_on": column("date", "开始日期", "First day.", required=True),
        "renews_on": column(
            "date",
            "续约日期",
            "Next renewal as known at the last term's start; before it, the end can only be a cancellation.",
        ),
        "auto_renew": column("yes/no", "自动续约", "Renews unless cancelled."),
        "ended_on": column("date", "终止日期", "Day it ended; empty: still running."),
        "end_reason": column("choice", "终止原因", "Reason given.", choices=LEAVING_REASONS),
    },
    key=["subscription_id"],
    dated="started_on",
    later={"ended_on": ["ended_on", "end_reason"]},
    references=TO_CUSTOMER,
)

YES_NO_SERVICES = {
    "telephone": ("电话", "Has telephone service."),
    "several_lines": ("多线路", "Has more than one telephone line."),
    "online_security": ("网络安全", "Has online security."),
    "online_backup": ("在线备份", "Has online backup."),
    "device_protection": ("设备保护", "Has device protection."),
    "technical_support": ("技术支持", "Has technical support."),
    "television": ("网络电视", "Streams television."),
    "films": ("网络电影", "Streams films."),
}
contract_snapshot = table(
    "contract_snapshot",
    "合同快照",
    "One row a customer under contract as seen on one day that is not known, as in IBM's telecom sample: "
    "who left can be described and modelled, but nothing can be split in time.",
    {
        "customer_id": customer_column(),
        "months": column(
            "integer", "在网月数", "Months with the company so far.", unit="months", required=True, low=0, high=1200
        ),
        "left": column("yes/no", "是否流失", "Left within the last month.", required=True),
        "plan": column("text", "合同类型", "Kind of contract."),
        "monthly_price": column("number", "月费", "Price a month.", unit="money", low=0),
        "total_paid": column("number", "累计消费", "Paid so far; empty before the first bill.", unit="money", low=0),
        "payment": column("text", "付款方式", "How the bills are paid."),
        "paperless": column("yes/no", "电子账单", "Bills come without paper."),
        "gender": column("choice", "性别", "Of the customer.", choices=["female", "male"], group="basic"),
        "senior": column("yes/no", "是否老年", "65 years or older.", group="basic"),
        "partner": column("yes/no", "有无伴侣", "Lives with a partner.", group="family"),
        "dependents": column("yes/no", "有无受抚养人", "Has dependents.", group="family"),
        "internet": column("text", "上网方式", "Kind of internet access; 'none' without."),
    }
    | {name: column("yes/no", chinese, what) for name, (chinese, what) in YES_NO_SERVICES.items()},
    key=["customer_id"],
)
