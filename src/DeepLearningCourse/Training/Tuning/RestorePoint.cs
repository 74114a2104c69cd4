using DeepLearningCourse.Models;
using DeepLearningCourse.Optimization;
using DeepLearningCourse.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Training.Tuning;

/// <summary>Network, optimizers and torch's generator as they are now, to be put back bit for bit: what is tried in between leaves no trace.</summary>
/// <remarks>Copies are kept in main memory, so that those of a network on a GPU take no room from what is tried. The generators of GPUs cannot be read.</remarks>
internal sealed class RestorePoint : IDisposable
{
    private readonly nn.Module model;
    private readonly List<Optimizer> optimizers;
    private readonly List<Tensor> made = [];
    private readonly List<(string Name, Tensor Value)> weights = [];
    private readonly List<(Tensor Parameter, Tensor Value)> foreign = [];
    private readonly List<(Tensor Parameter, Tensor? Gradient)> gradients = [];
    private readonly List<(OptimizerStateDict State, List<GroupRates> Groups)> states = [];
    private readonly KeptModes modes;
    private readonly Tensor? generator;

    /// <exception cref="NotSupportedException">An optimizer is TorchSharp's own.</exception>
    /// <exception cref="InvalidOperationException">A lazy layer has no size yet.</exception>
    public RestorePoint(nn.Module model, IEnumerable<optim.Optimizer> optimizers, string purpose)
    {
        this.model = model;
        this.optimizers = [.. optimizers.Select(optimizer => RequireOwn(optimizer, purpose))];
        LazyParameter.RefuseWaiting(AllTensors.Of(model).Select(entry => (entry.Key, entry.Value)));
        using var withoutGradients = no_grad();

        try
        {
            KeepWeights();
            KeepStates();
            generator = Kept(get_rng_state());
            TakeGradients();
        }
        catch
        {
            made.ForEach(tensor => tensor.Dispose());
            throw;
        }

        modes = new KeptModes(model);
    }

    /// <summary>Puts weights, buffers, optimizers and the generator back, to try something else.</summary>
    public void Restore()
    {
        using var withoutGradients = no_grad();
        var now = AllTensors.Of(model);

        // By name: a layer may have put another tensor in the place of a buffer.
        foreach (var (name, value) in weights)
        {
            _ = now[name].copy_(value);
        }

        foreach (var (parameter, value) in foreign)
        {
            _ = parameter.copy_(value);
        }

        foreach (var (parameter, _) in gradients)
        {
            TensorCalls.ClearGrad(parameter.Handle);
        }

        for (var i = 0; i < optimizers.Count; i++)
        {
            optimizers[i].load_state_dict(states[i].State);

            foreach (var (group, rates) in optimizers[i].Groups.Zip(states[i].Groups))
            {
                (group.UntypedOptions, group.LearningRate, group.InitialLearningRate) = (rates.Options, rates.Rate, rates.Initial);
            }
        }

        set_rng_state(generator!);
    }

    /// <summary>Puts everything back, gradients and training mode too.</summary>
    public void Dispose()
    {
        try
        {
            Restore();

            foreach (var (parameter, gradient) in gradients)
            {
                if (gradient is not null)
                {
                    parameter.grad = gradient;
                }
            }
        }
        finally
        {
            modes.Dispose();
            made.ForEach(tensor => tensor.Dispose());
        }
    }

    private static Optimizer RequireOwn(optim.Optimizer optimizer, string purpose) => optimizer as Optimizer ?? throw new NotSupportedException(
        $"{optimizer.GetType().Name} is TorchSharp's own optimizer, whose state cannot be read and put back. Make it with Optimizers, for instance Optimizers.Adam(model.parameters()), {purpose}.");

    private void KeepWeights()
    {
        HashSet<nint> seen = [];

        foreach (var (name, value) in AllTensors.Of(model))
        {
            if (seen.Add(TensorIdentity.Of(value)))
            {
                weights.Add((name, Copied(value)));
            }
        }

        foreach (var parameter in optimizers.SelectMany(optimizer => optimizer.parameters()))
        {
            if (seen.Add(TensorIdentity.Of(parameter)))
            {
                foreign.Add((parameter, Copied(parameter)));
            }
        }
    }

    private void KeepStates()
    {
        foreach (var optimizer in optimizers)
        {
            using var live = optimizer.state_dict();
            var state = live.State.ToDictionary(
                entry => entry.Key, IReadOnlyDictionary<string, Tensor> (entry) => entry.Value.ToDictionary(pair => pair.Key, pair => Copied(pair.Value)));
            states.Add((new OptimizerStateDict(state, live.ParamGroups),
                [.. optimizer.Groups.Select(group => new GroupRates(group.UntypedOptions, group.LearningRate, group.InitialLearningRate))]));
        }
    }

    /// <summary>Takes the gradients off their parameters, so that nothing can write into them meanwhile.</summary>
    private void TakeGradients()
    {
        IEnumerable<Parameter> all = [.. model.parameters(), .. optimizers.SelectMany(optimizer => optimizer.parameters())];

        foreach (var parameter in all.DistinctBy(TensorIdentity.Of))
        {
            gradients.Add((parameter, parameter.grad is { } gradient ? Kept(gradient) : null));
        }

        gradients.ForEach(entry => TensorCalls.ClearGrad(entry.Parameter.Handle));
    }

    private Tensor Copied(Tensor value)
    {
        using var plain = value.detach();
        return Kept(plain.to(CPU, copy: true));
    }

    private Tensor Kept(Tensor value)
    {
        made.Add(value.DetachFromDisposeScope());
        return value;
    }

    private sealed record GroupRates(UpdateOptions Options, double Rate, double Initial);
}
