# What a container runtime does between fork and exec, with the kernel's own means: namespaces, a root of the image's files,
# mounts, no privileges. The order is a JSON file. Uses nothing but Python's standard library.
import ctypes
import json
import os
import signal
import sys

libc = ctypes.CDLL(None, use_errno=True)
NEWNS, NEWUTS, NEWIPC, NEWUSER, NEWPID = 0x20000, 0x4000000, 0x8000000, 0x10000000, 0x20000000
RDONLY, NOSUID, NODEV, NOEXEC, REMOUNT, BIND, REC, PRIVATE = 1, 2, 4, 8, 32, 4096, 16384, 1 << 18
DETACH = 2
PDEATHSIG, CAPBSET_DROP, NO_NEW_PRIVS = 1, 24, 38
LAST_CAP_FILE = "/proc/sys/kernel/cap_last_cap"


def do(name, *args):
    """A function of libc that answers -1 and errno."""
    if getattr(libc, name)(*args) == -1:
        code = ctypes.get_errno()
        raise OSError(code, f"{name}{args}: {os.strerror(code)}")


def mount(source, target, kind=None, flags=0, data=None):
    do("mount", *(one and one.encode() for one in (source, target, kind)), ctypes.c_ulong(flags), data and data.encode())


def write(path, text):
    with open(path, "w", encoding="utf8") as file:
        file.write(text)


def enter_user_namespace(uid, gid):
    """Without root: the caller becomes the container's user in a user namespace, which may mount."""
    outer = os.getuid(), os.getgid()
    do("unshare", NEWUSER)
    write("/proc/self/setgroups", "deny")
    write("/proc/self/uid_map", f"{uid} {outer[0]} 1")
    write("/proc/self/gid_map", f"{gid} {outer[1]} 1")


def fill(directory, entry, user):
    """Makes one file or link of a volume. Without a user it is the caller's own, which is all that it may be without root."""
    path = directory + "/" + entry["path"]
    os.makedirs(os.path.dirname(path), exist_ok=True)
    if "link" in entry:
        os.symlink(entry["link"], path)
        return
    write(path, entry["text"])
    os.chmod(path, entry["mode"])
    if user is not None:
        os.chown(path, *user)


def make_root(pod, is_root):
    """A root of the image's files, which stay as they are: what is written goes to memory. Answers its path."""
    work = pod["work"]
    mount("tmpfs", work, "tmpfs", NOSUID | NODEV, "mode=0755")
    root = work + "/root"
    for name in ("upper", "overlay", "root"):
        os.mkdir(work + "/" + name)
    layers = f"lowerdir={pod['root']},upperdir={work}/upper,workdir={work}/overlay"
    mount("overlay", root, "overlay", 0, layers)
    for entry in pod["files"]:
        fill(root, entry, (0, 0) if is_root else None)
    for name in ("proc", "dev"):
        os.makedirs(f"{root}/{name}", exist_ok=True)
    mount("proc", root + "/proc", "proc", NOSUID | NODEV | NOEXEC)
    mount("tmpfs", root + "/dev", "tmpfs", NOSUID, "mode=0755")
    for name in ("null", "zero", "full", "random", "urandom"):
        write(f"{root}/dev/{name}", "")
        mount(f"/dev/{name}", f"{root}/dev/{name}", None, BIND)
    for name, target in (("fd", "fd"), ("stdin", "fd/0"), ("stdout", "fd/1"), ("stderr", "fd/2")):
        os.symlink("/proc/self/" + target, f"{root}/dev/{name}")
    mount(None, root + "/dev", None, REMOUNT | BIND | RDONLY | NOSUID)
    for volume in pod["mounts"]:
        # A link in the path (/var/run) stays inside the root.
        target = inside(root, volume["path"])
        os.makedirs(target, exist_ok=True)
        mount("tmpfs", target, "tmpfs", NOSUID | NODEV, f"mode={volume['mode']:o}")
        for entry in volume["files"]:
            fill(target, entry, volume["owner"] if is_root else None)
        if volume["readOnly"]:
            mount(None, target, None, REMOUNT | BIND | RDONLY | NOSUID | NODEV)
    if pod["readOnlyRoot"]:
        mount(None, root, None, REMOUNT | BIND | RDONLY)
    return root


def inside(root, path):
    """The place of a container's path, links resolved as the container would."""
    place = root
    for part in path.strip("/").split("/"):
        if os.path.islink(f"{place}/{part}"):
            place = inside(root, os.path.join(place[len(root):] or "/", os.readlink(f"{place}/{part}")))
        else:
            place = f"{place}/{part}"
    return place


def drop_privileges(pod, is_root):
    """No capability in any set, no way to get one, and the container's user."""
    do("prctl", NO_NEW_PRIVS, 1, 0, 0, 0)
    with open(LAST_CAP_FILE, encoding="ascii") as file:
        last = int(file.read())
    for capability in range(last + 1):
        do("prctl", CAPBSET_DROP, capability, 0, 0, 0)
    if is_root:
        os.setgroups(pod["groups"])
        os.setresgid(pod["gid"], pod["gid"], pod["gid"])
        os.setresuid(pod["uid"], pod["uid"], pod["uid"])
    # Only what the exec below leaves nothing of anyway; said all the same.
    do("capset", (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)())
    do("prctl", PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def container(pod, is_root):
    """The first process of the namespaces; becomes the container's command."""
    # Until then a signal has to end it, which the first process of a namespace does not do by itself.
    signal.signal(signal.SIGTERM, lambda *_: os._exit(143))
    do("sethostname", pod["hostname"].encode(), len(pod["hostname"]))
    mount(None, "/", None, REC | PRIVATE)
    root = make_root(pod, is_root)
    os.chdir(root)
    # The new root over the old one, and the old one away from under it: nothing of the machine is left to see.
    with open(LAST_CAP_FILE, encoding="ascii"):
        do("pivot_root", b".", b".")
        do("umount2", b".", DETACH)
    os.chdir(pod["cwd"])
    drop_privileges(pod, is_root)
    os.umask(0o022)
    os.execvpe(pod["argv"][0], pod["argv"], pod["env"])


def main():
    with open(sys.argv[1], encoding="utf8") as file:
        pod = json.load(file)
    is_root = os.getuid() == 0
    if not is_root:
        enter_user_namespace(pod["uid"], pod["gid"])
    do("unshare", NEWNS | NEWUTS | NEWIPC | NEWPID)
    child = os.fork()
    if child == 0:
        try:
            container(pod, is_root)
        except BaseException as error:  # Whatever it is: the child must not return into main.
            print(f"pod: {error}", file=sys.stderr, flush=True)
            os._exit(125)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    sys.exit(code if code >= 0 else 128 - code)


main()
