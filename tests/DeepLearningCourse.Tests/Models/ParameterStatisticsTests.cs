using System.Text.Json;
using DeepLearningCourse.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Models;

public sealed class ParameterStatisticsTests : NetworkTest
{
    private static readonly JsonElement Expected = ParameterReference.Root.GetProperty("statistics");

    [Test]
    public void Numbers_are_those_of_numpy()
    {
        using var model = new One(tensor(Expected.GetProperty("weight").Numbers()).reshape(4, 3));
        (model.p * tensor(Expected.GetProperty("gradient").Numbers()).reshape(4, 3)).sum().backward();

        var report = model.ParameterStatistics()["p"];

        var weight = Expected.GetProperty("of_weight");
        var gradient = Expected.GetProperty("of_gradient");
        double Of(JsonElement of, string name) => of.GetProperty(name).GetDouble();
        Assert.That(
            new[] { report.Mean, report.StandardDeviation, report.Min, report.Max, report.Norm, report.ZeroShare, report.GradientNorm, report.GradientMeanAbsolute, report.GradientZeroShare, report.GradientToWeightRatio },
            Is.EqualTo(new[]
            {
                Of(weight, "mean"), Of(weight, "std"), Of(weight, "min"), Of(weight, "max"), Of(weight, "norm"), Of(weight, "zeros"),
                Of(gradient, "norm"), Of(gradient, "mean_absolute"), Of(gradient, "zeros"), Of(gradient, "norm") / Of(weight, "norm"),
            }).Within(1e-12));
        Assert.That(report.Shape, Is.EqualTo(new[] { 4, 3 }));
        Assert.That((report.Dtype, report.Trainable, report.NaNCount, report.InfinityCount), Is.EqualTo((ScalarType.Float64, true, 0L, 0L)));
    }

    [TestCase(ScalarType.Float16)]
    [TestCase(ScalarType.BFloat16)]
    [TestCase(ScalarType.Float32)]
    [TestCase(ScalarType.ComplexFloat32)]
    public void Every_type_is_computed_in_float64(ScalarType type)
    {
        // In half precision the sum of squares, 4e9, would be infinite.
        using var model = new One(full([1000], 2000, type));

        var report = model.ParameterStatistics().Parameters.Single();

        Assert.That((report.Mean, report.StandardDeviation, report.Dtype), Is.EqualTo(((double?)2000, (double?)0, type)));
        Assert.That(report.Norm, Is.EqualTo(2000 * Math.Sqrt(1000)).Within(1e-6));
        Assert.That(report.GradientNorm, Is.Null);
    }

    [Test]
    public void Nothing_and_what_is_no_number_have_their_numbers()
    {
        using var nothing = new One(empty(0, 3));
        using var broken = new One(tensor(new[] { double.NaN, double.PositiveInfinity, double.NegativeInfinity, 0 }));
        using var zero = new One(zeros(2));
        zero.p.sum().backward();

        var ofNothing = nothing.ParameterStatistics()["p"];
        var ofBroken = broken.ParameterStatistics()["p"];

        Assert.That((ofNothing.Mean, ofNothing.StandardDeviation, ofNothing.Min, ofNothing.Max, ofNothing.Norm, ofNothing.ZeroShare), Is.EqualTo(((double?)null, (double?)null, (double?)null, (double?)null, 0.0, 0.0)));
        Assert.That((ofBroken.NaNCount, ofBroken.InfinityCount, ofBroken.ZeroShare, ofBroken.Mean), Is.EqualTo((1L, 2L, 0.25, (double?)double.NaN)));
        Assert.That(zero.ParameterStatistics()["p"].GradientToWeightRatio, Is.Null);
        Assert.That(zero.ParameterStatistics()["p"].GradientNorm, Is.EqualTo(Math.Sqrt(2)).Within(1e-12));
        Assert.That(nothing.ParameterStatistics().ToString(), Does.Contain("[0, 3]"));
    }

    [Test]
    public void Looking_leaves_the_gradient_and_the_network_as_they_are()
    {
        using var model = new BinaryClassifier();
        var loss = model.call(rand(4, 10)).square().mean();
        model.Freeze("w3.bias");

        _ = model.ParameterStatistics();
        loss.backward();
        var report = model.ParameterStatistics();

        Assert.That(report["w3.bias"].GradientNorm, Is.Null);
        Assert.That(report["w3.bias"].Trainable, Is.False);
        Assert.That(report["w1.weight"].GradientNorm, Is.GreaterThan(0));
        Assert.That(model.w1.weight.requires_grad && model.w1.weight.is_leaf, Is.True);
        Assert.That(() => report["w9.bias"], Throws.ArgumentException.With.Message.StartsWith("There is no parameter 'w9.bias'. There are w1.weight, w1.bias"));
    }

    [Test]
    public void The_table_is_for_the_console_and_for_a_page()
    {
        using var model = new Line();
        model.fc.weight.SetData(tensor(new double[,] { { 3, 0 } }));
        model.fc.bias!.SetData(tensor(new[] { -1.5 }));

        Assert.That(model.ParameterStatistics().ToString(), Is.EqualTo(string.Join('\n', [
            "Parameter  Shape   Type     Trainable  Mean  Std   Min   Max  Norm   Zeros  NaN/inf",
            "───────────────────────────────────────────────────────────────────────────────────",
            "fc.weight  [1, 2]  float32  yes         1.5  1.5     0     3     3  50.0 %        0",
            "fc.bias    [1]     float32  yes        -1.5    0  -1.5  -1.5   1.5   0.0 %        0"])));

        model.call(ones(1, 2)).sum().backward();
        var report = model.ParameterStatistics();

        Assert.That(report.ToString(), Does.Contain("Grad norm  Grad mean |g|  Grad zeros  Grad/weight").And.Contain("0.4714"));
        Assert.That(report.ToHtml(), Does.StartWith("<table").And.EndWith("</table>").And.Contain(">fc.weight</td>").And.Contain(">0.4714</td>"));
    }

    private sealed class One(Tensor values) : MyNeuralNetwork
    {
        public Parameter p { get; } = nn.Parameter(values);

        public override Tensor forward(Tensor x) => x * p;
    }
}
