"""Drives the installed kernel dlc-csharp with jupyter_client, as notebooks and consoles do. Exits with 0 if all is as it should be."""
import os
import queue
import signal
import sys
import time

from jupyter_client.manager import start_new_kernel

PATIENCE = 60


class Client:
    def __init__(self):
        self.manager, self.client = start_new_kernel(kernel_name="dlc-csharp", startup_timeout=PATIENCE)

    def run(self, code, answer=None, **options):
        """Executes code; gives the reply and what was published up to idle."""
        published = []
        reply = self.client.execute_interactive(
            code,
            timeout=PATIENCE,
            allow_stdin=answer is not None,
            stdin_hook=lambda message: self.client.input(answer),
            output_hook=published.append,
            **options,
        )
        return reply["content"], [(m["msg_type"], m["content"]) for m in published]

    def reply_to(self, identifier):
        while True:
            message = self.client.get_shell_msg(timeout=PATIENCE)
            if message["parent_header"]["msg_id"] == identifier:
                return message["content"]

    def value(self, code):
        reply, published = self.run(code)
        assert reply["status"] == "ok", reply
        return next(content["data"]["text/plain"] for kind, content in published if kind == "execute_result")


def text_of(published):
    return "".join(content["text"] for kind, content in published if kind == "stream")


def check_values(c):
    c.run("var x = 41;")
    assert c.value("x + 1") == "42"
    _, published = c.run('Console.Write("a"); Console.Error.Write("b"); Console.Write("c");')
    assert [(k, m["name"], m["text"]) for k, m in published if k == "stream"] == [("stream", "stdout", "a"), ("stream", "stderr", "b"), ("stream", "stdout", "c")], published
    _, published = c.run("for (var i = 0; i < 100000; i++) Console.WriteLine(i);")
    assert text_of(published).split() == [str(i) for i in range(100000)]
    assert len(published) < 2000, "small writes come in few messages"


def check_errors(c):
    reply, published = c.run('throw new InvalidOperationException("so be it");')
    assert (reply["status"], reply["ename"], reply["evalue"]) == ("error", "InvalidOperationException", "so be it"), reply
    assert [kind for kind, _ in published if kind == "error"] == ["error"], published


def check_display(c):
    _, published = c.run('var shown = display(HTML("<b>1</b>")); shown.Update(HTML("<b>2</b>"));')
    kinds = [(kind, content["data"]["text/html"], content["transient"]["display_id"]) for kind, content in published if kind.endswith("display_data")]
    assert [kind[:2] for kind in kinds] == [("display_data", "<b>1</b>"), ("update_display_data", "<b>2</b>")], kinds
    assert kinds[0][2] == kinds[1][2]


def check_input(c):
    _, published = c.run('Console.Write("Hello " + input("Name? "));', answer="Ada 😀")
    assert text_of(published) == "Hello Ada 😀", published
    reply, _ = c.run('input("Name? ")')
    assert "nobody is there to answer" in reply["evalue"], reply


def check_questions(c):
    code = 'var s = "😀😀"; s.Subs'
    found = c.client.complete(code, len(code), reply=True, timeout=PATIENCE)["content"]
    assert "Substring" in found["matches"], found
    assert code[found["cursor_start"]:found["cursor_end"]] == "Subs", found
    found = c.client.inspect("Math.Abs(-1)", 7, reply=True, timeout=PATIENCE)["content"]
    assert found["found"] and "Abs" in found["data"]["text/plain"], found
    states = [c.reply_to(c.client.is_complete(code))["status"] for code in ("1 + 1", "if (true) {", "1 + ) 2")]
    assert states == ["complete", "incomplete", "invalid"], states
    history = c.client.history(hist_access_type="tail", n=1000, reply=True, timeout=PATIENCE)["content"]["history"]
    assert "x + 1" in [entry[2] for entry in history], history
    assert c.client.comm_info(reply=True, timeout=PATIENCE)["content"]["comms"] == {}


def check_interrupt(c, code, interrupt=None):
    """Interrupts a cell that runs, and has those behind it aborted."""
    started = c.client.execute("Console.WriteLine(\"started\"); " + code)
    behind = c.client.execute("1")
    while True:
        message = c.client.get_iopub_msg(timeout=PATIENCE)
        if message["msg_type"] == "stream" and message["parent_header"]["msg_id"] == started:
            break
    time.sleep(0.5)
    (interrupt or c.manager.interrupt_kernel)()
    replies = {}
    while len(replies) < 2:
        message = c.client.get_shell_msg(timeout=PATIENCE)
        replies[message["parent_header"]["msg_id"]] = message["content"]
    assert replies[started]["status"] == "error" and replies[started]["ename"] == "Interrupted", replies
    assert replies[behind]["status"] == "aborted", replies
    assert c.value("x + 1") == "42", "variables stay"


def check_idle_interrupt(c):
    """An interrupt of nothing does nothing, now and to the next cell."""
    c.manager.interrupt_kernel()
    time.sleep(1)
    assert c.value("x + 1") == "42"


def check_restart(c):
    c.manager.restart_kernel(now=False)
    c.client.wait_for_ready(timeout=PATIENCE)
    reply, _ = c.run("x")
    assert reply["status"] == "error", "a restarted kernel has no variables"
    assert c.value("1 + 1") == "2"


def check_death(c):
    """A cell that ends the process is restarted by hand, as a browser would."""
    c.client.execute("Environment.Exit(3);")
    for _ in range(600):
        if not c.manager.is_alive():
            break
        time.sleep(0.1)
    assert not c.manager.is_alive()
    c.manager.restart_kernel(now=True)
    c.client.wait_for_ready(timeout=PATIENCE)
    assert c.value("2 + 2") == "4"


def check_shutdown(c):
    c.run("new Thread(() => Thread.Sleep(-1)).Start();")
    c.manager.shutdown_kernel(now=False)
    assert not c.manager.is_alive()


def main():
    # A shell in the background has its children ignore interrupts.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    c = Client()
    steps = [
        ("values and streams", lambda: check_values(c)),
        ("errors", lambda: check_errors(c)),
        ("displays", lambda: check_display(c)),
        ("input", lambda: check_input(c)),
        ("questions", lambda: check_questions(c)),
        ("interrupt of a loop", lambda: check_interrupt(c, "while (true) { }")),
        ("interrupt of a sleep", lambda: check_interrupt(c, "Thread.Sleep(-1);")),
        ("interrupt of an await", lambda: check_interrupt(c, "await Task.Delay(-1);")),
        ("interrupt of a loop that writes", lambda: check_interrupt(c, "while (true) Console.WriteLine(1);")),
        ("interrupt by a signal", lambda: check_interrupt(c, "while (true) { }", lambda: os.kill(c.manager.provisioner.pid, signal.SIGINT))),
        ("interrupt of nothing", lambda: check_idle_interrupt(c)),
        ("restart", lambda: check_restart(c)),
        ("death", lambda: check_death(c)),
        ("shutdown", lambda: check_shutdown(c)),
    ]
    failed = 0
    try:
        for name, step in steps:
            try:
                begun = time.monotonic()
                step()
                print(f"ok      {name} ({time.monotonic() - begun:.1f} s)", flush=True)
            except (AssertionError, KeyError, queue.Empty, TimeoutError, RuntimeError) as problem:
                failed += 1
                print(f"FAILED  {name}: {type(problem).__name__}: {problem}", flush=True)
    finally:
        c.client.stop_channels()
        if c.manager.is_alive():
            c.manager.shutdown_kernel(now=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
