using DeepLearningCourse.Runtime;
using DeepLearningCourse.Training;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Training;

public sealed class PrecisionPolicyTests : NetworkTest
{
    [Test]
    public void With_float32_the_step_is_the_plain_one()
    {
        var policy = new PrecisionPolicy(Precision.Float32, CPU);

        Assert.That(policy.Region(), Is.Null);
        Assert.That(policy.Scaler, Is.Null);
        Assert.That(Train(policy), Is.EqualTo(Train(null)));
    }

    [Test]
    public void It_asks_nothing_of_libtorch_with_float32() =>
        Assert.That(() => new PrecisionPolicy(Precision.Float32, META, autocastAvailable: false), Throws.Nothing);

    [Test]
    public void With_bfloat16_the_network_learns_nearly_the_same_and_stays_float32()
    {
        var half = Train(new PrecisionPolicy(Precision.BFloat16, CPU));
        var full = Train(null);

        Assert.That(half, Is.Not.EqualTo(full));
        Assert.That(half[^1], Is.LessThan(half[0] / 2));
        Assert.That(half, Is.EqualTo(full).Within(0.05));
    }

    [Test]
    public void The_region_is_of_its_type_and_of_its_device()
    {
        using (new PrecisionPolicy(Precision.BFloat16, CPU).Region())
        {
            Assert.That(Autocast.TypeOn(CPU), Is.EqualTo(bfloat16));
        }

        Assert.That(Autocast.TypeOn(CPU), Is.Null);
    }

    [Test]
    public void Float16_on_the_processor_is_refused() =>
        Assert.That(
            () => new PrecisionPolicy(Precision.Float16, CPU),
            Throws.TypeOf<NotSupportedException>().With.Message.Contains("for GPUs").And.Message.Contains("Use Precision.BFloat16"));

    [TestCase(Precision.BFloat16)]
    [TestCase(Precision.Float16)]
    public void A_device_without_autocast_is_refused(Precision precision) =>
        Assert.That(() => new PrecisionPolicy(precision, META), Throws.TypeOf<NotSupportedException>().With.Message.Contains("the network is on meta"));

    [Test]
    public void A_libtorch_without_autocast_is_refused() =>
        Assert.That(
            () => new PrecisionPolicy(Precision.BFloat16, CPU, autocastAvailable: false),
            Throws.TypeOf<NotSupportedException>().With.Message.Contains("or train in float32"));

    [Test]
    public void A_precision_that_there_is_not_is_refused() =>
        Assert.That(() => new PrecisionPolicy((Precision)3, CPU),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.StartsWith("The precision is Float32, BFloat16 or Float16. (Parameter 'precision')"));

    /// <summary>The losses of a few steps; null for the loop of the slides.</summary>
    private static List<float> Train(PrecisionPolicy? policy)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(1);
        using var model = new BinaryClassifier();
        using var criterion = nn.BCEWithLogitsLoss();
        using var optimizer = optim.Adam(model.parameters(), lr: 0.03);
        var x = randn(64, 10);
        var y = x.sum(1, keepdim: true).gt(0).to(float32);
        List<float> losses = [];

        for (var step = 0; step < 15; step++)
        {
            optimizer.zero_grad();
            Tensor loss;

            using (policy?.Region())
            {
                loss = criterion.call(model.call(x), y);
            }

            if (policy is null)
            {
                loss.backward();
                optimizer.step();
            }
            else
            {
                policy.Backward(loss);
                Assert.That((policy.Unscale(optimizer), policy.Step(optimizer)), Is.EqualTo((true, true)));
            }

            losses.Add(loss.item<float>());
            Assert.That(model.w1.weight!.grad!.dtype, Is.EqualTo(float32));
        }

        return losses;
    }
}
