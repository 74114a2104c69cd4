using DeepLearningCourse.Data;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Data;

public sealed class StandardScalerTests : TensorTest
{
    [Test]
    public void It_measures_the_population_and_leaves_a_constant_column_its_scale()
    {
        var scaler = new StandardScaler();

        var scaled = scaler.FitTransform(tensor(new float[,] { { 1, 0.1f }, { 2, 0.1f }, { 3, 0.1f }, { 6, 0.1f } }));

        Assert.That(scaler.Mean, Is.EqualTo(new[] { 3, 0.1 }).Within(1e-6));
        Assert.That(scaler.Scale, Is.EqualTo(new[] { Math.Sqrt(3.5), 1 }).Within(1e-12));
        Assert.That(scaled.dtype, Is.EqualTo(float32));
        Assert.That(scaled.select(1, 0).data<float>().ToArray(), Is.EqualTo(new[] { -1.0690449f, -0.5345225f, 0, 1.6035675f }).Within(1e-5f));
        Assert.That(scaled.select(1, 1).abs().max().item<float>(), Is.EqualTo(0).Within(1e-6f));
    }

    [Test]
    public void The_inverse_gives_the_rows_back_in_their_dtype()
    {
        var X = rand(20, 3, dtype: float64) * 1000;
        var scaler = new StandardScaler().Fit(X);

        var back = scaler.InverseTransform(scaler.Transform(X));

        Assert.That(back.dtype, Is.EqualTo(float64));
        Assert.That(back.allclose(X, 1e-12, 1e-12), Is.True);
    }

    [Test]
    public void Transposed_rows_are_measured_by_column()
    {
        var X = rand(3, 20, dtype: float64);

        Assert.That(new StandardScaler().Fit(X.t()).Mean, Is.EqualTo(X.mean([1]).data<double>().ToArray()).Within(1e-12));
    }

    [Test]
    public void Whole_numbers_become_float32() =>
        Assert.That(new StandardScaler().FitTransform(arange(6).reshape(3, 2)).dtype, Is.EqualTo(float32));

    [Test]
    public void It_leaves_no_tensor_but_the_result()
    {
        using var X = rand(4, 2);
        var before = LiveTensors;

        new StandardScaler().FitTransform(X).Dispose();

        Assert.That(LiveTensors, Is.EqualTo(before));
    }

    [Test]
    public void Use_before_Fit_is_refused()
    {
        const string message = "The StandardScaler has not seen any data yet. Call Fit with the training data first.";
        var scaler = new StandardScaler();

        Assert.That(() => scaler.Transform(zeros(2, 2)), Throws.InvalidOperationException.With.Message.EqualTo(message));
        Assert.That(() => scaler.InverseTransform(zeros(2, 2)), Throws.InvalidOperationException.With.Message.EqualTo(message));
        Assert.That(() => scaler.Mean, Throws.InvalidOperationException.With.Message.EqualTo(message));
    }

    [Test]
    public void Other_columns_are_refused() =>
        Assert.That(() => new StandardScaler().Fit(rand(4, 3)).Transform(rand(4, 2)), Throws.ArgumentException.With.Message.EqualTo(
            "X is [4, 2] and Fit saw 3 columns. Give it the same columns, in the same order."));

    [Test]
    public void A_vector_is_refused() =>
        Assert.That(() => new StandardScaler().Fit(rand(4)), Throws.ArgumentException.With.Message.EqualTo(
            "X is [4] and must be [rows, columns]. Use reshape(-1, columns), or unsqueeze(1) for a single column."));

    [Test]
    public void No_rows_are_refused() =>
        Assert.That(() => new StandardScaler().Fit(rand(0, 4)), Throws.ArgumentException.With.Message.EqualTo(
            "X is [0, 4], without rows: there is nothing to measure."));

    [TestCase(double.NaN, "NaN")]
    [TestCase(double.PositiveInfinity, "Infinity")]
    public void A_number_that_is_not_finite_is_found(double bad, string written)
    {
        var X = zeros(4, 3, dtype: float64);
        X[2, 1] = tensor(bad);

        Assert.That(() => new StandardScaler().Fit(X), Throws.ArgumentException.With.Message.EqualTo(
            $"X holds {written} at row 2, column 1 (counted from 0). Drop the row or fill the value in before Fit."));
    }
}
