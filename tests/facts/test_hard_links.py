"""Which changes in a later RUN come to one name of a file only, though it has others."""

from __future__ import annotations

import pytest

from dfopt.facts.facts import Facts
from dfopt.facts.hard_links import HardLinks, may_change, told_apart
from dfopt.shell.nodes import Script
from dfopt.source import Source
from dfopt.syntax.nodes import Run
from dfopt.syntax.parser import parse


def are_told_apart(first: str, second: str, head: str) -> bool:
    facts = Facts(parse(Source(f"FROM x\n{head}\nRUN {first}\nRUN {second}\n")))
    found: list[HardLinks] = []
    for run in facts.dockerfile.find(Run):
        script = facts.script(run)
        assert isinstance(script, Script)
        found.append(facts.hard_links(run, script))
    return may_change(second) and any(told_apart(found[0].links, found[1].changes))


APT = "apt-get install -y a"


@pytest.mark.parametrize(
    ("first", "second", "head"),
    [
        (APT, "chmod u+s /usr/bin/a", ""),
        (APT, "chmod -x /usr/bin/a", ""),
        (APT, "chown -R u /usr/lib/a", ""),
        (APT, "chown --from=v -R u /", ""),
        (APT, "chmod 700 /usr/bin/*", ""),
        (APT, "cd /usr/bin && chmod 700 a", ""),
        (APT, "cd $X && chmod 700 a", ""),
        (APT, "chmod 700 $X", ""),
        (APT, "chmod 700 $X/a", "ENV X=/usr/bin"),
        (APT, "chmod 755 /usr/bin/a && curl -o /usr/bin/a u", ""),
        (APT, "cp a /usr/bin/ && chmod 755 /usr/bin/a", ""),
        (APT, "setcap cap_net_raw+ep /bin/a", ""),
        (APT, "echo x >> /usr/share/a/b", ""),
        (APT, "echo x | tee -a /usr/share/a/b", ""),
        (APT, "touch -d @0 /lib64/a", ""),
        (APT, "find /usr -type f -exec chmod a+r {} +", ""),
        (APT, "find . -exec chmod a+r {} +", "WORKDIR /usr/share"),
        (APT, "find /usr | xargs chmod a+r", ""),
        (APT, "find /usr -exec sh -c 'chmod a+r $1' _ {} +", ""),
        (APT, "echo x > /usr/bin/a", ""),
        (APT, "cp b /usr/bin/a", ""),
        (APT, "curl -fsSLo /usr/bin/a u", ""),
        (APT, "cat b | tee /usr/lib/a", ""),
        (APT, "dd if=b of=/usr/bin/a", ""),
        ("apt-get install -y $X", "echo x > /usr/bin/b", ""),
        ("pnpm install", "cp b /app/node_modules/c/d.js", "WORKDIR /app"),
        (APT, "sudo chmod 700 /usr/bin/a", ""),
        (APT, "sh -c 'chmod 700 /usr/bin/a'", ""),
        ("sudo apt-get install -y a", "chmod 700 /usr/bin/a", ""),
        ("sh -c 'apk add a'", "chmod 700 /usr/bin/a", ""),
        ("dpkg -i a.deb", "chmod 700 /usr/bin/a", ""),
        ("rpm -Uvh a.rpm", "chmod 700 /usr/bin/a", ""),
        ("make install", "strip /usr/local/bin/a", ""),
        ("git clone /a /b", "chown -R u /b", ""),
        ("git clone ../a b", "chown -R u b", "WORKDIR /w"),
        ("git clone --depth 1 ./a", "chown -R u a", "WORKDIR /w"),
        ("git clone $X /b", "chown -R u /b", "ENV X=/a"),
        ("pnpm add a", "chown -R u /app", "WORKDIR /app"),
        ("pnpm install", "chown -R u .", ""),
        ("cd /app && pnpm install", "chown -R u /app/web", ""),
        ("pnpm -C /app install", "chown -R u /app", ""),
        ("pnpm add -g a", "chown -R u ~", ""),
        ("uv pip install a", "chown -R u /venv", ""),
        ("uv sync", "chmod -R a+w /root", ""),
        ("bun install", "chown -R u /app", ""),
        ("conda install a", "chown -R u /opt/conda/pkgs", ""),
        ("conda create -p /env a", "chown -R u /opt/conda", ""),
        ("cargo build --release", "chmod 755 target/release/a", ""),
        ("cargo build --target-dir /t", "chown -R u /t/release", ""),
        ("curl u | tar xz", "chmod 755 a/b", "WORKDIR /w"),
        ("tar -xzC /opt -f a.tgz", "chown -R u /opt/a", ""),
        ("tar --extract --directory=/opt -f a.tgz", "chmod 755 /opt/a", ""),
    ],
)
def test_one_name_changes_only(first: str, second: str, head: str) -> None:
    assert are_told_apart(first, second, head)


