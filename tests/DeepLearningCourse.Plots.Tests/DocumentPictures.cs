using DeepLearningCourse.Tests;

namespace DeepLearningCourse.Plots.Tests;

/// <summary>The pictures of the documents, drawn anew when asked for: <c>dotnet test --filter FullyQualifiedName~DocumentPictures</c>.</summary>
[Explicit("It draws the pictures of the documents anew.")]
public sealed class DocumentPictures : NetworkTest
{
    [Test]
    public void Draw()
    {
        var folder = Directory.CreateDirectory(Repository.PathOf("docs/images")).FullName;
        var history = Runs.Digits(40);
        history.Plot().Save(Path.Combine(folder, "history.png"));
        history.PlotLearningRate().Save(Path.Combine(folder, "learning-rate.png"));
        history.Epochs[^1].Validation!.ConfusionMatrix!.Plot().Save(Path.Combine(folder, "confusion-matrix.png"));
        new[] { new Curve("sharp", Roc(0.25)), new Curve("middling", Roc(0.5)), new Curve("dull", Roc(0.8)) }.PlotRoc().Save(Path.Combine(folder, "roc.png"));

        foreach (var file in Directory.GetFiles(folder, "*.png"))
        {
            Assert.That(new FileInfo(file).Length, Is.LessThan(60_000), file);
        }
    }

    /// <summary>A curve of answers whose errors grow with the exponent.</summary>
    private static List<(double X, double Y)> Roc(double exponent) =>
        [.. Enumerable.Range(0, 201).Select(i => i / 200.0).Select(x => (x * x, Math.Pow(x * x, exponent)))];
}
