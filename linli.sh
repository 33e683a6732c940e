#!/bin/sh
# The one command of Linli 邻里: makes its own Python environment, then runs what you ask for.
#   ./linli demo   a living demo subdistrict        ./linli up     an office of your own
#   ./linli test   everything that is tested        ./linli help   all commands
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
venv=${LINLI_VENV:-$here/.venv}

say() { printf '%s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

find_python() {
    for name in ${LINLI_PYTHON:-} python3.11 python3.12 python3.13 python3 python; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
            command -v "$name"
            return
        fi
    done
    fail "需要 Python 3.11 或更新版本。 / Python 3.11 or newer is needed."
}

install_with_uv() {
    command -v uv >/dev/null 2>&1 || return 1
    uv venv --quiet --allow-existing --python "$1" "$venv" 2>/dev/null || return 1
    uv pip install --quiet --compile-bytecode --require-hashes --python "$venv/bin/python" \
        -r "$2" 2>/dev/null || return 1
}

install_with_pip() {
    "$1" -m venv "$venv" || fail "无法建立虚拟环境：请安装 uv，或 Python 的 venv 模块（Debian：python3-venv）。 /" \
        "Cannot make a virtual environment: install uv, or Python's venv module (Debian: python3-venv)."
    "$venv/bin/python" -m pip install --quiet --quiet --disable-pip-version-check --require-hashes -r "$2"
}

# The stamp names what was installed and where: another lock, or a moved folder, installs anew.
prepare() {
    lock=$here/$1
    stamp=$venv/.linli-$1
    wanted="$(cksum <"$lock") $venv"
    [ -x "$venv/bin/python" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] && return
    say "· 准备 Python 环境（仅在首次或依赖更新时） / preparing the Python environment (first time only)"
    python=$(find_python)
    [ -w "$here" ] || [ -w "$venv" ] || [ -n "${LINLI_VENV:-}" ] ||
        fail "不能写入 $here：请用 LINLI_VENV 指定可写的文件夹。 / Cannot write to $here: name a folder in LINLI_VENV."
    install_with_uv "$python" "$lock" || install_with_pip "$python" "$lock"
    printf '%s' "$wanted" >"$stamp"
    # The locks agree with each other: the longer one brings what the shorter one asks for.
    [ "$1" = requirements.lock ] || printf '%s' "$(cksum <"$here/requirements.lock") $venv" >"$venv/.linli-requirements.lock"
}

case ${1:-help} in
    test | check | messages | vendor | bench | rooms | manage) prepare requirements-dev.lock ;;
    *) prepare requirements.lock ;;
esac

if [ -d "$here/src" ]; then code=$here/src; else code=$here; fi
PYTHONPATH=$code${PYTHONPATH:+:$PYTHONPATH}
export PYTHONPATH
exec "$venv/bin/python" -P -m linli.project "$@"
