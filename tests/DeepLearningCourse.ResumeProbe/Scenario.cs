using System.Security.Cryptography;
using DeepLearningCourse.Data;
using DeepLearningCourse.Models;
using DeepLearningCourse.Optimization;
using DeepLearningCourse.Training;
using DeepLearningCourse.Training.Callbacks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.ResumeProbe;

/// <summary>A run with all that a resumed one could get wrong: dropout, batch norm, augmentation, shuffling, a schedule, accumulation with uneven last batches,
/// clipping, averages, validation within epochs.</summary>
internal sealed class Scenario : IDisposable
{
    public const int Epochs = 3;

    // 50 samples in batches of 4 are 13 batches, and 5 steps of 3 batches, the last of one batch of 2.
    private const int Samples = 50;

    private readonly Picture model;
    private readonly Optimizer optimizer;
    private readonly WeightAverage average;
    private readonly CrossEntropyLoss criterion = nn.CrossEntropyLoss();
    private readonly NoisyPictures pictures = new(Samples);
    private readonly DataLoader<(Tensor features, Tensor target)> train;
    private readonly DataLoader<(Tensor features, Tensor target)> validation;

    private readonly string data;

    /// <param name="numWorkers">The workers of each loader.</param>
    /// <param name="data">What a run trains and validates on, one of <see cref="Data"/>.</param>
    public Scenario(int numWorkers, string data = "separate")
    {
        this.data = data;
        _ = manual_seed(3);
        model = new Picture();
        optimizer = Optimizers.AdamW(model.parameters(), lr: 1e-2);
        average = WeightAverage.Ema(model, 0.9);
        train = new(pictures, batchSize: 4, shuffle: true, numWorkers: numWorkers, seed: 11);
        validation = new(new NoisyPictures(20), batchSize: 8, shuffle: true, numWorkers: numWorkers, seed: 12);
    }

    /// <summary>Two loaders; one given twice; one behind a LINQ query that draws random numbers; the same query given twice; an iterator over both.</summary>
    public static IReadOnlyList<string> Data { get; } = ["separate", "shared", "query", "shared query", "iterator"];

    private IEnumerable<(Tensor features, Tensor target)> Train => data switch
    {
        "query" or "shared query" => train.Select(batch => (batch.features + (0.1 * rand_like(batch.features)), batch.target)),
        "iterator" => Both(),
        _ => train,
    };

    private IEnumerable<(Tensor features, Tensor target)> Validation => data switch
    {
        "shared" => train,
        "shared query" => train.Select(batch => (batch.features * 1, batch.target)),
        _ => validation,
    };

    /// <summary>Is called with the number of each batch that is trained on, from 1, during its forward pass.</summary>
    public Action<int>? BatchSeen
    {
        set => model.BatchSeen = value;
    }

    /// <summary>Is called with the number of each sample that is read for training, from 1.</summary>
    public Action<int>? SampleSeen
    {
        set => pictures.SampleSeen = value;
    }

    /// <summary>Whether Ctrl-C ends the run and not the process.</summary>
    public bool HandleSignals { get; init; }

    /// <summary>Whether the run says how far it is.</summary>
    public bool ShowProgress { get; init; }

    public Trainer Trainer(IReadOnlyList<ITrainingCallback> callbacks, double clipNorm = 1) => new(model, criterion, optimizer, Options(callbacks, clipNorm));

    public TrainingHistory Run(string folder, ResumeFrom? resume, params ITrainingCallback[] callbacks) =>
        Trainer([new Checkpoint(folder, everySteps: 1, keepLast: 2), .. callbacks]).Fit(Train, Validation, resume);

    public TrainingHistory Fit(Trainer trainer, ResumeFrom? resume = null, CancellationToken cancellationToken = default) =>
        trainer.Fit(Train, Validation, resume, cancellationToken);

    /// <summary>SHA-256 of all that the run has made: weights, buffers, averages, the optimizer's state.</summary>
    public string Fingerprint()
    {
        using var scope = NewDisposeScope();
        using var withoutGradients = no_grad();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var state = optimizer.state_dict();

        foreach (var (_, tensor) in model.state_dict().Concat(average.State).OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            hash.AppendData(tensor.contiguous().bytes);
        }

        foreach (var tensor in state.State.OrderBy(entry => entry.Key).SelectMany(entry => entry.Value.OrderBy(slot => slot.Key, StringComparer.Ordinal)))
        {
            hash.AppendData(tensor.Value.contiguous().bytes);
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    public void Dispose()
    {
        train.Dispose();
        validation.Dispose();
        average.Dispose();
        optimizer.Dispose();
        criterion.Dispose();
        model.Dispose();
    }

    private IEnumerable<(Tensor features, Tensor target)> Both()
    {
        foreach (var batch in train.Take(6))
        {
            yield return batch;
        }

        // 3 batches of 8.
        foreach (var batch in validation.Concat(train.Take(4)))
        {
            yield return batch;
        }
    }

    private TrainerOptions Options(IReadOnlyList<ITrainingCallback> callbacks, double clipNorm) => new()
    {
        Epochs = Epochs,
        Seed = 7,
        ShowProgress = ShowProgress,
        BatchesPerStep = 3,
        ClipNorm = clipNorm,
        Average = average,
        Schedule = Schedules.OneCycleLR(optimizer, maxLr: 2e-2, totalSteps: 5 * Epochs),
        ScheduleEvery = TrainingInterval.Step,
        ValidateEverySteps = 4,
        Callbacks = callbacks,
        HandleSignals = HandleSignals,
    };

    private sealed class Picture : MyNeuralNetwork
    {
        public Conv2d conv { get; } = nn.Conv2d(1, 4, 3);

        public BatchNorm2d norm { get; } = nn.BatchNorm2d(4);

        public Dropout dropout { get; } = nn.Dropout(0.3);

        public Linear fc { get; } = nn.Linear(4 * 36, 3);

        public Action<int>? BatchSeen { get; set; }

        private int Batches { get; set; }

        public override Tensor forward(Tensor x)
        {
            if (training)
            {
                BatchSeen?.Invoke(++Batches);
            }

            return fc.call(dropout.call(nn.functional.relu(norm.call(conv.call(x))).flatten(1)));
        }
    }

    private sealed class NoisyPictures(int count) : SpanDataset<float, long>
    {
        private int seen;

        public Action<int>? SampleSeen { get; set; }

        public override long Count => count;

        public override IReadOnlyList<long> FeatureShape { get; } = [1, 8, 8];

        public override IReadOnlyList<long> TargetShape { get; } = [];

        public override void CopyTo(long index, Span<float> features, Span<long> target)
        {
            SampleSeen?.Invoke(Interlocked.Increment(ref seen));
            target[0] = index % 3;

            for (var i = 0; i < features.Length; i++)
            {
                features[i] = (i % 3 == target[0] ? 1 : 0) + (float)SampleRandom.Current.NextDouble();
            }
        }
    }
}
