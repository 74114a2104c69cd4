using DeepLearningCourse.Optimization;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Optimization;

public sealed class AmpOperatorsTests : TensorTest
{
    /// <summary>To the bit, but that the operator on the processor rounds the factor to a half type first; scales are powers of two by default.</summary>
    [Test]
    public void The_operator_and_the_operations_agree(
        [Values(ScalarType.Float32, ScalarType.Float64, ScalarType.BFloat16, ScalarType.Float16)] ScalarType dtype,
        [Values(1f, 0.5f, 1f / 3, 1f / 65536)] float factor,
        [Values(null, float.NaN, float.PositiveInfinity, float.NegativeInfinity)] float? spoiled)
    {
        Tensor[] some = [randn(3, 4).to(dtype), randn(1000).to(dtype), randn(5, 6).to(dtype).t(), zeros(0, dtype), tensor(2.5f).to(dtype)];

        if (spoiled is { } value)
        {
            some[1][777] = tensor(value).to(dtype);
        }

        Tensor[] others = [.. some.Select(tensor => tensor.clone())];

        var finite = AmpOperators.UnscaleByOperator(some, factor);

        Assert.That(finite, Is.EqualTo(spoiled is null));
        Assert.That(AmpOperators.UnscaleByOperations(others, factor), Is.EqualTo(finite));

        var rounding = float.IsPow2(factor) ? 0 : dtype switch { ScalarType.BFloat16 => 1.0 / 128, ScalarType.Float16 => 1.0 / 1024, _ => 0 };

        foreach (var (one, other) in some.Zip(others))
        {
            Assert.That(one.to(float64).allclose(other.to(float64), rounding, atol: 0, equal_nan: true), Is.True);
        }
    }

    [Test]
    public void Tensors_of_several_types_go_in_one_call()
    {
        Tensor[] tensors = [full(2, 6f), full(3, 6.0, float64), full(2, 6f).to(bfloat16)];

        Assert.That(AmpOperators.Unscale(tensors, 0.5f), Is.True);
        Assert.That(tensors.Select(tensor => tensor.to(float64).mean().item<double>()), Is.All.EqualTo(3));
    }

    [Test]
    public void One_number_that_is_not_finite_is_found_whichever_type_it_is_of()
    {
        Assert.That(AmpOperators.Unscale([ones(2), full(1, double.NaN, float64)], 1), Is.False);
        Assert.That(AmpOperators.Unscale([full(1, float.NegativeInfinity), ones(2, float64)], 1), Is.False);
    }
}
