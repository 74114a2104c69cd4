using TorchSharp;
using static TorchSharp.torch;

namespace DeepLearningCourse.Optimization.Updates;

/// <summary>What LBFGS keeps between iterations and steps.</summary>
internal sealed class LBFGSState : IDisposable
{
    private readonly CurvatureMemory memory = new();
    private Tensor? direction;
    private Tensor? gradient;

    /// <summary>How often the loss was evaluated.</summary>
    public long Evaluations { get; set; }

    /// <summary>The iterations of all steps.</summary>
    public long Iterations { get; private set; }

    /// <summary>How far the parameters were moved along the last direction.</summary>
    public double Length { get; set; }

    /// <summary>The loss before that move.</summary>
    public double Loss { get; set; }

    /// <summary>Whether nothing was moved yet.</summary>
    public bool IsNew => Iterations == 0;

    /// <summary>Begins an iteration: looks back on the last one and chooses where to go next.</summary>
    /// <param name="current">The gradient where the parameters are; it becomes this state's.</param>
    /// <param name="historySize">How many moves are remembered.</param>
    /// <returns>The direction, which stays this state's.</returns>
    public Tensor NextDirection(Tensor current, int historySize)
    {
        using var scope = NewDisposeScope();

        if (direction is not null && gradient is not null)
        {
            memory.Add(current.sub(gradient), direction.mul(Length), historySize);
        }

        var next = direction is null ? current.neg() : memory.Direction(current);
        Iterations++;
        direction?.Dispose();
        direction = next.DetachFromDisposeScope();
        gradient?.Dispose();
        gradient = current.DetachFromDisposeScope();
        return direction;
    }

    /// <summary>Brings the tensors to the type and device of the parameters: <c>model.to(...)</c> changes them.</summary>
    public void Follow(FlatParameters parameters)
    {
        if (direction is null || gradient is null || (direction.dtype == parameters.Dtype && direction.device == parameters.Device))
        {
            return;
        }

        using var scope = NewDisposeScope();
        using var oldDirection = direction;
        using var oldGradient = gradient;
        direction = oldDirection.to(parameters.Dtype, parameters.Device).DetachFromDisposeScope();
        gradient = oldGradient.to(parameters.Dtype, parameters.Device).DetachFromDisposeScope();
        memory.Convert(parameters.Dtype, parameters.Device);
    }

    /// <summary>The state under PyTorch's names; null before the first step.</summary>
    public IReadOnlyDictionary<string, Tensor>? Save(FlatParameters parameters)
    {
        if (Evaluations == 0)
        {
            return null;
        }

        Dictionary<string, Tensor> state = new() { ["func_evals"] = tensor(Evaluations), ["n_iter"] = tensor(Iterations) };

        if (direction is not null && gradient is not null)
        {
            state["d"] = direction.alias();
            state["t"] = tensor(Length);

            foreach (var (name, value) in memory.Save(parameters.Count, direction.dtype, direction.device))
            {
                state[name] = value;
            }

            state["prev_flat_grad"] = gradient.alias();
            state["prev_loss"] = tensor(Loss);
        }

        return state;
    }

    /// <summary>Takes over a state that <see cref="LBFGSStateCheck"/> let pass; null for a new one.</summary>
    public void Load(IReadOnlyDictionary<string, Tensor>? state, FlatParameters parameters)
    {
        using var scope = NewDisposeScope();
        Dispose();
        direction = gradient = null;
        Evaluations = state is null ? 0 : state["func_evals"].ToInt64();
        Iterations = state is null ? 0 : state["n_iter"].ToInt64();

        if (state is null || !state.TryGetValue("d", out var saved))
        {
            return;
        }

        var (dtype, device) = (parameters.Dtype, parameters.Device);
        direction = saved.to(dtype, device, copy: true).DetachFromDisposeScope();
        gradient = state["prev_flat_grad"].to(dtype, device, copy: true).DetachFromDisposeScope();
        Length = state["t"].ToDouble();
        Loss = state["prev_loss"].ToDouble();
        memory.Load(state, dtype, device);
    }

    public void Dispose()
    {
        direction?.Dispose();
        gradient?.Dispose();
        memory.Dispose();
    }
}
