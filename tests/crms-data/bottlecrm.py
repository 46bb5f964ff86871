"""Fills a fresh BottleCRM database: an organisation with an administrator, an access token with scopes, the custom field
that holds the key, three accounts with a contact each. Prints what a test needs as JSON.
"""
import json

import django

django.setup()

from django.db import connection  # noqa: E402

from accounts.models import Account  # noqa: E402
from common.models import (  # noqa: E402
    CustomFieldDefinition, Org, PersonalAccessToken, Profile, User)
from contacts.models import Contact  # noqa: E402

org = Org.objects.create(name='Own Company')
with connection.cursor() as cursor:
    # Rows of an organisation can only be written by whoever speaks for it.
    cursor.execute("SELECT set_config('app.current_org', %s, false)", [str(org.id)])
user = User.objects.create(email='mia@own.example', is_active=True)
profile = Profile.objects.create(user=user, org=org, role='ADMIN', is_active=True)
CustomFieldDefinition.objects.create(
    org=org, target_model='Task', key='tidings_key', label='Tidings key', field_type='text')
accounts = []
for number in range(3):
    account = Account.objects.create(
        org=org, name=f'Client {number} Ltd', website=f'https://client{number}.example', created_by=user)
    contact = Contact.objects.create(
        org=org, first_name='Ruth', last_name='Okafor', title='COO', email=f'ruth@client{number}.example',
        created_by=user)
    account.contacts.add(contact)
    account.assigned_to.add(profile)
    accounts.append(str(account.id))
scopes = ['tasks:read', 'tasks:write', 'accounts:read', 'contacts:read', 'custom-fields:read']
key, _ = PersonalAccessToken.generate(profile, 'Tidings', scopes=scopes)
print(json.dumps({'key': key, 'org': str(org.id), 'profile': str(profile.id), 'accounts': accounts}))
