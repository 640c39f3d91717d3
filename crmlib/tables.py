"""The data dictionary: one pandera schema a table, each column with type, unit, range, meaning and Chinese term.

``SCHEMAS`` maps a table's name to a ``pandera.pandas.DataFrameSchema``. What pandera has no place for stands in the metadata:

* of a table: ``chinese``, ``key`` (columns that identify a row), ``dated`` (the column by which ``as_of`` cuts; None: not
  cut), ``later`` (date column → the columns that become known on that date), ``references`` (column → ``table.column``);
* of a column: ``kind`` (identifier, text, choice, date, time, integer, number, yes/no), ``unit``, ``chinese``, ``group``
  (the textbook's kind of customer information).

Money is in the company's own currency (``company.currency``), written here as the unit "money". Scores say their scale.
"""

from __future__ import annotations

import pandera.pandas as pa

PANDAS_TYPES = {
    "identifier": "str",
    "text": "str",
    "choice": "str",
    "date": "datetime64[us]",
    "time": "datetime64[us]",
    "integer": "Int64",
    "number": "float64",
    "yes/no": "boolean",
}
LARGEST_AMOUNT = 1e9
EARLIEST, LATEST = "1900-01-01", "2100-12-31"


def column(
    kind, chinese, meaning, *, unit="", required=False, empty=None, low=None, high=None, choices=None, group=None
):
    """One column: its kind, Chinese term, meaning, unit and the values it may take.

    ``required``: the table cannot be read without it; then, and only then, its cells may not be empty unless ``empty=True``.
    ``low``, ``high``: bounds, both included. ``choices``: the only values allowed.
    """
    if kind in ("date", "time"):
        low, high = low or EARLIEST, high or LATEST
    if kind == "number" and unit == "money":
        low, high = -LARGEST_AMOUNT if low is None else low, LARGEST_AMOUNT if high is None else high
    checks = []
    if low is not None:
        checks.append(pa.Check.ge(low, error=f"at least {low}"))
    if high is not None:
        checks.append(pa.Check.le(high, error=f"at most {high}"))
    if choices:
        checks.append(pa.Check.isin(choices, error="one of " + ", ".join(choices)))
    nullable = not required if empty is None else empty
    metadata = {
        "kind": kind,
        "unit": unit,
        "chinese": chinese,
        "group": group,
        "low": low,
        "high": high,
        "choices": choices,
    }
    return pa.Column(
        PANDAS_TYPES[kind], checks, nullable=nullable, required=required, description=meaning, metadata=metadata
    )


def table(name, chinese, meaning, columns, *, key=(), dated=None, later=None, references=None, truth=False):
    """One table: its columns, and how the database cuts it in time and joins it to others."""
    metadata = {
        "chinese": chinese,
        "key": list(key),
        "dated": dated,
        "later": later or {},
        "references": references or {},
        "truth": truth,
    }
    return pa.DataFrameSchema(
        columns, name=name, description=meaning, unique=list(key) or None, strict=False, metadata=metadata
    )


def _customer(required=True, **options):
    return column("identifier", "客户编号", "The customer.", required=required, **options)


def _scale(chinese, meaning, low=1, high=10):
    return column("integer", chinese, meaning, unit=f"{low}–{high}", low=low, high=high)


TO_CUSTOMER = {"customer_id": "customers.customer_id"}
REGIONS = ["East", "North", "South", "West"]
SALES_CHANNELS = ["shop", "web", "app", "call centre", "account manager"]
CONTACT_CHANNELS = ["visit", "phone", "email", "sms", "wechat", "letter", "event"]
CATEGORIES = ["green", "black", "oolong", "white", "pu'er", "flower", "gift", "teaware"]
ACTIVITIES = ["sales", "delivery", "service", "administration"]
COMPLAINT_CAUSES = [
    "late delivery",
    "damaged goods",
    "wrong goods",
    "taste or freshness",
    "staff",
    "billing",
    "website or app",
]
LEAVING_REASONS = [
    "quality",
    "price",
    "service",
    "delivery",
    "complaint handling",
    "rival offer",
    "moved or closed",
    "needs changed",
    "other",
]
KANO_ANSWERS = ["like", "expect", "neutral", "tolerate", "dislike"]

