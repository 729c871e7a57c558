"""Neutron with its tables and no agents: objects are kept, and nothing is wired."""
import os


def start(conf, _lock):
    os.environ["OS_NEUTRON_CONFIG_FILES"], os.environ["OS_NEUTRON_CONFIG_DIR"] = conf, "/"
    from neutron import server
    from neutron.server import api

    def boot():
        from neutron.db.migration.models import head
        from neutron_lib.db import api as db_api

        head.get_metadata().create_all(db_api.get_context_manager().writer.get_engine())
        return api.api_server()

    return server.boot_server(boot, prog="neutron-api"), lambda environ: None
