using DeepLearningCourse.Models;
using DeepLearningCourse.Optimization;
using DeepLearningCourse.Tests.Models;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Optimization;

/// <summary>A small network with the optimizers of <c>make_optimizer_files.py</c>, and their states.</summary>
internal static class OptimizerStates
{
    public static Sequential MakeModel() => (Sequential)nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 1)).to(ScalarType.Float64);

    public static Optimizer Make(string kind, nn.Module model) => kind switch
    {
        "adam" => Optimizers.Adam(model.parameters(), 0.02, weightDecay: 0.1, amsgrad: true),
        "adamw" => AdamW(model),
        "sgd" => Optimizers.SGD(model.parameters(), 0.05, momentum: 0.9, nesterov: true),
        "sgd_plain" => Optimizers.SGD(model.parameters(), 0.05),
        _ => Optimizers.Adagrad(model.parameters(), 0.1, lrDecay: 0.1, initialAccumulatorValue: 0.1),
    };

    private static Optimizer<AdamWOptions> AdamW(nn.Module model)
    {
        var optimizer = Optimizers.AdamW(model.ParameterGroups(0.02, ("0.weight", 0.03)), new() { Beta1 = 0, Beta2 = 0.99 });
        optimizer.Groups[1].Options = optimizer.Groups[1].Options with { WeightDecay = 0 };
        return optimizer;
    }

    public static Sequential Weights(string kind)
    {
        var model = MakeModel();
        model.LoadWeights(TorchFiles.PathOf($"optimizer_{kind}_checkpoint"));
        return model;
    }

    public static double[] Train(Sequential model, Optimizer optimizer, int steps)
    {
        using var x = arange(24, ScalarType.Float64).sin().reshape(8, 3);
        using var y = (x[.., 0] * x[.., 1] * x[.., 2]).unsqueeze(1);
        var losses = new double[steps];

        for (var i = 0; i < steps; i++)
        {
            using var scope = NewDisposeScope();
            optimizer.zero_grad();
            var loss = nn.functional.mse_loss(model.call(x), y);
            loss.backward();
            optimizer.step();
            losses[i] = loss.ToDouble();
        }

        return losses;
    }

    /// <summary>A copy with another tensor for parameter 1 (for 0, if the shape is its), or with another value in the first group.</summary>
    public static OptimizerStateDict Changed(OptimizerStateDict state, Tensor? tensor, string name, params (string Name, object? Value)[] options)
    {
        var number = tensor is { Dimensions: 2 } ? 0 : 1;
        var entries = state.State.ToDictionary(
            entry => entry.Key,
            entry => (IReadOnlyDictionary<string, Tensor>)entry.Value.ToDictionary(
                kept => kept.Key, kept => entry.Key == number && kept.Key == name && tensor is not null ? tensor : kept.Value.alias()));
        Dictionary<string, object?> group = new(state.ParamGroups[0]);

        foreach (var (option, value) in options)
        {
            group[option] = value;
        }

        return new OptimizerStateDict(entries, [group, .. state.ParamGroups.Skip(1)]);
    }

    public static void RequireEqual(OptimizerStateDict actual, OptimizerStateDict expected)
    {
        Assert.That(actual.State.Keys, Is.EqualTo(expected.State.Keys));

        foreach (var (number, entry) in expected.State)
        {
            Assert.That(actual.State[number].Keys, Is.EquivalentTo(entry.Keys));

            foreach (var (name, tensor) in entry)
            {
                var read = actual.State[number][name];
                Assert.That(read.dtype, Is.EqualTo(tensor.dtype), name);
                Assert.That(read.shape, Is.EqualTo(tensor.shape), name);
                Assert.That(read.contiguous().bytes.SequenceEqual(tensor.contiguous().bytes), name);
            }
        }

        Assert.That(actual.ParamGroups, Has.Count.EqualTo(expected.ParamGroups.Count));

        foreach (var (read, written) in actual.ParamGroups.Zip(expected.ParamGroups))
        {
            Assert.That(read.Keys, Is.EqualTo(written.Keys));

            foreach (var (name, value) in written)
            {
                Assert.That(read[name]?.GetType(), Is.EqualTo(value?.GetType()), name);
                Assert.That(read[name], Is.EqualTo(value), name);
            }
        }
    }
}