company = table(
    "company",
    "企业",
    "One row: whose data these are.",
    {
        "name": column("text", "名称", "Name in English.", required=True),
        "chinese_name": column("text", "中文名称", "Name in Chinese."),
        "sells": column("text", "经营内容", "What it sells, as a noun that fits a figure's title.", required=True),
        "currency": column("text", "货币", "ISO 4217 code of all money columns.", required=True),
        "observed_from": column("date", "观察起始日", "First day that the tables cover.", required=True),
        "observed_to": column("date", "观察截止日", "Last day that the tables cover.", required=True),
    },
)

customers = table(
    "customers",
    "客户",
    "One row a customer, person or enterprise, as the customer database holds it after cleaning.",
    {
        "customer_id": _customer(),
        "kind": column(
            "choice", "客户类型", "A person or an enterprise.", required=True, choices=["person", "enterprise"]
        ),
        "name": column("text", "姓名或名称", "Name (invented).", group="basic"),
        "gender": column("choice", "性别", "Of a person.", choices=["female", "male"], group="basic"),
        "birth_date": column("date", "出生日期", "Of a person.", group="basic"),
        "phone": column("text", "电话", "Phone number (invented).", group="basic"),
        "email": column("text", "电子邮箱", "E-mail address (invented, reserved domain).", group="basic"),
        "city": column("text", "城市", "City.", group="basic"),
        "region": column("choice", "地区", "Sales region.", choices=REGIONS, group="basic"),
        "favourite_category": column(
            "choice",
            "偏好品类",
            "Category named as favourite on registration.",
            choices=CATEGORIES,
            group="consumption",
        ),
        "education": column(
            "choice",
            "教育程度",
            "Highest education.",
            choices=["school", "college", "bachelor", "postgraduate"],
            group="education",
        ),
        "occupation": column("text", "职业", "Occupation.", group="career"),
        "income_band": column(
            "choice",
            "收入水平",
            "Monthly household income band.",
            choices=["low", "middle", "upper middle", "high"],
            group="career",
        ),
        "marital_status": column(
            "choice", "婚姻状况", "Marital status.", choices=["single", "married"], group="family"
        ),
        "children": column(
            "integer", "子女数", "Children in the household.", unit="children", low=0, high=12, group="family"
        ),
        "lifestyle": column(
            "choice",
            "生活方式",
            "Lifestyle told or inferred.",
            choices=["health", "tradition", "convenience", "gift giving", "connoisseur"],
            group="lifestyle",
        ),
        "personality": column(
            "choice",
            "个性",
            "Buying personality noted by staff.",
            choices=["curious", "cautious", "loyal", "bargaining"],
            group="personality",
        ),
        "club_or_circle": column(
            "text", "社会关系", "Club, circle or person through whom the customer is known.", group="social relations"
        ),
        "registered_on": column("date", "登记日期", "Day of registration.", required=True),
        "registration_channel": column(
            "choice",
            "登记渠道",
            "Where the customer was first registered.",
            choices=["web", "store", "callcentre", "fair", "sales"],
        ),
        "acquisition_cost": column("number", "获取成本", "What winning this customer cost.", unit="money", low=0),
        "preferred_channel": column(
            "choice", "偏好沟通渠道", "How the customer wants to be reached.", choices=CONTACT_CHANNELS
        ),
        "preferred_hour": column(
            "integer",
            "偏好时段",
            "Hour of the day at which messages are answered most.",
            unit="hour 0–23",
            low=0,
            high=23,
        ),
        "consent_email": column("yes/no", "邮件授权", "May be sent e-mail."),
        "consent_sms": column("yes/no", "短信授权", "May be sent text messages."),
        "consent_phone": column("yes/no", "电话授权", "May be called."),
        "consent_wechat": column("yes/no", "微信授权", "May be messaged on WeChat."),
        "consented_on": column("date", "授权日期", "Day of the consents in force."),
        "profile_updated_on": column("date", "资料更新日期", "Day on which the profile was last confirmed."),
    },
    key=["customer_id"],
    dated="registered_on",
)

