using DeepLearningCourse.Metrics;
using DeepLearningCourse.Tests;
using static TorchSharp.torch;

namespace DeepLearningCourse.Plots.Tests;

public sealed class ConfusionMatrixPlotTests : TensorTest
{
    [Test]
    public void Rows_are_true_classes_from_above_and_columns_are_predicted_ones()
    {
        var texts = Matrix().Plot(["ham", "spam"]).Texts();

        Assert.That(texts.Take(4), Is.EqualTo(new[] { "6", "2", "1", "3" }), "row after row");
        Assert.That(texts.Count(text => text is "ham"), Is.EqualTo(2), "on both axes");
        Assert.That(texts, Is.SupersetOf(new[] { "true class", "predicted class", "spam" }));
    }

    [Test]
    public void Shares_are_of_the_true_class_and_a_class_that_never_came_has_none()
    {
        Assert.That(Matrix().Plot(isNormalized: true).Texts().Take(4), Is.EqualTo(new[] { "0.75", "0.25", "0.25", "0.75" }));

        ConfusionMatrix empty = new(2);
        empty.Add(tensor(new long[] { 0 }), tensor(new long[] { 0 }));
        Assert.That(empty.Plot(isNormalized: true).Texts().Take(4), Is.EqualTo(new[] { "1.00", "0.00", "–", "–" }));
    }

    [Test]
    public void The_more_of_its_class_the_darker_is_a_cell()
    {
        var cells = Matrix().Plot().Cells(2);

        Assert.That(cells[0], Is.EqualTo(cells[3]), "both are three quarters of their class");
        Assert.That(cells[1], Is.EqualTo(cells[2]));
        Assert.That(Convert.ToInt32(cells[0][1..3], 16), Is.LessThan(Convert.ToInt32(cells[1][1..3], 16)));
    }

    [Test]
    public void Its_words_and_its_title_can_be_others()
    {
        var picture = Matrix().Plot(texts: PlotTexts.Spanish with { Title = "Correo no deseado, conjunto de validación" });

        Assert.That(picture.Texts(), Is.SupersetOf(new[] { "clase verdadera", "clase predicha", "Correo no deseado, conjunto de validación" }));
        Assert.That(picture.Width, Is.GreaterThan(Matrix().Plot().Width), "there is room for the title");
    }

    [Test]
    public void A_picture_keeps_the_matrix_as_it_was()
    {
        var matrix = Matrix();
        var picture = matrix.Plot();
        matrix.Add(zeros(5), zeros(5));

        Assert.That(picture.Texts()[0], Is.EqualTo("6"));
    }

    [Test]
    public void Many_classes_have_cells_without_numbers()
    {
        ConfusionMatrix matrix = new(100);
        matrix.Add(arange(100), arange(100));
        var picture = matrix.Plot();

        Assert.That(picture.Width, Is.LessThan(1500));
        Assert.That(picture.Texts(), Has.Count.EqualTo(202), "the names of the classes and of the axes");
    }

    [Test]
    public void As_many_names_as_classes_are_needed() =>
        Assert.That(() => Matrix().Plot(["ham"]), Throws.ArgumentException.With.Message.Contains("1 names for 2 classes"));

    private static ConfusionMatrix Matrix()
    {
        ConfusionMatrix matrix = new(2);
        matrix.Add(tensor(new long[] { 0, 0, 0, 0, 0, 0, 1, 1, 0, 1, 1, 1 }), tensor(new long[] { 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1 }));
        return matrix;
    }
}
