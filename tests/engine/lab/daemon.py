"""A Docker daemon of the lab's own: its packages are unpacked, not installed; its socket is in the lab's folder."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.engine.lab import machine

PACKAGES = ("docker.io", "docker-cli", "docker-buildx", "containerd")
SUITE = "trixie"
TOOLS = ("runc", "debootstrap")
"""Commands that come from the machine's own packages."""
_KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"


class LabError(Exception):
    """The lab cannot be set up; the message says why."""


def missing() -> str | None:
    """Why there can be no lab here: None if there can."""
    if os.geteuid() != 0:
        return "the engine lab needs root"
    if machine.debian() is None:
        return "the engine lab needs a Debian machine with a package repository"
    return None


def default_folder() -> Path:
    return Path(os.environ.get("DFOPT_LAB") or Path.home() / ".cache" / "dfopt" / "lab")


class Lab:
    """The lab's folder and the daemon in it."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or default_folder()
        self.socket = self.folder / "docker.sock"

    @property
    def environment(self) -> Mapping[str, str]:
        """The environment of commands that are to use the lab's engine."""
        engine = self.folder / "engine"
        path = f"{engine}/usr/bin:{engine}/usr/sbin:{os.environ.get('PATH', os.defpath)}"
        return {
            **os.environ,
            "PATH": path,
            "DOCKER_HOST": f"unix://{self.socket}",
            "DOCKER_CONFIG": str(self.folder / "config"),
            "BUILDX_CONFIG": str(self.folder / "buildx"),
        }

    def enter(self) -> None:
        """Makes the lab's environment that of this process."""
        os.environ.update(self.environment)

    def call(self, *words: str, timeout: float = 900, cwd: Path | None = None) -> str:
        """The standard output of a command in the lab's environment.

        Raises LabError if it fails or takes more than ``timeout`` seconds.
        """
        try:
            done = subprocess.run(
                words, env=self.environment, cwd=cwd, capture_output=True, text=True, timeout=timeout, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise LabError(f"{' '.join(words[:3])} took more than {timeout:.0f} s") from error
        if done.returncode:
            raise LabError(f"{' '.join(words[:4])} failed:\n{done.stderr[-2000:]}")
        return done.stdout

    @contextmanager
    def locked(self) -> Generator[None]:
        """One process at a time sets up the lab."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def up(self) -> bool:
        """Starts the daemon; False if it runs already. Raises LabError."""
        if self.is_up():
            return False
        if not (self.folder / "engine" / "usr" / "sbin" / "dockerd").exists():
            self._unpack()
        self._install_tools()
        self.socket.unlink(missing_ok=True)
        (self.folder / "pid").unlink(missing_ok=True)
        with (self.folder / "log").open("w") as log:
            subprocess.run(
                [
                    "setsid",
                    "--fork",  # it outlives the process that starts it
                    "dockerd",
                    "--storage-driver=overlay2",
                    "--iptables=false",
                    "--ip6tables=false",
                    "--bridge=none",
                    f"--data-root={self.folder}/root",
                    f"--exec-root={self.folder}/exec",
                    f"--pidfile={self.folder}/pid",
                    f"--host=unix://{self.socket}",
                ],
                env=self.environment,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                check=True,
            )
        for _ in range(300):
            if self.is_up():
                return True
            time.sleep(0.1)
        raise LabError(f"dockerd did not start:\n{(self.folder / 'log').read_text()[-2000:]}")

    def is_up(self) -> bool:
        if not self.socket.exists():
            return False
        done = subprocess.run(["docker", "version"], env=self.environment, capture_output=True, timeout=30, check=False)
        return done.returncode == 0

    def down(self) -> None:
        """Stops the daemon, if it runs."""
        try:
            pid = int((self.folder / "pid").read_text())
        except (OSError, ValueError):
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
            for _ in range(300):
                os.kill(pid, 0)
                with contextlib.suppress(ChildProcessError):
                    os.waitpid(pid, os.WNOHANG)
                time.sleep(0.1)

    def _unpack(self) -> None:
        """Brings the engine's packages and unpacks them: they need the C library only."""
        apt, packages, partial = self.folder / "apt", self.folder / "packages", self.folder / "engine.partial"
        for name in ("lists/partial", "cache/archives/partial", "etc/preferences.d"):
            (apt / name).mkdir(parents=True, exist_ok=True)
        packages.mkdir(exist_ok=True)
        shutil.rmtree(partial, ignore_errors=True)
        (apt / "etc" / "sources.list").write_text(f"deb [signed-by={_KEYRING}] {machine.debian()} {SUITE} main\n")
        options = [
            f"-oDir::Etc={apt}/etc",
            "-oDir::Etc::sourceparts=-",
            f"-oDir::State::lists={apt}/lists",
            f"-oDir::Cache={apt}/cache",
            "-oAPT::Sandbox::User=root",
        ]
        self.call("apt-get", *options, "-qq", "update")
        self.call("apt-get", *options, "-qq", "download", *(f"{name}/{SUITE}" for name in PACKAGES), cwd=packages)
        for package in sorted(packages.glob("*.deb")):
            self.call("dpkg", "-x", str(package), str(partial))
        (partial / "usr" / "sbin" / "runc").unlink(missing_ok=True)  # it needs a newer C library; the machine's works
        plugins = self.folder / "config" / "cli-plugins"
        plugins.mkdir(parents=True, exist_ok=True)
        (self.folder / "config" / "config.json").write_text("{}\n")
        plugin = plugins / "docker-buildx"
        plugin.unlink(missing_ok=True)
        plugin.symlink_to(self.folder / "engine" / "usr" / "libexec" / "docker" / "cli-plugins" / "docker-buildx")
        partial.rename(self.folder / "engine")

    def _install_tools(self) -> None:
        wanted = [name for name in TOOLS if shutil.which(name) is None]
        if wanted:
            self.call("apt-get", "-qq", "update")
            self.call("apt-get", "-qq", "-y", "install", "--no-install-recommends", *wanted)
