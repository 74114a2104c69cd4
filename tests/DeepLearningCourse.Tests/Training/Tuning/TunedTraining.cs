using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using DeepLearningCourse.Data;
using DeepLearningCourse.Models;
using DeepLearningCourse.Optimization;
using DeepLearningCourse.Tests.Optimization;
using DeepLearningCourse.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Training.Tuning;

/// <summary>A training with all that a trial could change, and a text of all of it, bit for bit.</summary>
internal sealed class TunedTraining : IDisposable
{
    private readonly InMemoryDataset data;
    private readonly MSELoss criterion = nn.MSELoss();

    public TunedTraining(string kind, int stepsBefore, TrainerOptions? options = null)
    {
        _ = manual_seed(7);
        using var scope = NewDisposeScope();
        var X = randn(50, 6);
        data = new InMemoryDataset(X, X.sum([1L], keepdim: true) + (0.1 * randn(50, 1)));
        Model = new Noisy();
        Optimizer = AnyOptimizer.Default(kind, Model.parameters());
        Loader = new(data, batchSize: 8, shuffle: true, seed: 5);
        Schedule = kind == "LBFGS" ? null : Schedules.ExponentialLR(Optimizer, gamma: 0.9);
        Trainer = new(Model, criterion, Optimizer, (options ?? new TrainerOptions()) with { ShowProgress = false, Schedule = Schedule, MaxSteps = stepsBefore > 0 ? stepsBefore : 1 });

        if (stepsBefore > 0)
        {
            Trainer.Fit(Loader);
        }

        // As a loop by hand may leave it: gradients, a frozen normalisation, an epoch given up.
        Model.train();
        Model.normal.eval();

        foreach (var _ in Loader.Take(3))
        {
        }

        Optimizer.zero_grad();
        var loss = criterion.call(Model.call(X), X.sum([1L], keepdim: true));
        loss.backward();
        Model.last.bias!.grad = null;
        Schedule?.Step();
    }

    public Noisy Model { get; }

    public Optimizer Optimizer { get; }

    public Schedule? Schedule { get; }

    public DataLoader<(Tensor features, Tensor target)> Loader { get; }

    public Trainer Trainer { get; }

    public InMemoryDataset Data => data;

    /// <summary>Everything, bit for bit.</summary>
    public string Fingerprint()
    {
        using var scope = NewDisposeScope();
        using var state = Optimizer.state_dict();
        StringBuilder text = new();

        foreach (var (name, value) in Model.named_parameters().Select(p => (p.name, (Tensor)p.parameter)).Concat(Model.named_buffers(true, true)).Append(("calls", Model.Calls)))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{name}: {Hash(value)}, gradient {(value.grad is { } gradient ? Hash(gradient) : "none")}, {value.requires_grad}");
        }

        foreach (var (number, tensors) in state.State)
        {
            text.AppendJoin('\n', tensors.Select(entry => $"{number}.{entry.Key}: {Hash(entry.Value)}")).AppendLine();
        }

        foreach (var group in Optimizer.Groups)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{group.UntypedOptions} {group.LearningRate:R} {group.InitialLearningRate:R}");
        }

        text.AppendLine(CultureInfo.InvariantCulture, $"modes {string.Join(' ', Model.modules().Select(module => module.training))} {Model.training}");
        text.AppendLine(CultureInfo.InvariantCulture, $"generator {Hash(get_rng_state())}, {Loader.State}, {Loader.Epoch}, {get_num_threads()} threads, {Schedule?.StepCount}");
        return text.ToString();
    }

    /// <summary>What comes of everything when training goes on.</summary>
    public string Continue()
    {
        Trainer.Fit(Loader);
        using var noise = rand(3);
        return Fingerprint() + Hash(noise);
    }

    public void Dispose()
    {
        Loader.Dispose();
        Optimizer.Dispose();
        Model.Calls.Dispose();
        Model.Dispose();
        criterion.Dispose();
        data.Dispose();
    }

    private static string Hash(Tensor value)
    {
        using var scope = NewDisposeScope();
        return Convert.ToHexString(SHA256.HashData(value.detach().contiguous().bytes.ToArray()))[..16];
    }

    /// <summary>Batch norm, dropout, and a buffer that is not saved.</summary>
    internal sealed class Noisy : MyNeuralNetwork
    {
        public Noisy() => register_buffer("calls", Calls, persistent: false);

        // Assigned, so that it is not registered as a buffer that is saved.
        public Tensor Calls { get; set; } = zeros(1).DetachFromDisposeScope();

        public Action<int>? Seen { get; set; }

        public Linear first { get; } = nn.Linear(6, 16);

        public BatchNorm1d normal { get; } = nn.BatchNorm1d(16);

        public Dropout dropout { get; } = nn.Dropout(0.3);

        public Linear last { get; } = nn.Linear(16, 1);

        private int Forwards { get; set; }

        public override Tensor forward(Tensor x)
        {
            Seen?.Invoke(++Forwards);

            using (no_grad())
            {
                Calls.add_(1);
            }

            return last.call(dropout.call(normal.call(first.call(x)).relu()));
        }
    }
}
