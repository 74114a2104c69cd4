"""
Runs a notebook in the classic Jupyter Notebook in a headless Chromium, as a student would: opens it, runs all cells, looks at the outputs; interrupts a loop and
restarts the kernel from the menu. Arguments: the server's address with its token, the notebook's name, the folder for the picture of the page.
"""
import os
import sys
import time

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By

PATIENCE = 240


def wait_for(browser, what, script):
    """Waits until a script gives something true, and gives that back."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found = browser.execute_script(f"return {script};")
        if found:
            return found
        time.sleep(0.2)
    browser.save_screenshot(os.path.join(sys.argv[3], "failed.png"))
    raise AssertionError(f"{what} did not come in {PATIENCE} s; on the page: {browser.find_element(By.TAG_NAME, 'body').text[-2000:]}")


def open_browser():
    options = webdriver.ChromeOptions()
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--window-size=1200,2400"):
        options.add_argument(argument)
    return webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)


def open_notebook(browser):
    address, token = sys.argv[1].split("?")
    browser.get(f"{address}notebooks/{sys.argv[2]}?{token}")
    wait_for(browser, "The notebook", "window.Jupyter && Jupyter.notebook && Jupyter.notebook._fully_loaded")
    wait_for(browser, "The kernel", "Jupyter.notebook.kernel && Jupyter.notebook.kernel.is_connected() && !!Jupyter.notebook.kernel.info_reply.implementation")
    # No question whether a restart is meant, and none when the page is left.
    browser.execute_script("window.onbeforeunload = null;")


def run_all(browser):
    browser.execute_script("Jupyter.actions.call('jupyter-notebook:run-all-cells');")
    wait_for(browser, "The end of the last cell", """Jupyter.notebook.get_cells().filter(c => c.cell_type === 'code')
        .every(c => !c.element.hasClass('running') && c.input_prompt_number > 0)""")


def outputs(browser, beginning):
    """The outputs of the cell that begins so, as the notebook has them."""
    return browser.execute_script("""const cell = Jupyter.notebook.get_cells().find(c => c.get_text().startsWith(arguments[0]));
        return cell.output_area.outputs;""", beginning)


def check_outputs(browser):
    errors = browser.execute_script("return Array.from(document.querySelectorAll('.output_error')).map(e => e.innerText)")
    assert not errors, errors
    text = browser.execute_script("return document.querySelector('#notebook').innerText")
    assert "some text, ñ and 😀" in text and "42" in text
    assert browser.execute_script("return getComputedStyle(document.querySelector('.rich')).fontWeight") == "700"
    steps = browser.execute_script("return Array.from(document.querySelectorAll('.step')).map(e => e.innerText)")
    assert steps == ["5"], f"the output is brought up to date in its place: {steps}"
    assert len(outputs(browser, "var shown")) == 1, outputs(browser, "var shown")
    assert len(browser.execute_script("""return Array.from(Jupyter.notebook.get_cells().find(c => c.get_text().startsWith('var shown')).element[0]
        .querySelectorAll('.output_area')).map(e => e.innerText)""")) == 1
    widths = browser.execute_script("return Array.from(document.querySelectorAll('.output img')).map(e => e.naturalWidth)")
    assert len(widths) >= 2 and all(width > 0 for width in widths), widths
    training = outputs(browser, "manual_seed")
    assert len(training) <= 1, f"the training shows one output: {[output['output_type'] for output in training]}"
    assert browser.execute_script("return document.querySelectorAll('.CodeMirror .cm-keyword').length") > 0, "the code is coloured"


def check_interrupt_and_restart(browser):
    browser.execute_script("""const cell = Jupyter.notebook.insert_cell_below('code', Jupyter.notebook.ncells() - 1);
        cell.set_text('var kept = 1; Console.WriteLine("started"); while (true) { }'); cell.execute();""")
    wait_for(browser, "The loop", "Jupyter.notebook.get_cells().slice(-1)[0].output_area.outputs.length > 0")
    browser.execute_script("Jupyter.notebook.kernel.interrupt();")
    wait_for(browser, "The interrupt", "!Jupyter.notebook.get_cells().slice(-1)[0].element.hasClass('running')")
    last = browser.execute_script("return Jupyter.notebook.get_cells().slice(-1)[0].output_area.outputs.slice(-1)[0]")
    assert (last["output_type"], last["ename"]) == ("error", "Interrupted"), last

    browser.execute_script("window.restarted = false; Jupyter.notebook.events.on('kernel_ready.Kernel', () => { window.restarted = true; }); Jupyter.notebook.kernel.restart();")
    wait_for(browser, "The restarted kernel", "window.restarted && Jupyter.notebook.kernel.is_connected()")
    browser.execute_script("const cell = Jupyter.notebook.get_cells().slice(-1)[0]; cell.set_text('40 + 2'); cell.execute();")
    wait_for(browser, "A cell after the restart", "(o => o.length === 1 && o[0].output_type === 'execute_result' && o[0].data['text/plain'] === '42')(Jupyter.notebook.get_cells().slice(-1)[0].output_area.outputs)")


def main():
    browser = open_browser()
    try:
        open_notebook(browser)
        run_all(browser)
        browser.save_screenshot(os.path.join(sys.argv[3], "notebook.png"))
        check_outputs(browser)
        print("ok      browser: outputs", flush=True)
        check_interrupt_and_restart(browser)
        print("ok      browser: interrupt and restart", flush=True)
    finally:
        browser.quit()
    return 0


if __name__ == "__main__":
    sys.exit(main())
