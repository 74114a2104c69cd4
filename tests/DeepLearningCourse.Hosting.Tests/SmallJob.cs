using DeepLearningCourse.Data;
using DeepLearningCourse.Optimization;
using DeepLearningCourse.Tests.Data;
using DeepLearningCourse.Training;
using static TorchSharp.torch;

namespace DeepLearningCourse.Hosting.Tests;

/// <summary>A job of 8 steps an epoch, and what a test wants to see of it.</summary>
internal sealed class SmallJob
{
    private readonly List<IDisposable> made = [];

    /// <summary>The runs in the order in which their jobs were made.</summary>
    public List<string> Order { get; } = [];

    /// <summary>The weights after each completed run.</summary>
    public Dictionary<string, float[]> Weights { get; } = [];

    /// <summary>Where runs went on from.</summary>
    public Dictionary<string, string?> ResumedFrom { get; } = [];

    /// <summary>Called after each step.</summary>
    public Action<TrainingContext, TrainingRun>? OnStep { get; init; }

    /// <summary>Reads a sample in place of the data's; null for the data's.</summary>
    public Func<long, (float[] features, float[] target)>? Sample { get; init; }

    /// <summary>Called when all is made but the trainer.</summary>
    public Action<TrainingContext>? OnMade { get; init; }

    /// <summary>The networks and data that were made and are not disposed.</summary>
    public int Alive => made.OfType<SmallNetwork>().Count(model => model.parameters().Any(p => !p.IsInvalid)) + made.OfType<Tensor>().Count(tensor => !tensor.IsInvalid);

    public TrainingWork Create(TrainingContext context)
    {
        lock (Order)
        {
            Order.Add(context.RunId);
        }

        var X = Own(context, rand(64, 4, generator: new Generator(1)));
        var y = Own(context, X.sum(1, keepdim: true));
        var data = context.Own(new InMemoryDataset(X, y));
        var loader = context.Own(Sample is { } sample
            ? new DataLoader<(Tensor features, Tensor target)>(new DelegateDataset<(float[] features, float[] target)>(64, sample), batchSize: 8, numWorkers: 1)
            : new DataLoader<(Tensor features, Tensor target)>(data, batchSize: 8, shuffle: true, seed: 3));
        var model = Own(context, new SmallNetwork());
        var criterion = context.Own(nn.MSELoss());
        var optimizer = context.Own(Optimizers.Adam(model.parameters(), lr: context.LearningRate));
        OnMade?.Invoke(context);
        var options = context.Options with { Callbacks = [.. context.Options.Callbacks, new Steps(this, context)] };
        return TrainingWork.Create(new Trainer(model, criterion, optimizer, options), loader, completed: history => Completed(context, model, history));
    }

    private T Own<T>(TrainingContext context, T disposable)
        where T : IDisposable
    {
        lock (made)
        {
            made.Add(disposable);
        }

        return context.Own(disposable);
    }

    private void Completed(TrainingContext context, SmallNetwork model, TrainingHistory history)
    {
        lock (Weights)
        {
            Weights[context.RunId] = [.. model.parameters().SelectMany(parameter => parameter.data<float>().ToArray())];
            ResumedFrom[context.RunId] = history.ResumedFrom;
        }
    }

    private sealed class Steps(SmallJob job, TrainingContext context) : ITrainingCallback
    {
        public void OnStepEnded(TrainingRun run, StepResult result) => job.OnStep?.Invoke(context, run);
    }
}
