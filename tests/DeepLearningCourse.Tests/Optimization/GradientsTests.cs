using DeepLearningCourse.Optimization;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Optimization;

public sealed class GradientsTests : NetworkTest
{
    [Test]
    public void The_norm_is_that_of_all_numbers_together([Values] bool contiguous, [Values(ScalarType.Float32, ScalarType.Float64, ScalarType.BFloat16)] ScalarType dtype)
    {
        using var parameters = new Parameters(contiguous, dtype);
        var all = cat([.. parameters.List.Where(p => p.grad is not null).Select(p => p.grad!.reshape(-1))]).to(ScalarType.Float64);

        Assert.That(Gradients.Norm(parameters.List), Is.EqualTo(all.norm().ToDouble()).Within(dtype == ScalarType.Float64 ? 1e-12 : dtype == ScalarType.Float32 ? 1e-4 : 0.5));
    }

    [Test]
    public void Clipping_by_norm_equals_TorchSharps([Values] bool contiguous)
    {
        using var ours = new Parameters(contiguous, ScalarType.Float64);
        using var theirs = new Parameters(contiguous, ScalarType.Float64);

        var norm = Gradients.ClipNorm(ours.List, 2);
        var expected = nn.utils.clip_grad_norm_(theirs.List.Where(p => p.grad is not null), 2);

        Assert.That(norm, Is.EqualTo(expected).Within(1e-10));
        Assert.That(Gradients.Norm(ours.List), Is.EqualTo(2).Within(1e-5));
        Assert.That(ours.List[1].grad!.allclose(theirs.List[1].grad!, rtol: 1e-12), Is.True);
    }

    [Test]
    public void Gradients_below_the_limit_and_gradients_that_are_not_finite_stay_as_they_are()
    {
        using var a = new Parameter(ones(2));
        a.grad = tensor(new[] { 0.6f, 0.8f });
        Assert.That(Gradients.ClipNorm([a], 5), Is.EqualTo(1).Within(1e-5));
        Assert.That(a.grad!.data<float>().ToArray(), Is.EqualTo(new[] { 0.6f, 0.8f }));

        a.grad = tensor(new[] { float.NaN, 0.8f });
        Assert.That(Gradients.ClipNorm([a], 0.1), Is.NaN);
        Assert.That(a.grad!.data<float>()[1], Is.EqualTo(0.8f));
    }

    [Test]
    public void Clipping_by_value_cuts_each_number()
    {
        using var a = new Parameter(ones(3));
        a.grad = tensor(new[] { -3f, 0.5f, 7f });

        Gradients.ClipValue([a], 1);

        Assert.That(a.grad!.data<float>().ToArray(), Is.EqualTo(new[] { -1f, 0.5f, 1f }));
    }

    [Test]
    public void Wrong_limits_and_sparse_gradients_are_sentences()
    {
        using var embedding = nn.Embedding(4, 2, sparse: true);
        embedding.call(tensor(new long[] { 1 })).sum().backward();
        IReadOnlyList<Parameter> parameters = [.. embedding.parameters()];

        Assert.That(() => Gradients.ClipNorm(parameters, 1), Throws.TypeOf<NotSupportedException>().With.Message.Contains("parameter 0 is sparse"));
        Assert.That(() => Gradients.ClipNorm([], 0), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.StartsWith("maxNorm is greater than 0, and it is 0."));
        Assert.That(() => Gradients.ClipValue([], double.NaN),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.StartsWith("maxValue is greater than 0, and it is NaN. (Parameter 'maxValue')"));
    }

    /// <summary>Two parameters with gradients and one without.</summary>
    private sealed class Parameters : IDisposable
    {
        public Parameters(bool contiguous, ScalarType dtype)
        {
            List = [.. new[] { 5L, 70, 3 }.Select(rows => new Parameter(ones(rows, 100, dtype)))];

            foreach (var parameter in List.Take(2))
            {
                var values = arange(parameter.numel(), dtype: ScalarType.Float64).sin().to(dtype);
                parameter.grad = contiguous ? values.reshape(parameter.shape) : values.reshape([.. parameter.shape.Reverse()]).t();
            }
        }

        public List<Parameter> List { get; }

        public void Dispose() => List.ForEach(parameter => parameter.Dispose());
    }
}
