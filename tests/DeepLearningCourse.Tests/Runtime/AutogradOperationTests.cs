using DeepLearningCourse.Runtime;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Runtime;

public sealed class AutogradOperationTests : TensorTest
{
    [Test]
    public void One_function_looks_the_same_each_time_and_another_does_not()
    {
        var x = randn(3, 4, requires_grad: true);
        var sigmoid = AutogradOperation.OfFunction(value => value.sigmoid());

        Assert.That(AutogradOperation.IsAvailable, Is.True);
        Assert.That(AutogradOperation.Of(x.sigmoid()), Is.EqualTo(sigmoid).And.Not.EqualTo((nint)0));
        Assert.That(AutogradOperation.Of(x.sigmoid().reshape(-1)), Is.EqualTo(sigmoid));
        Assert.That(AutogradOperation.Of(x.sigmoid() * 2), Is.Not.EqualTo(sigmoid).And.Not.EqualTo((nint)0));
        Assert.That(AutogradOperation.Of(x.softmax(1)), Is.Not.EqualTo(sigmoid).And.Not.EqualTo((nint)0));
    }

    [Test]
    public void What_was_not_recorded_is_nothing()
    {
        var x = randn(3, requires_grad: true);

        Assert.That(AutogradOperation.Of(x), Is.EqualTo((nint)0));
        Assert.That(AutogradOperation.Of(x.sigmoid().detach()), Is.EqualTo((nint)0));
        Assert.That(AutogradOperation.Of(randn(4).reshape(2, 2)), Is.EqualTo((nint)0));
    }
}
