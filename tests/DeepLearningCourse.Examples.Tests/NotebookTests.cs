using System.Text.Json.Nodes;
using DeepLearningCourse.Tests;
using DeepLearningCourse.Tests.Data;

namespace DeepLearningCourse.Examples.Tests;

/// <summary>Every notebook is made of the programs beside it, runs from top to bottom, and shows what it should.</summary>
[NonParallelizable]
public sealed class NotebookTests
{
    private const string Number = @"(-?\d+(?:\.\d+)?(?:E[-+]\d+)?)";

    private static readonly Dictionary<string, Action<Run>> Expected = new()
    {
        ["1-tensores-y-redes"] = run =>
        {
            Contains(run, "f'(4) según autograd: 36, a mano: 36", "k = 1", "fc(1, 2, 3) = (17, 22)", "(bloque_2): Bloque(", "Is 'w2' missing from forward?");
            Assert.That(run.Number($"x·Wᵀ \\+ b: {Number}"), Is.LessThan(1e-5));
        },
        ["2-entrenamiento"] = run =>
        {
            Contains(run, "Después de dos, sin zero_grad: (4, 4, 4)", "¿Las mismas probabilidades? True");
            Assert.That(run.Number($"con que se entrenó: {Number}"), Is.GreaterThan(0.97));
        },
        ["3-mini-batching"] = run =>
        {
            Assert.That(run.Number($"con el promedio: {Number}"), Is.LessThan(1e-5 * run.Number($"w1 llega hasta {Number}")));
            Contains(run, "32 de 32 batches son iguales");
        },
        ["4-registro-y-trainer"] = run => Contains(run, "conValores(1, 2) = 16", "<svg", "¿Los mismos pesos, bit por bit, que el loop a mano? True"),
        ["5-continuara"] = run =>
        {
            Assert.That(run.Number($@"R² = {Number}"), Is.InRange(0.4, 0.7));
            Assert.That(run.Number($"Exactitud en la prueba: {Number}"), Is.GreaterThan(0.95));
            Contains(run, "image/png");
        },
        ["6-cnn"] = run =>
        {
            Assert.That(run.Number($"Exactitud en la prueba: {Number}"), Is.GreaterThan(0.84));
            Contains(run, "image/png", "<svg");
        },
    };

    private static string Folder => Repository.PathOf("examples/notebooks");

    private static string Tool => Directory.EnumerateFiles(Repository.PathOf("src/DeepLearningCourse.Notebooks/bin"), "dlc-notebook.dll", SearchOption.AllDirectories)
        .OrderByDescending(File.GetLastWriteTimeUtc).First();

    private static IEnumerable<string> Notebooks => Directory.EnumerateFiles(Folder, "*.ipynb").Select(file => Path.GetFileNameWithoutExtension(file)).Order();

    [TestCaseSource(nameof(Notebooks))]
    public void A_notebook_runs_and_its_figures_hold(string name)
    {
        Assert.That(Expected, Does.ContainKey(name), "the notebook has no expectations");
        using TemporaryFolder folder = new();
        var target = Path.Combine(folder.FullName, "out.ipynb");

        var run = Run.Dotnet(Tool, "run", Path.Combine(Folder, name + ".ipynb"), "--output", target);

        Assert.That(run.ExitCode, Is.Zero, run.Output);
        Expected[name](run with { Output = Shown(target) });
    }

    [TestCaseSource(nameof(Notebooks))]
    public void A_notebook_has_the_cells_of_its_programs(string name)
    {
        var run = Run.Dotnet(Tool, "convert", "--check", Path.Combine(Folder, name + ".ipynb"));

        Assert.That(run.ExitCode, Is.Zero, run.Output);
    }

    [TestCaseSource(nameof(Notebooks))]
    public void A_notebook_reads_well_without_running(string name)
    {
        var path = Path.Combine(Folder, name + ".ipynb");
        var cells = JsonNode.Parse(File.ReadAllText(path))!["cells"]!.AsArray().Where(cell => (string)cell!["cell_type"]! == "code").ToList();

        Assert.That(cells.Select(cell => cell!["execution_count"]), Has.None.Null, "a cell was not run before the notebook was kept");
        Assert.That(cells.SelectMany(cell => cell!["outputs"]!.AsArray()).Select(output => (string)output!["output_type"]!), Has.None.EqualTo("error"));
        Assert.That(new FileInfo(path).Length, Is.LessThan(1_000_000), "a code host shows no larger one");
    }

    [Test]
    public void Every_topic_is_in_one_notebook()
    {
        var sources = Notebooks.SelectMany(name => JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, name + ".ipynb")))!["metadata"]!["dlc"]!["sources"]!.AsArray())
            .Select(path => Path.GetFileName((string)path!));

        Assert.That(sources, Is.EquivalentTo(Directory.EnumerateFiles(Repository.PathOf("examples"), "*.cs").Select(Path.GetFileName)));
    }

    /// <summary>All texts and MIME types of a notebook's outputs.</summary>
    private static string Shown(string path)
    {
        var outputs = JsonNode.Parse(File.ReadAllText(path))!["cells"]!.AsArray().SelectMany(cell => cell!["outputs"] as JsonArray ?? []);
        return string.Join('\n', outputs.SelectMany(output => output!["text"] is { } text ? [Text(text)] : Data(output["data"])));
    }

    private static IEnumerable<string> Data(JsonNode? data) => data is JsonObject all ? all.Select(item => $"{item.Key}\n{Text(item.Value!)}") : [];

    private static string Text(JsonNode node) => node is JsonArray lines ? string.Concat(lines.Select(line => (string)line!)) : (string)node!;

    private static void Contains(Run run, params string[] texts)
    {
        foreach (var text in texts)
        {
            Assert.That(run.Output, Does.Contain(text));
        }
    }
}
