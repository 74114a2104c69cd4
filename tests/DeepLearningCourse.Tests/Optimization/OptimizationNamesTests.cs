using DeepLearningCourse.Optimization;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace DeepLearningCourse.Tests.Optimization;

/// <summary>Compiles with the usings of the lecture's examples: no name is ambiguous (CS0104).</summary>
public sealed class OptimizationNamesTests : NetworkTest
{
    [Test]
    public void The_names_of_optimization_are_not_ambiguous()
    {
        using Linear w1 = Linear(2, 1);
        using Optimizer<AdamOptions> adam = Optimizers.Adam(w1.parameters(), lr: 3e-4);
        OptimizerGroup<AdamOptions> group = adam.Groups[0];
        UpdateOptions options = group.Options;
        Schedule schedule = Schedules.StepLR(adam, stepSize: 1);
        schedule.Step();

        Assert.That(options, Is.EqualTo(new AdamOptions()));
        Assert.That(Gradients.Norm([.. w1.parameters()]), Is.Zero);
        Assert.That(group.LearningRate, Is.EqualTo(3e-5).Within(1e-15));
    }
}
