"""What the company says to customers and what they say back: contacts, campaigns, complaints, calls."""

from __future__ import annotations

from crmlib.tables.columns import CONTACT_CHANNELS, TO_CUSTOMER, column, customer_column, table

COMPLAINT_CAUSES = [
    "late delivery",
    "damaged goods",
    "wrong goods",
    "taste or freshness",
    "staff",
    "billing",
    "website or app",
]

contacts = table(
    "contacts",
    "沟通记录",
    "One row a contact between the company and a customer, either way, complaints and surveys apart.",
    {
        "contact_id": column("identifier", "沟通编号", "The contact.", required=True),
        "customer_id": customer_column(),
        "contacted_at": column("time", "沟通时间", "When.", required=True),
        "direction": column(
            "choice", "方向", "From the company or from the customer.", required=True, choices=["outgoing", "incoming"]
        ),
        "channel": column("choice", "渠道", "Channel.", required=True, choices=CONTACT_CHANNELS),
        "purpose": column(
            "choice",
            "内容",
            "What it was about, in the textbook's five kinds.",
            choices=["information", "emotion", "ideas", "opinions", "policy"],
        ),
        "campaign_id": column("identifier", "活动编号", "Campaign that it belonged to, if any."),
        "staff": column("text", "员工", "Member of staff (invented), if any."),
        "note": column("text", "摘要", "Short note, if any."),
        "cost": column("number", "成本", "Cost of the contact.", unit="money", low=0),
        "answered_at": column("time", "回应时间", "When the other side answered; empty: not (yet)."),
    },
    key=["contact_id"],
    dated="contacted_at",
    later={"answered_at": ["answered_at"]},
    references=TO_CUSTOMER | {"campaign_id": "campaigns.campaign_id"},
)

campaigns = table(
    "campaigns",
    "营销活动",
    "One row a campaign.",
    {
        "campaign_id": column("identifier", "活动编号", "The campaign.", required=True),
        "name": column("text", "名称", "Name in English.", required=True),
        "chinese_name": column("text", "中文名称", "Name in Chinese."),
        "channel": column("choice", "渠道", "Channel.", required=True, choices=CONTACT_CHANNELS),
        "started_on": column("date", "开始日期", "First day.", required=True),
        "ended_on": column("date", "结束日期", "Last day on which its effect is counted."),
        "category": column("text", "品类", "Product category advertised; empty: all."),
        "discount_rate": column("number", "折扣率", "Offered off the price.", unit="share 0–1", low=0, high=1),
        "contact_cost": column("number", "单次成本", "Cost of contacting one customer.", unit="money", low=0),
        "randomised": column("yes/no", "是否随机", "Whether members were assigned to treatment or control by lot."),
    },
    key=["campaign_id"],
    dated="started_on",
    later={"ended_on": ["ended_on"]},
)

campaign_members = table(
    "campaign_members",
    "活动名单",
    "One row a customer on a campaign's list, with what came back.",
    {
        "campaign_id": column("identifier", "活动编号", "The campaign.", required=True),
        "customer_id": customer_column(),
        "assigned_on": column("date", "分组日期", "Day of assignment.", required=True),
        "arm": column(
            "choice",
            "组别",
            "Contacted (treatment) or kept apart (control).",
            required=True,
            choices=["treatment", "control"],
        ),
        "opened_on": column("date", "打开日期", "Day the message was opened or heard; empty: never."),
        "responded_on": column("date", "响应日期", "Day of the first order within the campaign; empty: none."),
        "unsubscribed_on": column("date", "退订日期", "Day the customer forbade further messages; empty: never."),
    },
    key=["campaign_id", "customer_id"],
    dated="assigned_on",
    later={name: [name] for name in ("opened_on", "responded_on", "unsubscribed_on")},
    references=TO_CUSTOMER | {"campaign_id": "campaigns.campaign_id"},
)

complaints = table(
    "complaints",
    "投诉",
    "One row a formal complaint with the times of the four steps: record, judge, solve, follow up.",
    {
        "complaint_id": column("identifier", "投诉编号", "The complaint.", required=True),
        "customer_id": customer_column(),
        "recorded_at": column("time", "记录时间", "Step 1: recorded.", required=True),
        "channel": column("choice", "渠道", "How it reached the company.", choices=[*CONTACT_CHANNELS, "web", "shop"]),
        "order_id": column("identifier", "订单编号", "Order that it is about, if any."),
        "cause": column("choice", "原因", "Cause as classified by the service desk.", choices=COMPLAINT_CAUSES),
        "severity": column("integer", "严重程度", "1 slight – 5 grave.", unit="1–5", low=1, high=5),
        "text": column("text", "投诉内容", "What the customer said."),
        "language": column("choice", "语言", "Language of the text.", choices=["en", "zh"]),
        "claimed": column("number", "索赔金额", "Money asked for.", unit="money", low=0),
        "judged_at": column("time", "判定时间", "Step 2: judged."),
        "justified": column("yes/no", "是否成立", "Result of the judgement."),
        "solved_at": column("time", "解决时间", "Step 3: solved."),
        "remedy": column(
            "choice", "处理方式", "What was done.", choices=["apology", "replacement", "refund", "voucher", "none"]
        ),
        "compensation": column("number", "补偿金额", "Paid.", unit="money", low=0),
        "followed_up_at": column("time", "回访时间", "Step 4: followed up."),
        "handling_rating": column(
            "integer",
            "处理满意度",
            "Customer's rating of the handling, asked at follow-up.",
            unit="1–10",
            low=1,
            high=10,
        ),
    },
    key=["complaint_id"],
    dated="recorded_at",
    later={
        "judged_at": ["judged_at", "justified"],
        "solved_at": ["solved_at", "remedy", "compensation"],
        "followed_up_at": ["followed_up_at", "handling_rating"],
    },
    references=TO_CUSTOMER,
)

call_log = table(
    "call_log",
    "热线记录",
    "One row a call to the hotline.",
    {
        "call_id": column("identifier", "通话编号", "The call.", required=True),
        "customer_id": customer_column(required=False),
        "called_at": column("time", "来电时间", "When.", required=True),
        "topic": column(
            "choice", "主题", "What it was about.", choices=["order", "delivery", "product", "complaint", "other"]
        ),
        "waited": column("number", "等待时间", "In the queue.", unit="seconds", low=0, high=86_400),
        "abandoned": column("yes/no", "是否放弃", "The caller hung up before being served."),
        "handled": column(
            "number", "处理时长", "Talk and after-call work; empty when abandoned.", unit="seconds", low=0, high=86_400
        ),
    },
    key=["call_id"],
    dated="called_at",
    references=TO_CUSTOMER,
)
