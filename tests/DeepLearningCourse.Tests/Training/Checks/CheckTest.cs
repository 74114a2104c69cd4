using DeepLearningCourse.Training;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Training.Checks;

/// <summary>A test of what the check of a first batch finds.</summary>
public abstract class CheckTest : NetworkTest
{
    protected const string SwitchOff = " If this is meant, set TrainerOptions.CheckFirstBatch to false.";

    private protected static readonly TrainerOptions Quiet = new() { Epochs = 1, ShowProgress = false, Threads = 1 };

    /// <summary>Numbers 0, 1, 0, 1, ... of a class or label.</summary>
    private protected static Tensor Alternating(params long[] shape) => arange(shape.Aggregate(1L, (a, b) => a * b)).remainder(2).reshape(shape);

    /// <summary>The findings for a network, which is disposed with the criterion.</summary>
    private protected static IReadOnlyList<string> Findings(
        nn.Module<Tensor, Tensor> model, nn.IModule<Tensor, Tensor, Tensor> criterion, Tensor X, Tensor y)
    {
        using var owned = model;
        using var loss = (IDisposable)criterion;
        using var optimizer = optim.SGD(model.parameters(), 0.1);
        return Findings(model, criterion, optimizer, X, y);
    }

    private protected static IReadOnlyList<string> Findings(
        nn.Module<Tensor, Tensor> model, nn.IModule<Tensor, Tensor, Tensor> criterion, optim.Optimizer optimizer, Tensor X, Tensor y) =>
        [.. new Trainer(model, criterion, optimizer, Quiet).Check([(X, y)]).Findings.Select(finding => finding.ToString())];

    /// <summary>One finding for a linear layer of 3 inputs and some outputs.</summary>
    private protected static void ExpectOne(nn.IModule<Tensor, Tensor, Tensor> criterion, long outputs, Tensor y, string finding, Func<Tensor, Tensor>? after = null) =>
        Assert.That(Findings(new Through(nn.Linear(3, outputs), after), criterion, randn(y.shape[0], 3), y), Is.EqualTo(new[] { finding }));
}
