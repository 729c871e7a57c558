"""Does what Octavia's workers would: some time after a change it moves everything of that load balancer out of PENDING_*.

All of it runs under the lock of the requests. What it can be told is in `control`.
"""
import re
import threading
import time

from octavia.common import constants as c, data_models, utils
from octavia.db import api as db_api, models, repositories

DATA = {
    "loadbalancer": data_models.LoadBalancer,
    "listener": data_models.Listener,
    "pool": data_models.Pool,
    "member": data_models.Member,
    "healthmonitor": data_models.HealthMonitor,
    "l7policy": data_models.L7Policy,
    "l7rule": data_models.L7Rule,
}


def children(lb):
    """Everything inside a load balancer, what is inside first, as (kind, row)."""
    for listener in lb.listeners:
        for policy in listener.l7policies:
            yield from (("l7rule", rule) for rule in policy.l7rules)
            yield "l7policy", policy
        yield "listener", listener
    for pool in lb.pools:
        if pool.health_monitor:
            yield "healthmonitor", pool.health_monitor
        yield from (("member", member) for member in pool.members)
        yield "pool", pool


class Backend:
    def __init__(self, lock):
        self.lock = lock
        self.settle_seconds = 0.2
        self.held = False
        self.failures = []
        self.due = {}
        self.wake = threading.Condition(lock)
        threading.Thread(target=self.run, daemon=True).start()

    def control(self, settle=None, hold=None, fail=None, status=None, reset=False):
        """One order. settle: seconds; hold: bool; fail: {kind, name, times}; status: {id, provisioning, operating}."""
        if reset:
            self.held, self.failures = False, []
        if settle is not None:
            self.settle_seconds = settle
        if fail is not None:
            self.failures.append({"kind": fail["kind"], "name": re.compile(fail["name"]), "times": fail["times"]})
        if status is not None:
            session = db_api.get_session()
            with session.begin():
                lb = session.get(models.LoadBalancer, status["id"])
                lb.provisioning_status, lb.operating_status = status["provisioning"], status["operating"]
        if hold is not None:
            self.held = hold
            if not hold:
                self.due = dict.fromkeys(self.due, 0)
        self.look()
        return {"pending": len(self.due)}

    def look(self):
        """Notes what is pending now; called after each request that may have changed something."""
        session = db_api.get_session()
        with session.begin():
            column = models.LoadBalancer.provisioning_status
            pending = [row.id for row in session.query(models.LoadBalancer.id).filter(column.like("PENDING_%"))]
        for ident in pending:
            self.due.setdefault(ident, time.monotonic() + self.settle_seconds)
        self.due = {ident: when for ident, when in self.due.items() if ident in pending}
        self.work()
        self.wake.notify_all()

    def work(self):
        now = time.monotonic()
        if self.held:
            return
        for ident in [ident for ident, when in self.due.items() if when <= now]:
            del self.due[ident]
            self.settle(ident)

    def run(self):
        with self.wake:
            while True:
                self.work()
                waits = [] if self.held else [max(0.0, when - time.monotonic()) for when in self.due.values()]
                self.wake.wait(min(waits) if waits else None)

    def fails(self, kind, name):
        for failure in self.failures:
            if failure["kind"] == kind and failure["name"].search(name or ""):
                failure["times"] -= 1
                if failure["times"] <= 0:
                    self.failures.remove(failure)
                return True
        return False

    def settle(self, ident):
        vip = None
        session = db_api.get_session()
        with session.begin():
            lb = session.get(models.LoadBalancer, ident)
            going = lb.provisioning_status == c.PENDING_DELETE
            if self.fails("loadbalancer", lb.name):
                lb.provisioning_status, lb.operating_status = c.ERROR, c.ERROR
                rest = c.ERROR
            elif going:
                vip = lb.to_data_model().vip
                rest = c.DELETED
                lb.provisioning_status, lb.operating_status = c.DELETED, c.OFFLINE
                self.give_back(session, "loadbalancer", lb.project_id)
            else:
                lb.provisioning_status, lb.operating_status = c.ACTIVE, c.ONLINE
                rest = c.ACTIVE
            for kind, row in list(children(lb)):
                self.settle_child(session, kind, row, rest)
        if vip is not None:
            utils.get_network_driver().deallocate_vip(vip)

    def settle_child(self, session, kind, row, rest):
        pending = row.provisioning_status
        if rest != c.DELETED and not pending.startswith("PENDING"):
            return
        if rest == c.ERROR or (rest == c.ACTIVE and self.fails(kind, row.name)):
            row.provisioning_status, row.operating_status = c.ERROR, c.ERROR
        elif rest == c.DELETED or pending == c.PENDING_DELETE:
            self.give_back(session, kind, row.project_id)
            session.delete(row)
        else:
            row.provisioning_status, row.operating_status = c.ACTIVE, c.ONLINE

    def give_back(self, session, kind, project):
        repositories.Repositories().decrement_quota(session, DATA[kind], project)