accounts = table(
    "accounts",
    "企业客户",
    "One row an enterprise customer: what is known beyond the customer record.",
    {
        "customer_id": _customer(),
        "industry": column(
            "choice",
            "行业",
            "Line of business.",
            choices=["office", "hotel", "restaurant", "tea house", "retail"],
            group="basic",
        ),
        "founded_year": column(
            "integer", "成立年份", "Year of foundation.", unit="year", low=1800, high=2100, group="basic"
        ),
        "employees": column(
            "integer", "员工人数", "Employees.", unit="persons", low=0, high=1_000_000, group="characteristics"
        ),
        "sites": column(
            "integer", "网点数", "Sites supplied.", unit="sites", low=0, high=10_000, group="characteristics"
        ),
        "annual_turnover": column(
            "number", "年营业额", "Turnover a year.", unit="money", low=0, group="business condition"
        ),
        "growth_outlook": column(
            "choice",
            "发展前景",
            "Account manager's view.",
            choices=["shrinking", "steady", "growing"],
            group="business condition",
        ),
        "credit_rating": column(
            "choice", "信用等级", "Credit rating.", choices=["A", "B", "C", "D"], group="trading condition"
        ),
        "payment_days": column(
            "integer", "账期", "Agreed days to pay.", unit="days", low=0, high=365, group="trading condition"
        ),
        "payment_delay": column(
            "number",
            "平均逾期天数",
            "Mean days paid after the due date.",
            unit="days",
            low=-365,
            high=3650,
            group="trading condition",
        ),
        "contact_person": column("text", "负责人", "Person in charge (invented).", group="people in charge"),
        "contact_role": column("text", "负责人职务", "Role of the person in charge.", group="people in charge"),
        "account_manager": column("text", "客户经理", "Our account manager (invented).", group="people in charge"),
        "opened_on": column("date", "开户日期", "Day on which the account was opened.", required=True),
    },
    key=["customer_id"],
    dated="opened_on",
    references=TO_CUSTOMER,
)


def _registrations(source, chinese, meaning, columns):
    """A raw extract: everything is text as it was typed; cleaning it is the lesson."""
    texts = {name: column("text", term, what) for name, (term, what) in columns.items()}
    first = {"row": column("integer", "行号", "Row in the extract.", required=True, low=1)}
    return table(f"registrations_{source}", chinese, meaning, first | texts, key=["row"])


registrations_web = _registrations(
    "web",
    "网站登记",
    "Raw web sign-ups: typed by the customer.",
    {
        "full_name": ("姓名", "Name as typed."),
        "email": ("电子邮箱", "E-mail as typed."),
        "mobile": ("手机", "Mobile number as typed."),
        "city": ("城市", "City as typed."),
        "birthday": ("生日", "YYYY-MM-DD, often missing."),
        "signed_up": ("登记时间", "YYYY-MM-DD HH:MM."),
        "newsletter": ("订阅", "Y or N."),
    },
)
registrations_store = _registrations(
    "store",
    "门店登记",
    "Raw paper cards from shops, keyed in later.",
    {
        "surname": ("姓", "Surname."),
        "given_name": ("名", "Given name."),
        "tel": ("电话", "Phone, spaces and dashes as written."),
        "birth": ("生日", "DD/MM/YYYY."),
        "shop": ("门店", "Shop."),
        "card_date": ("填卡日期", "DD/MM/YYYY."),
        "mail": ("电子邮箱", "E-mail, seldom given."),
    },
)
registrations_callcentre = _registrations(
    "callcentre",
    "呼叫中心登记",
    "Raw records of call-centre agents: upper case, hearing errors.",
    {
        "caller": ("来电人", "SURNAME, GIVEN NAME."),
        "phone": ("电话", "Number shown, with +86."),
        "town": ("城市", "City as heard."),
        "first_call": ("首次来电", "YYYYMMDD."),
        "agent_note": ("备注", "Free note."),
    },
)
registrations_fair = _registrations(
    "fair",
    "展会登记",
    "Raw list from trade fairs and events: business cards and forms.",
    {
        "contact": ("联系人", "Name, sometimes with a title."),
        "organisation": ("单位", "Company, if any."),
        "e_mail": ("电子邮箱", "E-mail."),
        "cell": ("手机", "Mobile number."),
        "event": ("活动", "Event."),
        "date": ("日期", "Month DD, YYYY."),
    },
)

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
        "customer_id": _customer(),
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
        "customer_id": _customer(),
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

