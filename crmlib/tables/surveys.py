"""What customers answer when asked: satisfaction, Kano, service quality, competitors."""

from __future__ import annotations

from crmlib.tables.columns import CONTACT_CHANNELS, TO_CUSTOMER, column, customer_column, scale_column, table

KANO_ANSWERS = ["like", "expect", "neutral", "tolerate", "dislike"]

survey_invitations = table(
    "survey_invitations",
    "调查邀请",
    "One row an invitation to the satisfaction survey.",
    {
        "invitation_id": column("identifier", "邀请编号", "The invitation.", required=True),
        "customer_id": customer_column(),
        "wave": column("identifier", "调查批次", "Wave, e.g. 2023H1.", required=True),
        "invited_on": column("date", "邀请日期", "Day of the invitation.", required=True),
        "channel": column("choice", "渠道", "How it was sent.", choices=CONTACT_CHANNELS),
        "answered_on": column("date", "答复日期", "Day of the answer; empty: none (yet)."),
    },
    key=["invitation_id"],
    dated="invited_on",
    later={"answered_on": ["answered_on"]},
    references=TO_CUSTOMER,
)

SURVEY_CONSTRUCTS = {
    "image": (
        "企业形象",
        [
            "is a company one can trust",
            "is well established",
            "does something for society",
            "cares about its customers",
        ],
    ),
    "expected_quality": (
        "预期质量",
        ["expected quality overall", "expected fit to personal needs", "expected freedom from faults"],
    ),
    "perceived_quality": ("感知质量", ["quality overall", "product quality", "service quality", "freedom from faults"]),
    "perceived_value": ("感知价值", ["quality given the price", "price given the quality"]),
    "satisfaction": ("客户满意", ["satisfaction overall", "compared with expectations", "compared with the ideal"]),
    "continued_business": (
        "继续往来意向",
        ["intention to buy again", "intention to buy more", "intention to stay with the company"],
    ),
}

survey = table(
    "survey",
    "满意度调查",
    "One row an answered satisfaction survey. Items `<construct>_<n>` are on 1–10 scales.",
    {
        "invitation_id": column("identifier", "邀请编号", "The invitation answered."),
        "customer_id": customer_column(),
        "wave": column("identifier", "调查批次", "Wave."),
        "answered_on": column("date", "答复日期", "Day of the answer.", required=True),
    }
    | {
        f"{construct}_{n}": scale_column(f"{chinese} {n}", f"{construct.replace('_', ' ').capitalize()}: {item}.")
        for construct, (chinese, items) in SURVEY_CONSTRUCTS.items()
        for n, item in enumerate(items, start=1)
    }
    | {
        "recommend": scale_column("推荐意愿", "Likelihood to recommend.", 0, 10),
        "satisfaction_class": column(
            "choice",
            "满意等级",
            "Answer to the one overall question in words.",
            choices=["very dissatisfied", "dissatisfied", "neutral", "satisfied", "very satisfied"],
        ),
        "trust": scale_column("信任", "Trust in the company's people."),
        "switching_cost": scale_column("转换成本", "How hard changing the supplier would be."),
        "rival_appeal": scale_column("竞争者吸引力", "How attractive the best rival is."),
        "first_named": column(
            "choice",
            "首先想到的品牌",
            "Tea company named first, unprompted.",
            choices=["ours", "rival A", "rival B", "other"],
        ),
        "share_of_wallet": column(
            "number",
            "钱包份额",
            "Share of the customer's spending on such goods that goes to the company, as told.",
            unit="%",
            low=0,
            high=100,
        ),
        "price_rise_accepted": column(
            "number",
            "可接受涨价幅度",
            "Largest price rise at which the customer would stay, as told.",
            unit="%",
            low=0,
            high=100,
        ),
        "minutes_to_choose": column(
            "number", "选购时间", "Time taken to choose at the last purchase, as told.", unit="minutes", low=0, high=600
        ),
        "had_problem": column("yes/no", "是否遇到问题", "Met a problem in the last half-year."),
        "complained": column("yes/no", "是否投诉", "Complained about it to the company."),
        "comment": column("text", "开放式回答", "Open answer."),
        "comment_language": column("choice", "回答语言", "Language of the open answer.", choices=["en", "zh"]),
    },
    key=["customer_id", "answered_on"],
    dated="answered_on",
    references=TO_CUSTOMER,
)

kano_survey = table(
    "kano_survey",
    "狩野调查",
    "One row a respondent and service feature: the pair of Kano questions.",
    {
        "customer_id": customer_column(),
        "answered_on": column("date", "答复日期", "Day of the answer.", required=True),
        "feature": column("text", "特性", "Service feature.", required=True),
        "chinese_feature": column("text", "特性（中文）", "The same in Chinese."),
        "functional": column("choice", "正向问题", "If the feature is there.", required=True, choices=KANO_ANSWERS),
        "dysfunctional": column("choice", "反向问题", "If it is not.", required=True, choices=KANO_ANSWERS),
        "importance": scale_column("重要性", "Stated importance.", 1, 9),
    },
    key=["customer_id", "feature"],
    dated="answered_on",
    references=TO_CUSTOMER,
)

service_ratings = table(
    "service_ratings",
    "服务评价",
    "One row a respondent and item: expectation, perception and importance of service and product dimensions.",
    {
        "customer_id": customer_column(),
        "answered_on": column("date", "答复日期", "Day of the answer.", required=True),
        "side": column(
            "choice", "类别", "Service or product dimension.", required=True, choices=["service", "product"]
        ),
        "dimension": column(
            "choice",
            "维度",
            "Dimension.",
            required=True,
            choices=[
                "reliability",
                "assurance",
                "tangibles",
                "empathy",
                "responsiveness",
                "performance",
                "features",
                "conformance",
                "durability",
                "serviceability",
                "aesthetics",
            ],
        ),
        "item": column("text", "题项", "Item.", required=True),
        "expected": scale_column("期望", "What an excellent company would offer.", 1, 7),
        "perceived": scale_column("感知", "What this company offers.", 1, 7),
        "importance": scale_column("重要性", "Stated importance."),
    },
    key=["customer_id", "item"],
    dated="answered_on",
    references=TO_CUSTOMER,
)

competitor_ratings = table(
    "competitor_ratings",
    "竞争者评价",
    "One row a respondent, company and attribute.",
    {
        "customer_id": customer_column(),
        "answered_on": column("date", "答复日期", "Day of the answer.", required=True),
        "supplier": column("choice", "企业", "Company rated.", required=True, choices=["ours", "rival A", "rival B"]),
        "attribute": column(
            "choice",
            "属性",
            "Attribute rated.",
            required=True,
            choices=["product", "freshness", "price", "delivery", "staff", "range", "satisfaction"],
        ),
        "rating": scale_column("评分", "Rating."),
    },
    key=["customer_id", "supplier", "attribute"],
    dated="answered_on",
    references=TO_CUSTOMER,
)
