#!/usr/bin/env python3
"""Writes table.txt: the days off by law of many countries, from the Python package `holidays` (MIT; pip install holidays).

Usage: table.py FIRST_YEAR LAST_YEAR > table.txt

One line a country and year: the code (ISO 3166-1 alpha-2), the year, then the days as MMDD. Only days of the whole
country that fall on a Monday to Friday stand there: regions differ, and weekends are free anyway. Israel and some
countries of the Gulf rest on other days of the week; they are left out, as the program counts Saturday and Sunday.
For the United Kingdom those of England are taken, where most people work.
"""

import sys

import holidays

COUNTRIES = """AR AT AU BE BG BR CA CH CL CN CO CY CZ DE DK EE ES FI FR GB GR HK HR HU ID IE IN IS IT JP KR LI LT LU LV
MA MT MX MY NG NL NO NZ PE PH PL PT RO RS SE SG SI SK TH TR TW UA US UY VN ZA""".split()


def main() -> None:
    first, last = int(sys.argv[1]), int(sys.argv[2])
    print(f"# Days off by law, {first} to {last}. Written by table.py with holidays {holidays.__version__}; do not edit.")
    for country in COUNTRIES:
        for year in range(first, last + 1):
            part = "ENG" if country == "GB" else None
            days = holidays.country_holidays(country, subdiv=part, years=year, observed=True)
            free = sorted({f"{day:%m%d}" for day in days if day.year == year and day.weekday() < 5})
            print(country, year, *free)


main()