contacts = table(
    "contacts",
    "沟通记录",
    "One row a contact between the company and a customer, either way, complaints and surveys apart.",
    {
        "contact_id": column("identifier", "沟通编号", "The contact.", required=True),
        "customer_id": _customer(),
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
        "customer_id": _customer(),
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
        "customer_id": _customer(),
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
        "customer_id": _customer(required=False),
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

survey_invitations = table(
    "survey_invitations",
    "调查邀请",
    "One row an invitation to the satisfaction survey.",
    {
        "invitation_id": column("identifier", "邀请编号", "The invitation.", required=True),
        "customer_id": _customer(),
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
        "customer_id": _customer(),
        "wave": column("identifier", "调查批次", "Wave."),
        "answered_on": column("date", "答复日期", "Day of the answer.", required=True),
    }
    | {
        f"{construct}_{n}": _scale(f"{chinese} {n}", f"{construct.replace('_', ' ').capitalize()}: {item}.")
        for construct, (chinese, items) in SURVEY_CONSTRUCTS.items()
        for n, item in enumerate(items, start=1)
    }
    | {
        "recommend": _scale("推荐意愿", "Likelihood to recommend.", 0, 10),
        "satisfaction_class": column(
            "choice",
            "满意等级",
            "Answer to the one overall question in words.",
            choices=["very dissatisfied", "dissatisfied", "neutral", "satisfied", "very satisfied"],
        ),
        "trust": _scale("信任", "Trust in the company's people."),
        "switching_cost": _scale("转换成本", "How hard changing the supplier would be."),
        "rival_appeal": _scale("竞争者吸引力", "How attractive the best rival is."),
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
        "customer_id": _customer(),
        "answered_on": column("date", "答复日期", "Day of the answer.", required=True),
        "feature": column("text", "特性", "Service feature.", required=True),
        "chinese_feature": column("text", "特性（中文）", "The same in Chinese."),
        "functional": column("choice", "正向问题", "If the feature is there.", required=True, choices=KANO_ANSWERS),
        "dysfunctional": column("choice", "反向问题", "If it is not.", required=True, choices=KANO_ANSWERS),
        "importance": _scale("重要性", "Stated importance.", 1, 9),
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
        "customer_id": _customer(),
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
        "expected": _scale("期望", "What an excellent company would offer.", 1, 7),
        "perceived": _scale("感知", "What this company offers.", 1, 7),
        "importance": _scale("重要性", "Stated importance."),
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
        "customer_id": _customer(),
        "answered_on": column("date", "答复日期", "Day of the answer.", required=True),
        "supplier": column("choice", "企业", "Company rated.", required=True, choices=["ours", "rival A", "rival B"]),
        "attribute": column(
            "choice",
            "属性",
            "Attribute rated.",
            required=True,
            choices=["product", "freshness", "price", "delivery", "staff", "range", "satisfaction"],
        ),
        "rating": _scale("评分", "Rating."),
    },
    key=["customer_id", "supplier", "attribute"],
    dated="answered_on",
    references=TO_CUSTOMER,
)

subscriptions = table(
    "subscriptions",
    "订阅与合同",
    "One row a subscription of a person or a yearly contract of an enterprise.",
    {
        "subscription_id": column("identifier", "合同编号", "The subscription or contract.", required=True),
        "customer_id": _customer(),
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

loyalty_ledger = table(
    "loyalty_ledger",
    "积分台账",
    "One row a movement of points.",
    {
        "entry_id": column("identifier", "流水编号", "The movement.", required=True),
        "customer_id": _customer(),
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
            "number", "年度累计消费", "Spending in the calendar year so far, on which the tier rests.", unit="money"
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
        "customer_id": _customer(),
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
        "customer_id": _customer(),
        "interviewed_on": column("date", "访谈日期", "Day.", required=True),
        "side": column(
            "choice", "原因归属", "Whose reason it is, in the textbook's two kinds.", choices=["company", "customer"]
        ),
        "reason": column("choice", "原因", "Reason told.", required=True, choices=LEAVING_REASONS),
        "text": column("text", "原话", "What was said."),
        "language": column("choice", "语言", "Language of the text.", choices=["en", "zh"]),
        "would_return": _scale("回归意愿", "Willingness to come back."),
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
        {"customer_id": _customer(), "assigned_on": column("date", "分组日期", "Day of the draw.", required=True)}
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

SCHEMAS = {
    schema.name: schema
    for schema in (
        company,
        customers,
        accounts,
        registrations_web,
        registrations_store,
        registrations_callcentre,
        registrations_fair,
        products,
        orders,
        cost_to_serve,
        contacts,
        campaigns,
        campaign_members,
        complaints,
        call_log,
        survey_invitations,
        survey,
        kano_survey,
        service_ratings,
        competitor_ratings,
        subscriptions,
        loyalty_ledger,
        referrals,
        exit_interviews,
        retention_trial,
        winback_trial,
    )
}
"""All tables of the customer database, by name; a referenced table stands before the tables that refer to it where possible."""
