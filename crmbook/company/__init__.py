"""The teaching company: Qingshan Tea 青山茶业, January 2021 – December 2024."""

from crmbook.company.writing import simulate, write_company

__all__ = ["simulate", "write_company"]
