"""Fills a fresh Tryton database: a company with an employee, a user application key, three customers.

Usage: tryton.py CONFIGURATION DATABASE; prints what a test needs as JSON.
"""
import json
import sys

from trytond import config

config.update_etc(sys.argv[1])

from trytond.pool import Pool  # noqa: E402
from trytond.transaction import Transaction  # noqa: E402

database = sys.argv[2]
Pool.start()
pool = Pool(database)
pool.init()

with Transaction().start(database, 1) as transaction:
    Party = pool.get('party.party')
    Company = pool.get('company.company')
    Currency = pool.get('currency.currency')
    Employee = pool.get('company.employee')
    Application = pool.get('res.user.application')
    User = pool.get('res.user')
    euro, = Currency.create([
        {'name': 'Euro', 'code': 'EUR', 'numeric_code': '978', 'symbol': '€'}])
    own, = Party.create([{'name': 'Own Company'}])
    company, = Company.create([{'party': own.id, 'currency': euro.id}])
    mia, = Party.create([{'name': 'Mia Brandt'}])
    employee, = Employee.create([{'party': mia.id, 'company': company.id}])
    User.write([User(1)], {
        'companies': [('add', [company.id])], 'company': company.id,
        'employees': [('add', [employee.id])], 'employee': employee.id})
    parties = Party.create([{
        'name': f'Client {number} Ltd',
        'contact_mechanisms': [('create', [
            {'type': 'website', 'value': f'https://client{number}.example'},
            {'type': 'email', 'value': f'ruth@client{number}.example', 'name': 'Ruth Okafor'},
        ])],
    } for number in range(3)])
    key, = Application.create([{
        'user': 1, 'application': 'rest', 'state': 'validated'}])
    transaction.commit()
    print(json.dumps({
        'key': key.key, 'company': company.id, 'employee': employee.id,
        'accounts': [party.id for party in parties]}))
