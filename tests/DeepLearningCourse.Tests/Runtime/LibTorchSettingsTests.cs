using System.Runtime.InteropServices;
using DeepLearningCourse.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Runtime;

public sealed class LibTorchSettingsTests : TensorTest
{
    [SetUp]
    [TearDown]
    public void Reset()
    {
        LibTorchSettings.DeterministicAlgorithms = false;
        LibTorchSettings.DeterministicAlgorithmsWarnOnly = false;
        LibTorchSettings.FillUninitializedMemory = true;
        LibTorchSettings.Float32MatmulPrecision = Float32MatmulPrecision.highest;
    }

    [Test]
    public void They_can_be_reached_in_this_libtorch() => Assert.That(LibTorchSettings.IsAvailable, Is.True);

    [Test]
    public void Each_is_read_back_and_leaves_the_others_alone()
    {
        LibTorchSettings.DeterministicAlgorithms = true;
        Assert.That(Switches(), Is.EqualTo((true, false, true)));

        LibTorchSettings.DeterministicAlgorithmsWarnOnly = true;
        Assert.That(Switches(), Is.EqualTo((true, true, true)));

        LibTorchSettings.FillUninitializedMemory = false;
        Assert.That(Switches(), Is.EqualTo((true, true, false)));

        LibTorchSettings.DeterministicAlgorithms = false;
        Assert.That(Switches(), Is.EqualTo((false, true, false)));
    }

    [Test]
    public void An_operation_that_cannot_be_reproduced_throws_while_it_is_on()
    {
        LibTorchSettings.DeterministicAlgorithms = true;
        Assert.That(Unpool, Throws.TypeOf<ExternalException>().With.Message.Contains("does not have a deterministic implementation"));

        LibTorchSettings.DeterministicAlgorithms = false;
        Assert.That(Unpool, Throws.Nothing);
    }

    [Test]
    public void Or_only_warns()
    {
        LibTorchSettings.DeterministicAlgorithms = true;
        LibTorchSettings.DeterministicAlgorithmsWarnOnly = true;

        Assert.That(Unpool, Throws.Nothing);
    }

    [Test]
    public void New_memory_holds_NaN_while_it_is_on()
    {
        LibTorchSettings.DeterministicAlgorithms = true;
        Assert.That(AllNaN(), Is.True);

        LibTorchSettings.FillUninitializedMemory = false;
        Write(1);
        Assert.That(AllNaN(), Is.False);
    }

    [Test]
    public void The_precision_of_float32_products_is_read_back(
        [Values] Float32MatmulPrecision first, [Values] Float32MatmulPrecision second)
    {
        LibTorchSettings.Float32MatmulPrecision = first;
        LibTorchSettings.Float32MatmulPrecision = second;

        Assert.That(LibTorchSettings.Float32MatmulPrecision, Is.EqualTo(second));
        Assert.That(backends.cuda.matmul.allow_tf32, Is.EqualTo(second != Float32MatmulPrecision.highest));
        Assert.That(ones(2, 2).matmul(ones(2, 2)).dtype, Is.EqualTo(float32));
    }

    [Test]
    public void It_can_be_read_after_TorchSharps_switch_too()
    {
        backends.cuda.matmul.allow_tf32 = true;
        Assert.That(LibTorchSettings.Float32MatmulPrecision, Is.EqualTo(Float32MatmulPrecision.high));

        // libtorch's own answer to this mixture is an exception of C++'s, which would end the program.
        LibTorchSettings.Float32MatmulPrecision = Float32MatmulPrecision.medium;
        backends.cuda.matmul.allow_tf32 = false;
        Assert.That(() => LibTorchSettings.Float32MatmulPrecision, Throws.Nothing);
    }

    [Test]
    public void A_precision_that_there_is_not_is_refused() =>
        Assert.That(() => LibTorchSettings.Float32MatmulPrecision = (Float32MatmulPrecision)3,
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.StartsWith("The precision of float32 products is highest, high or medium. (Parameter 'value')"));

    private static (bool, bool, bool) Switches() => (
        LibTorchSettings.DeterministicAlgorithms, LibTorchSettings.DeterministicAlgorithmsWarnOnly, LibTorchSettings.FillUninitializedMemory);

    private static void Unpool()
    {
        using var scope = NewDisposeScope();
        nn.functional.max_unpool2d(ones(1, 1, 1, 1), zeros(1, 1, 1, 1, int64), [2, 2]);
    }

    private static bool AllNaN()
    {
        using var scope = NewDisposeScope();
        return empty(64).isnan().all().item<bool>();
    }

    // What the allocator is likely to hand out next.
    private static void Write(float value) => full(64, value).Dispose();
}
