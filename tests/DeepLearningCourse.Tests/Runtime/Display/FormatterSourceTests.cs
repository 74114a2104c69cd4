using System.Reflection;
using System.Xml.Linq;
using DeepLearningCourse.Data;
using DeepLearningCourse.Metrics;
using DeepLearningCourse.Models;
using DeepLearningCourse.Runtime.Display;
using DeepLearningCourse.Tests.Training.Display;
using DeepLearningCourse.Training;
using DeepLearningCourse.Training.Tuning;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Runtime.Display;

public sealed class FormatterSourceTests : NetworkTest
{
    [Test]
    public void A_notebook_finds_html_and_text_of_all_results()
    {
        using BinaryClassifier model = new();
        var history = Runs.History();
        object[] values =
        [
            model, model.Summary(), model.Diagram(2, 10), model.ParameterStatistics(), history, history.Profile(), history.Epochs[0], Runs.Validation(0.5),
            Runs.Validation(0.5).ConfusionMatrix!, new Accuracy(), new ConfusionMatrixMetric(2), Finding(), new BatchSizeFinding([], 1 << 30), Folds(),
            new TrainingCheck([new CheckFinding(CheckSeverity.Warning, "a <b>")]), Thresholds.Best(tensor(new[] { 0.2, 0.7 }), tensor(new[] { 0.0, 1 }), ThresholdGoal.F1),
            new DatasetInfo("wine", "a & b", "here", "CC BY 4.0", "them"),
        ];

        foreach (var value in values)
        {
            var shown = ForeignNotebook.Show(value);
            Assert.That(shown.Keys, Is.EqualTo(new[] { "text/html", "text/plain" }), value.GetType().Name);
            Assert.That(() => XElement.Parse(shown["text/html"]), Throws.Nothing, value.GetType().Name);
            Assert.That(shown["text/html"], Does.Not.Contain("<script").And.Not.Contain("src=").And.Not.Contain("href="), value.GetType().Name);
            Assert.That(shown["text/plain"], Is.EqualTo(value.ToString()).And.Not.EqualTo(value.GetType().FullName));
            Assert.That(ForeignNotebook.Preferred(value.GetType()), Is.EqualTo(new[] { "text/html", "text/plain" }));
        }
    }

    [Test]
    public void Whatever_has_html_is_found_by_notebooks()
    {
        var silent = typeof(MyNeuralNetwork).Assembly.GetExportedTypes()
            .Where(type => type.GetMethod("ToHtml", BindingFlags.Public | BindingFlags.Instance) is not null)
            .Where(type => !type.IsAssignableTo(typeof(IHasHtml)) || type.GetCustomAttribute<TypeFormatterSourceAttribute>() is null);

        Assert.That(silent, Is.Empty);
    }

    [Test]
    public void Control_characters_and_halves_of_letters_leave_the_html_well_formed()
    {
        using BinaryClassifier model = new();
        var text = new TrainingCheck([new CheckFinding(CheckSeverity.Error, "a\0b\u0001 \uD800 <i> \"&' \uFFFF")]).ToHtml();

        Assert.That(XElement.Parse(text).Value, Does.Contain("a\uFFFDb\uFFFD").And.Contain("<i> \"&'"));
        Assert.That(text, Does.Not.Contain("<i>"));
    }

    internal static LearningRateFinding Finding() =>
        new([.. Enumerable.Range(0, 100).Select(i => new LearningRatePoint(1e-5 * Math.Pow(10, i / 20.0), 1 - (i / 200.0), 1 - (i / 200.0)))], 100, diverged: false);

    internal static CrossValidationResult Folds() =>
        new([.. Enumerable.Range(1, 3).Select(number => new FoldResult(number, Runs.History(), Runs.Validation(0.1 * number)))]);
}
