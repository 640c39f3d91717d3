"""Whose data these are, the customers, and the raw extracts in which they were first registered."""

from __future__ import annotations

from crmlib.tables.columns import CONTACT_CHANNELS, TO_CUSTOMER, column, customer_column, table

REGIONS = ["East", "North", "South", "West"]
CATEGORIES = ["green", "black", "oolong", "white", "pu'er", "flower", "gift", "teaware"]

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
        "customer_id": customer_column(),
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
        "customer_id": customer_column(),
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
