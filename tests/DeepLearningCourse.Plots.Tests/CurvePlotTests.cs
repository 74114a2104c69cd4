namespace DeepLearningCourse.Plots.Tests;

public sealed class CurvePlotTests
{
    [Test]
    public void A_ROC_curve_lies_in_the_unit_square()
    {
        var points = new[] { new Curve("network", [(0, 0), (0.25, 0.75), (double.NaN, 1), (1, 1)]) }.PlotRoc().FirstLine();

        Assert.That(points, Has.Count.EqualTo(3), "what is no number is left out");
        var (width, height) = (points[2].X - points[0].X, points[0].Y - points[2].Y);
        Assert.That((points[1].X - points[0].X) / width, Is.EqualTo(0.25).Within(1e-4));
        Assert.That((points[0].Y - points[1].Y) / height, Is.EqualTo(0.75).Within(1e-4));
    }

    [Test]
    public void Axes_and_curves_are_named()
    {
        Curve[] curves = [new("network", [(0, 0), (1, 1)]), new("baseline", [(0, 0), (1, 1)])];

        Assert.That(curves.PlotRoc().Texts(), Is.SupersetOf(new[] { "network", "baseline", "chance", "false positive rate", "true positive rate", "0", "1" }));
        Assert.That(curves.PlotPrecisionRecall(PlotTexts.Spanish).Texts(), Is.SupersetOf(new[] { "network", "exhaustividad", "precisión" }));
    }

    [Test]
    public void A_precision_recall_curve_goes_in_steps()
    {
        var points = new (double X, double Y)[] { (0, 1), (0.5, 1), (1, 0.5) }.PlotPrecisionRecall().FirstLine();

        Assert.That(points.Zip(points.Skip(1)), Is.All.Matches<((double X, double Y) From, (double X, double Y) To)>(
            pair => Math.Abs(pair.From.X - pair.To.X) < 1e-3 || Math.Abs(pair.From.Y - pair.To.Y) < 1e-3));
        Assert.That(points[^2].X, Is.EqualTo((points[0].X + points[^1].X) / 2).Within(0.01), "the precision of a point holds from the point before it");
    }

    [Test]
    public void What_is_no_curve_is_refused_in_a_sentence()
    {
        Assert.That(() => Array.Empty<Curve>().PlotRoc(), Throws.ArgumentException.With.Message.Contains("no curve"));
        Assert.That(() => new[] { new Curve("a", []) }.PlotRoc(), Throws.ArgumentException.With.Message.Contains("'a' has no points"));
        Assert.That(() => new (double, double)[] { (0, 0), (50, 0.5) }.PlotRoc(), Throws.ArgumentException.With.Message.Contains("(50, 0.5)"));
    }
}
