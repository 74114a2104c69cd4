using DeepLearningCourse.Data;
using DeepLearningCourse.Tests.Training.Tuning;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Data;

public sealed class ClassWeightsTests : TensorTest
{
    [Test]
    public void Weights_are_scikit_learns_and_those_of_the_paper([Range(0, 3)] int number)
    {
        var expected = TuningReference.Root.GetProperty("weights")[number];
        var targets = tensor(TuningReference.Numbers(expected, "targets")).to(int64);

        var balanced = ClassWeights.Balanced(targets);
        var effective = ClassWeights.EffectiveNumber(targets);

        Assert.That(balanced.dtype, Is.EqualTo(ScalarType.Float32));
        Assert.That(Values(balanced), Is.EqualTo(TuningReference.Numbers(expected, "balanced")).Using<double>((a, b) => Math.Abs((a / b) - 1) < 1e-6));
        Assert.That(Values(effective), Is.EqualTo(TuningReference.Numbers(expected, "effective")).Using<double>((a, b) => Math.Abs((a / b) - 1) < 1e-6));
    }

    [Test]
    public void Any_shape_and_dtype_will_do_and_ignored_targets_are_not_counted()
    {
        var targets = tensor(new long[] { 0, 0, 1, -100, 0, 1 }, 2, 3);

        Assert.That(Values(ClassWeights.Balanced(targets)), Is.EqualTo(new[] { 5 / 6.0, 5 / 4.0 }).Within(1e-5));
        Assert.That(Values(ClassWeights.Balanced(targets.to(float32))), Is.EqualTo(new[] { 5 / 6.0, 5 / 4.0 }).Within(1e-5));
        Assert.That(Values(ClassWeights.Balanced(tensor(new long[] { 0, 7, 1 }), ignoreIndex: 7)), Is.EqualTo(new[] { 1.0, 1.0 }));
        Assert.That(Values(ClassWeights.EffectiveNumber(targets, beta: 0)), Is.EqualTo(new[] { 1.0, 1.0 }));
    }

    [Test]
    public void The_weights_are_what_the_criterion_takes()
    {
        var targets = tensor(new long[] { 0, 0, 0, 1 });
        using var criterion = nn.CrossEntropyLoss(weight: ClassWeights.Balanced(targets));
        var yesOrNo = targets.to(float32).unsqueeze(1);
        using var binary = nn.BCEWithLogitsLoss(pos_weights: ClassWeights.PositiveWeight(yesOrNo));

        // Where nothing is known, each class has half of the weight, and so the mean is that of two equal classes.
        Assert.That(criterion.call(zeros(4, 2), targets).item<float>(), Is.EqualTo(Math.Log(2)).Within(1e-5));
        Assert.That(binary.call(zeros(4, 1), yesOrNo).item<float>(), Is.EqualTo(6 * Math.Log(2) / 4).Within(1e-5));
    }

    [Test]
    public void The_positive_weight_is_zeros_over_ones_of_each_label()
    {
        var targets = tensor(new float[] { 1, 0, 0, 1, 0, 1, 0, 1 }, 4, 2);

        Assert.That(Values(ClassWeights.PositiveWeight(targets)), Is.EqualTo(new[] { 3.0, 1 / 3.0 }).Within(1e-5));
        Assert.That(Values(ClassWeights.PositiveWeight(tensor(new[] { true, false, false }))), Is.EqualTo(new[] { 2.0 }));
        Assert.That(Values(ClassWeights.PositiveWeight(ones(3, 1))), Is.EqualTo(new[] { 0.0 }));
    }

    [Test]
    public void Mistakes_are_sentences()
    {
        static string Message(Action measure) => Assert.Catch<ArgumentException>(() => measure())!.Message;

        Assert.That(Message(() => ClassWeights.Balanced(tensor(new long[] { 0, 2 }))), Does.StartWith("Class 1 of 3 has no sample, and its weight would be infinite."));
        Assert.That(Message(() => ClassWeights.Balanced(tensor(new long[] { 0, 1 }), classes: 3)), Does.StartWith("Class 2 of 3 has no sample"));
        Assert.That(Message(() => ClassWeights.Balanced(tensor(new long[] { 0, 3 }), classes: 3)), Does.StartWith("Target 1 is 3, and with 3 classes they are 0 to 2."));
        Assert.That(Message(() => ClassWeights.Balanced(tensor(new[] { 0, 0.5 }))), Does.StartWith("Target 1 is 0.5, and classes are whole numbers from 0 on."));
        Assert.That(Message(() => ClassWeights.Balanced(tensor(new[] { double.NaN }))), Does.StartWith("Target 0 is NaN"));
        Assert.That(Message(() => ClassWeights.Balanced(tensor(new long[] { -1 }))), Does.StartWith("Target 0 is -1"));
        Assert.That(Message(() => ClassWeights.Balanced(zeros(0))), Does.StartWith("There are no targets to count."));
        Assert.That(Message(() => ClassWeights.EffectiveNumber(zeros(2), beta: 1)), Does.StartWith("beta is 1, and it is a number from 0 to below 1"));
        Assert.That(Message(() => ClassWeights.PositiveWeight(zeros(3))), Does.StartWith("No target is 1"));
        Assert.That(Message(() => ClassWeights.PositiveWeight(cat([ones(3, 1), zeros(3, 1)], 1))), Does.StartWith("No target of label 1 is 1"));
        Assert.That(Message(() => ClassWeights.PositiveWeight(full(3, 2, 2.0))), Does.StartWith("Sample 0 has the target 2"));
        Assert.That(Message(() => ClassWeights.PositiveWeight(ones(2, 2, 2))), Does.StartWith("The targets are [2, 2, 2]"));
    }

    private static double[] Values(Tensor weights) => weights.to(float64).data<double>().ToArray();
}
