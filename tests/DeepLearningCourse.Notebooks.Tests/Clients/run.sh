#!/usr/bin/env bash
# Real clients against the kernel: jupyter_client, nbconvert, and the classic notebook in a headless Chromium (Debian's packages).
# Exits with 77 where the packages cannot be installed.
# Usage: run.sh [PROGRAM] [PICTURES]: the dlc-notebook to test, by default this repository's build; a folder for pictures of the page.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
python=/usr/bin/python3

packages=(jupyter-notebook jupyter-nbconvert python3-jupyter-client python3-selenium chromium chromium-driver)
if ! dpkg -s "${packages[@]}" >/dev/null 2>&1; then
    if ! { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}"; } >/dev/null 2>&1; then
        echo "skipped: ${packages[*]} cannot be installed here"
        exit 77
    fi
fi

program=${1:-}
if [ -z "$program" ]; then
    dotnet build "$root/src/DeepLearningCourse.Notebooks" -v q -nologo
    program=$root/src/DeepLearningCourse.Notebooks/bin/Debug/net10.0/dlc-notebook
fi

work=$(mktemp -d)
pictures=${2:-$work}
server=
clean() {
    if [ -n "$server" ]; then kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; fi
    rm -rf "$work"
}
trap clean EXIT

# Nothing of this touches the person's own Jupyter.
export JUPYTER_DATA_DIR=$work/data JUPYTER_RUNTIME_DIR=$work/runtime JUPYTER_CONFIG_DIR=$work/config IPYTHONDIR=$work/ipython
"$program" kernel install

"$python" "$here/kernel_client.py"

"$python" "$here/make_notebook.py" "$work/clients.ipynb"
"$python" -m nbconvert --to notebook --execute --output executed.ipynb --ExecutePreprocessor.timeout=300 "$work/clients.ipynb"
"$python" "$here/check_executed.py" "$work/executed.ipynb"

port=$("$python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
token=clients
(cd "$work" && exec "$python" -m notebook --no-browser --allow-root --ip=127.0.0.1 --port="$port" --NotebookApp.token="$token") >"$work/server.log" 2>&1 &
server=$!
for _ in $(seq 100); do
    if "$python" -c "import socket; socket.create_connection(('127.0.0.1', $port))" 2>/dev/null; then break; fi
    sleep 0.2
done
if ! "$python" "$here/browser.py" "http://127.0.0.1:$port/?token=$token" clients.ipynb "$pictures"; then
    tail -30 "$work/server.log"
    exit 1
fi

# A server that is killed leaves no kernel behind.
if ! pgrep -f "$work/runtime/kernel-" >/dev/null; then
    echo "FAILED  the browser's kernel is already gone"
    exit 1
fi
kill -9 "$server" 2>/dev/null || true
wait "$server" 2>/dev/null || true
server=
for _ in $(seq 100); do
    if ! pgrep -f "$work/runtime/kernel-" >/dev/null; then break; fi
    sleep 0.2
done
if pgrep -f "$work/runtime/kernel-"; then
    echo "FAILED  a kernel outlived its server"
    exit 1
fi
echo "ok      no kernel outlives its server"
