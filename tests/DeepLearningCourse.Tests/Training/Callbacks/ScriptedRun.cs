using DeepLearningCourse.Optimization;
using DeepLearningCourse.Training;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Training.Callbacks;

/// <summary>Training of a <see cref="Counter"/> whose validation losses are told beforehand.</summary>
internal sealed class ScriptedRun(params double[] losses) : IDisposable
{
    private readonly Counter model = new();
    private int validations;

    /// <summary>The weight and the buffer: minus the steps that were made.</summary>
    public (double Weight, double Buffer) Values => model.Values;

    public Counter Model => model;

    /// <summary>The steps of an epoch.</summary>
    public int Steps { get; init; } = 1;

    /// <summary>Trains as long as there are losses, if nothing stops it.</summary>
    public TrainingHistory Fit(TrainerOptions options, bool validates = true, ResumeFrom? resume = null, CancellationToken token = default)
    {
        using var optimizer = Optimizers.SGD(model.parameters(), lr: 1);
        Trainer<Tensor> trainer = new(model, Step, optimizer, options with { ShowProgress = false, CheckFirstBatch = false });
        var batch = ones(1, dtype: ScalarType.Float64);
        return trainer.Fit([.. Enumerable.Repeat(batch, Steps)], validates ? [batch] : null, resume, token);
    }

    public void Dispose() => model.Dispose();

    private StepOutput Step(Tensor batch)
    {
        var output = model.call(batch);
        return new StepOutput(model.training ? output.sum() : tensor(losses[Math.Min(validations++, losses.Length - 1)]), output, batch);
    }
}
