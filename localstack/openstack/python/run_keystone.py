"""Keystone with its tables, keys, and what `keystone-manage bootstrap` makes. Knows nothing of the other services."""
import os
import sqlite3
import types

from cryptography.fernet import Fernet

ROOT = "<<keystone.domain.root>>"


def keys(folder):
    os.makedirs(folder, mode=0o700)
    for number in ("0", "1"):
        with open(os.path.join(folder, number), "wb") as file:
            file.write(Fernet.generate_key())


def start(conf, _lock):
    home = os.path.dirname(conf)
    for folder in ("fernet", "receipts", "credential"):
        keys(os.path.join(home, folder))
    os.environ["OS_KEYSTONE_CONFIG_FILES"] = conf
    from keystone.wsgi.api import application
    from keystone.cmd import bootstrap
    from keystone.common import sql

    # Migrating an empty database takes five seconds, making its last form half of one. One row comes from a migration.
    with sql.session_for_write() as session:
        engine = session.get_bind()
    sql.ModelBase.metadata.create_all(engine)
    with sqlite3.connect(os.path.join(home, "keystone.db")) as database:
        database.execute(
            "INSERT INTO project (id, name, enabled, domain_id, is_domain, description, extra) VALUES (?,?,0,?,1,'','{}')",
            (ROOT, ROOT, ROOT),
        )
    database.close()
    # They are loaded, with the application; a second time would be an error.
    bootstrap.backends = types.SimpleNamespace(load_backends=lambda: None)
    first = bootstrap.Bootstrapper()
    first.project_name = first.admin_username = first.admin_role_name = "admin"
    first.admin_password = os.environ["ADMIN_PASSWORD"]
    first.region_id = os.environ["REGION"]
    first.service_name = "keystone"
    first.public_url = first.internal_url = os.environ["PUBLIC_URL"] + "/identity/v3"
    # The services' way to check tokens: what they ask is no call of a client.
    first.admin_url = os.environ["OWN_URL"] + "/v3"
    first.bootstrap()
    return application, lambda environ: None
