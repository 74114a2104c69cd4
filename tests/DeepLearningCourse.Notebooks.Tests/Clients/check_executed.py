"""Looks at the notebook that `jupyter nbconvert --execute` wrote. Exits with 0 if every cell's output is as it should be."""
import json
import sys


def outputs_of(notebook, beginning):
    return next(cell["outputs"] for cell in notebook["cells"] if cell["cell_type"] == "code" and "".join(cell["source"]).startswith(beginning))


def joined(value):
    return "".join(value) if isinstance(value, list) else value


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        notebook = json.load(file)

    errors = [output for cell in notebook["cells"] for output in cell.get("outputs", []) if output["output_type"] == "error"]
    assert not errors, errors
    text = outputs_of(notebook, "Console.WriteLine")
    assert [output["output_type"] for output in text] == ["stream", "execute_result"], text
    assert joined(text[0]["text"]) == "some text, ñ and 😀\n", text
    assert joined(text[1]["data"]["text/plain"]) == "42", text
    assert "class='rich'" in joined(outputs_of(notebook, "HTML(\"<b")[0]["data"]["text/html"])
    updated = outputs_of(notebook, "var shown")
    assert len(updated) == 1 and ">5<" in joined(updated[0]["data"]["text/html"]), updated
    assert joined(outputs_of(notebook, "history.Epochs")[0]["data"]["text/plain"]) == "3"
    assert {"image/png", "text/html"} & set(outputs_of(notebook, "var picture")[0]["data"])
    print(f"ok      nbconvert: {len(notebook['cells'])} cells")
    return 0


if __name__ == "__main__":
    sys.exit(main())
