#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The stories of Filesystem with nfs, where this machine's kernel has none: in a virtual machine with Debian's kernel.

Its root is this machine's own, read-only, under a layer of the packages that are needed besides and a layer in memory.
usage: nfs.py [BUILD-FOLDER [GTEST-FILTER]]. By hand, as root: it downloads packages (apt-get download) into
/var/lib/mainstay-lab/nfs. Exit 0 if the stories held, 77 if this machine cannot tell them.
"""

import os
import pathlib
import shutil
import subprocess
import sys

FOLDER = pathlib.Path(os.environ.get("MAINSTAY_LAB_DIR", "/var/lib/mainstay-lab")) / "nfs"
KERNEL = "linux-image-amd64"
PACKAGES = ("nfs-kernel-server nfs-common rpcbind keyutils libnfsidmap1 libtirpc3 libtirpc-common libwrap0 "
            "libevent-core-2.1-7 libdevmapper1.02.1 libsqlite3-0 bindfs fuse3 libfuse2 libfuse3-3 busybox-static").split()
# What the root consists of, before modprobe can be asked.
MODULES = ("virtio_pci", "9pnet_virtio", "9p", "overlay")
TIMEOUT = 3000
DONE = "stories ended with "

# The first programs: one finds the root, one tells the stories in it.
FIND_ROOT = """#!/bin/busybox sh
export PATH=/bin
/bin/busybox --install -s /bin
mount -t proc none /proc
for module in {modules}; do insmod /modules/$module; done
mount -t 9p -o trans=virtio,version=9p2000.L,msize=512000,cache=loose,ro machine /machine
mount -t 9p -o trans=virtio,version=9p2000.L,msize=512000,cache=loose,ro packages /packages
mount -t tmpfs none /memory
mkdir /memory/changes /memory/work
mount -t overlay -o lowerdir=/packages:/machine,upperdir=/memory/changes,workdir=/memory/work none /root
exec switch_root /root /bin/sh /tell-stories
"""
TELL_STORIES = """#!/bin/sh
export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C
mount -t proc proc /proc && mount -t sysfs sysfs /sys && mount -t devtmpfs dev /dev
mount -t cgroup2 none /sys/fs/cgroup
mkdir -p /dev/pts /dev/shm && mount -t devpts devpts /dev/pts && mount -t tmpfs shm /dev/shm && mount -t tmpfs run /run
ln -s /proc/self/fd /dev/fd
ip link set lo up
for user in statd _rpc; do
  id $user >/dev/null 2>&1 || echo "$user:x:$((200 + $(wc -l </etc/passwd))):65534::/run:/usr/sbin/nologin" >>/etc/passwd
done
mkdir -p /var/lib/nfs
'{test}' --gtest_filter='{filter}'
echo "{done}$?"
busybox poweroff -f
"""


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(77)


def output(*words):
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout


def download(folder):
    """The packages, as files; those that are there already are not asked for again."""
    kernel = next(line.split()[1] for line in output("apt-cache", "depends", KERNEL).splitlines() if "Depends:" in line)
    folder.mkdir(parents=True, exist_ok=True)
    missing = [name for name in [kernel, *PACKAGES] if not list(folder.glob(f"{name}_*.deb"))]
    if missing:
        try:
            subprocess.run(["apt-get", "-q", "download", *missing], cwd=folder, check=True)
        except subprocess.CalledProcessError:
            skip("Debian's packages cannot be downloaded: " + " ".join(missing))
    return kernel.removeprefix("linux-image-"), sorted(folder.glob("*.deb"))


def unpack(packages, root):
    """One layer of them all, in which the old folders are links, as in the root below it."""
    for name in ("bin", "sbin", "lib", "lib64"):
        (root / "usr" / name).mkdir(parents=True)
        (root / name).symlink_to(f"usr/{name}")
    for package in packages:
        with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", package], stdout=subprocess.PIPE) as tar:
            subprocess.run(["tar", "-x", "--keep-directory-symlink", "-C", root], stdin=tar.stdout, check=True)


def modules_in_order(root, version):
    """Files of MODULES and of what they need, each after what it needs."""
    subprocess.run(["depmod", "-b", root, version], check=True)
    folder = root / "lib/modules" / version
    needs = {}
    for line in (folder / "modules.dep").read_text().splitlines():
        path, _, others = line.partition(":")
        needs[pathlib.Path(path).name.partition(".ko")[0]] = [folder / name for name in [*reversed(others.split()), path]]
    files = [file for name in MODULES for file in needs.get(name, [])]
    return list(dict.fromkeys(files))


def pack(files, folders):
    """A "newc" cpio archive, which is what a kernel unpacks into its first root: bytes by name."""
    entries = [(name, 0o040755, b"") for name in folders] + [(name, 0o100755, data) for name, data in files.items()]
    archive = b""
    for number, (name, mode, data) in enumerate([*entries, ("TRAILER!!!", 0, b"")], start=1):
        fields = (number, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name) + 1, 0)
        head = ("070701" + "".join(f"{field:08x}" for field in fields) + name + "\0").encode()
        archive += head + bytes(-len(head) % 4) + data + bytes(-len(data) % 4)
    return archive


def build(test, wanted):
    version, packages = download(FOLDER / "packages")
    root = FOLDER / "root"
    shutil.rmtree(root, ignore_errors=True)
    unpack(packages, root)
    (root / "tell-stories").write_text(TELL_STORIES.format(test=test, filter=wanted, done=DONE))
    modules = modules_in_order(root, version)
    find_root = FIND_ROOT.format(modules=" ".join(file.name for file in modules))
    files = {"init": find_root.encode(), "bin/busybox": (root / "usr/bin/busybox").read_bytes()}
    files |= {f"modules/{file.name}": file.read_bytes() for file in modules}
    first = FOLDER / "first-root.cpio"
    first.write_bytes(pack(files, ["bin", "proc", "modules", "machine", "packages", "memory", "root"]))
    return root, root / f"boot/vmlinuz-{version}", first


def boot(root, kernel, first):
    """Shows the console; the exit code of the stories, none if they did not end."""
    def share(path, tag):
        return ["-virtfs", f"local,path={path},mount_tag={tag},security_model=passthrough,readonly=on,multidevs=remap"]

    machine = subprocess.Popen(
        ["timeout", str(TIMEOUT), "qemu-system-x86_64", "-accel", "tcg", "-smp", "1", "-m", "1024", "-nodefaults",
         "-no-user-config", "-no-reboot", "-display", "none", "-serial", "stdio", "-kernel", kernel, "-initrd", first,
         "-append", "console=ttyS0 quiet panic=-1", *share("/", "machine"), *share(root, "packages")],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, errors="replace")
    ended = None
    for line in machine.stdout:
        print(line, end="", flush=True)
        if DONE in line:
            ended = int(line.partition(DONE)[2])
    machine.wait()
    return ended


def main():
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "build/dev").resolve()
    test = folder / "tests/component_parity"
    if os.geteuid() != 0:
        skip("needs root, to show the whole of this machine to the virtual one")
    for program in ("qemu-system-x86_64", "apt-get", "dpkg-deb", "depmod"):
        if not shutil.which(program):
            skip(f"{program} is not installed")
    if not test.exists():
        skip(f"{test} is not built")
    ended = boot(*build(test, sys.argv[2] if len(sys.argv) > 2 else "Nfs*:Fuse*"))
    sys.exit(1 if ended is None else ended)


if __name__ == "__main__":
    main()
