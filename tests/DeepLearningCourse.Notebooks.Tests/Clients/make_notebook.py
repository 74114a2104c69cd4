"""Writes the notebook that the clients run: text, rich HTML, an output brought up to date in its place, a training, and a picture."""
import json
import sys

CELLS = [
    ("markdown", "# A notebook for clients"),
    ("code", """using DeepLearningCourse.Data;
using DeepLearningCourse.Models;
using DeepLearningCourse.Optimization;
using DeepLearningCourse.Plots;
using DeepLearningCourse.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;"""),
    ("code", 'Console.WriteLine("some text, ñ and 😀");\n6 * 7'),
    ("code", 'HTML("<b class=\'rich\'>rich</b>")'),
    ("code", """var shown = display(HTML("<p class='step'>0</p>"));
for (var i = 1; i <= 5; i++)
{
    Thread.Sleep(100);
    shown.Update(HTML($"<p class='step'>{i}</p>"));
}"""),
    ("code", """class BinaryClassifier : MyNeuralNetwork
{
    public Linear w1 { get; } = nn.Linear(10, 8);
    public Linear w2 { get; } = nn.Linear(8, 1);
    public ReLU relu { get; } = nn.ReLU();
    public override Tensor forward(Tensor x) => w2.call(relu.call(w1.call(x)));
}"""),
    ("code", """manual_seed(0);
using var model = new BinaryClassifier();
using var data = new InMemoryDataset(rand(256, 10), rand(256, 1).round());
using var loader = new DataLoader<(Tensor features, Tensor target)>(data, batchSize: 16, seed: 1);
var history = new Trainer(model, nn.BCEWithLogitsLoss(), Optimizers.Adam(model.parameters(), lr: 1e-2), new() { Epochs = 3 }).Fit(loader);"""),
    ("code", "history.Epochs.Count"),
    ("code", "var picture = history.Plot();\npicture"),
    ("code", 'HTML($"<img class=\'png\' src=\'data:image/png;base64,{Convert.ToBase64String(picture.ToPng())}\'/>")'),
]


def cell(number, kind, source):
    made = {"cell_type": kind, "id": f"cell-{number}", "metadata": {}, "source": source}
    return made | {"execution_count": None, "outputs": []} if kind == "code" else made


def main():
    notebook = {
        "cells": [cell(number, kind, source) for number, (kind, source) in enumerate(CELLS)],
        "metadata": {
            "kernelspec": {"name": "dlc-csharp", "display_name": "C# (DeepLearningCourse)", "language": "C#"},
            "language_info": {"name": "C#", "file_extension": ".cs", "mimetype": "text/x-csharp", "pygments_lexer": "csharp", "version": "14"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    with open(sys.argv[1], "w", encoding="utf-8") as file:
        json.dump(notebook, file, indent=1, ensure_ascii=False)


if __name__ == "__main__":
    main()
