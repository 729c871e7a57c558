"""Octavia's API with its tables; what its workers would do is done by backend.py."""
import json
import sys

import backend
import drivers
import stevedore.driver


def lookup_rows(session, constants, models):
    """Rows that Octavia's migrations insert; the migrations themselves do not run on SQLite."""
    for names, model in (
        (constants.SUPPORTED_PROVISIONING_STATUSES, models.ProvisioningStatus),
        (constants.SUPPORTED_OPERATING_STATUSES, models.OperatingStatus),
        (constants.SUPPORTED_HEALTH_MONITOR_TYPES, models.HealthMonitorType),
        (constants.SUPPORTED_LB_ALGORITHMS, models.Algorithm),
        (constants.SUPPORTED_PROTOCOLS, models.Protocol),
        (constants.SUPPORTED_SP_TYPES, models.SessionPersistenceType),
        (constants.SUPPORTED_AMPHORA_ROLES, models.AmphoraRoles),
        (constants.SUPPORTED_LB_TOPOLOGIES, models.LBTopology),
        (constants.SUPPORTED_VRRP_AUTH, models.VRRPAuthMethod),
        (constants.SUPPORTED_L7RULE_TYPES, models.L7RuleType),
        (constants.SUPPORTED_L7RULE_COMPARE_TYPES, models.L7RuleCompareType),
        (constants.SUPPORTED_L7POLICY_ACTIONS, models.L7PolicyAction),
        (constants.SUPPORTED_CLIENT_AUTH_MODES, models.ClientAuthenticationMode),
    ):
        session.add_all(model(name=name) for name in dict.fromkeys(names))


def start(conf, lock):
    stevedore.driver.DriverManager = drivers.manager(stevedore.driver.DriverManager)
    sys.argv = ["octavia-api", "--config-file", conf]
    from oslo_config import cfg
    from octavia.api import app
    from octavia.common import constants
    from octavia.db import api as db_api, base_models, models

    api = app.setup_app(argv=sys.argv)
    # SQLite's pool takes no time limit.
    cfg.CONF.set_override("pool_timeout", None, group="database")
    base_models.BASE.metadata.create_all(db_api.get_engine())
    session = db_api.get_session()
    with session.begin():
        lookup_rows(session, constants, models)
    work = backend.Backend(lock)

    def with_control(environ, start_response):
        if environ["PATH_INFO"] != "/-/control":
            return api(environ, start_response)
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        answer = json.dumps(work.control(**json.loads(body))).encode()
        start_response("200 OK", [("content-type", "application/json")])
        return [answer]

    def after(environ):
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            work.look()

    return with_control, after