@pytest.mark.parametrize(
    ("first", "second", "head"),
    [
        (APT, "chown -R u /app", ""),
        (APT, "chown -R u /", ""),
        (APT, "chmod +x /entrypoint.sh", ""),
        (APT, "chmod +x run.sh *.py", ""),
        (APT, "chmod +x ~/a $HOME/b", ""),
        (APT, "chmod +x /usr/local/bin/a", ""),
        (APT, "chmod 755 $X/a", "ENV X=/app"),
        (APT, "cat x | tee /usr/share/a", ""),
        (APT, "echo x > /usr/share/a", ""),
        (APT, "echo x >> /etc/profile", ""),
        (APT, "sed -i s/a/b/ /usr/share/a", ""),
        (APT, "curl -fsSLo /usr/bin/tool u && chmod 755 /usr/bin/tool", ""),
        (APT, "wget --output-document=/usr/bin/tool u; chmod 755 /usr/bin/tool", ""),
        (APT, "curl u > /usr/bin/tool && chmod 755 /usr/bin/tool", ""),
        (APT, "cp tool /usr/bin/tool && chmod 755 /usr/bin/tool", ""),
        (APT, "ls -l /usr/bin/chmod", ""),
        (APT, "install -m 755 a /usr/bin/a", ""),
        (APT, "find /app -exec chmod a+r {} +", ""),
        ("apt-get update", "chmod 700 /usr/bin/a", ""),
        ("apt-get remove -y a", "chmod 700 /usr/bin/a", ""),
        ("dpkg -r a", "chmod 700 /usr/bin/a", ""),
        ("chmod 700 /usr/bin/a", APT, ""),
        ("git clone https://x/a /b", "chown -R u /b", ""),
        ("git clone --recursive https://x/a /b", "chown -R u /b", ""),
        ("git clone --recursive $X /b", "chown -R u /b", ""),
        ("git clone --no-hardlinks /a /b", "chown -R u /b", ""),
        ("git clone /a /b", "chown -R u /c", "WORKDIR /w"),
        ("git clone a/x b", "chown -R u .", "WORKDIR /w"),
        ("pnpm build", "chown -R u /app", "WORKDIR /app"),
        ("pnpm install", "chmod +x /entrypoint.sh", "WORKDIR /app"),
        (APT, "echo x > /etc/a", ""),
        (APT, "cp --remove-destination b /usr/bin/a", ""),
        (APT, "curl u > /usr/share/keyrings/a.gpg", ""),
        ("pnpm install", "cp b /app/c.js", "WORKDIR /app"),
        ("pnpm install --package-import-method=copy", "chown -R u /app", "WORKDIR /app"),
        ("uv sync --no-cache", "chown -R u /app", ""),
        ("uv sync", "chown -R u /app", "ENV UV_LINK_MODE=copy"),
        ("UV_LINK_MODE=copy uv sync", "chown -R u /app", ""),
        ("conda install a", "chown -R u /opt/conda", ""),
        ("conda install a", "chown -R u /root/miniconda3", ""),
        ("conda install a", "chmod 755 /app/a", ""),
        ("cargo install a", "chown -R u /app", ""),
        ("tar -czf a.tgz /opt", "chown -R u /opt/a", ""),
        ("tar -xzf a.tgz -C /opt", "chown -R u /opt", ""),
        ("tar -xzf a.tgz -C /opt", "echo x >> /opt/a", ""),
        ("tar -xzf a.tgz", "chmod 755 /b", "WORKDIR /w"),
    ],
)
def test_all_names_change_or_none(first: str, second: str, head: str) -> None:
    assert not are_told_apart(first, second, head)
