"""What Octavia loads by name: provider drivers that accept calls and leave the work to backend.py, and certificates."""
import types

import requests
from octavia.api.drivers.noop_driver.driver import NoopProviderDriver
from octavia.certificates.manager.noop import NoopCertManager
from octavia_lib.api.drivers import exceptions


class SimDriver(NoopProviderDriver):
    """Takes everything that Octavia's API lets through."""

    def create_vip_port(self, *_):
        # Octavia then makes the port itself, in Neutron.
        raise exceptions.NotImplementedError(user_fault_string="none", operator_fault_string="none")


def refuse(text):
    raise exceptions.UnsupportedOptionError(user_fault_string=text, operator_fault_string=text)


def given(value):
    return value and type(value).__name__ != "UnsetType"


class OvnDriver(SimDriver):
    """With the limits of the provider driver `ovn` that matter for Services."""

    def loadbalancer_create(self, loadbalancer):
        for listener in given(loadbalancer.listeners) and loadbalancer.listeners or ():
            self.listener_create(listener)
            if given(listener.default_pool):
                self.pool_create(listener.default_pool)
        for pool in given(loadbalancer.pools) and loadbalancer.pools or ():
            self.pool_create(pool)

    def listener_create(self, listener):
        if listener.protocol not in ("TCP", "UDP", "SCTP"):
            refuse(f"OVN provider does not support {listener.protocol} protocol")
        if given(listener.allowed_cidrs):
            refuse("OVN provider does not support allowed_cidrs option")

    def pool_create(self, pool):
        if pool.protocol not in ("TCP", "UDP", "SCTP"):
            refuse(f"OVN provider does not support {pool.protocol} protocol")
        if pool.lb_algorithm != "SOURCE_IP_PORT":
            refuse(f"OVN provider does not support {pool.lb_algorithm} algorithm")
        if given(pool.healthmonitor):
            self.health_monitor_create(pool.healthmonitor)

    def health_monitor_create(self, healthmonitor):
        if healthmonitor.type not in ("TCP", "UDP-CONNECT"):
            refuse(f"OVN provider does not support {healthmonitor.type} health monitors")


class Certificates(NoopCertManager):
    """A certificate exists if the key manager knows its reference; what is in it does not matter."""

    def get_cert(self, context, cert_ref, check_only=True, **kwargs):
        answer = requests.get(cert_ref, headers={"x-from": "octavia"}, timeout=10)
        answer.raise_for_status()
        return super().get_cert(context, cert_ref, check_only, **kwargs)

    def set_acls(self, context, cert_ref):
        self.get_cert(context, cert_ref)


LOADED = {
    "octavia.api.drivers": {"sim": SimDriver, "amphora": SimDriver, "ovn": OvnDriver},
    "octavia.cert_manager": {"local_cert_manager": Certificates},
}


def manager(original):
    """Stands in for stevedore's DriverManager, so that none of these has to be installed."""
    network = {}

    def load(namespace, name, *args, **kwargs):
        ours = LOADED.get(namespace, {}).get(name)
        if ours:
            return types.SimpleNamespace(driver=ours())
        if namespace != "octavia.network.drivers":
            return original(namespace, name, *args, **kwargs)
        # Octavia makes a new one three times in a create, and each asks Neutron what it can do: two thirds of the time.
        if name not in network:
            network[name] = original(namespace, name, *args, **kwargs)
        return network[name]

    return load
