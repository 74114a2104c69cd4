using DeepLearningCourse.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Optimization;

/// <summary>An optimizer with PyTorch's arguments, defaults and numbers, made by <see cref="Optimizers"/>.</summary>
/// <remarks>
/// It is used as any optimizer of TorchSharp's: <c>zero_grad()</c>, <c>step()</c>. Its state is unmanaged memory: dispose it when training is over.
/// <see href="https://pytorch.org/docs/stable/optim.html"/>
/// </remarks>
public abstract class Optimizer : optim.Optimizer
{
    private protected Optimizer()
        : base(IntPtr.Zero)
    {
    }

    /// <summary>The groups of parameters, each with its learning rate and options.</summary>
    public IReadOnlyList<OptimizerGroup> Groups => UntypedGroups;

    /// <summary>The groups, as TorchSharp's schedules take them.</summary>
    public override IEnumerable<optim.ILearningRateController> ParamGroups => UntypedGroups;

    private protected abstract IReadOnlyList<OptimizerGroup> UntypedGroups { get; }

    /// <summary>All parameters, in the order of the groups.</summary>
    public override IEnumerable<Parameter> parameters() => UntypedGroups.SelectMany(group => group.Parameters);

    /// <summary>Takes the gradients of all parameters away, as PyTorch does.</summary>
    public override void zero_grad() => zero_grad(set_to_none: true);

    /// <summary>Takes the gradients away, or fills them with zeros.</summary>
    /// <param name="set_to_none">Whether they are taken away: less work, and a parameter that a step does not use is then left alone by <c>step()</c>.
    /// Filled with zeros, it would still be decayed and moved by its momentum.</param>
    /// <remarks><see href="https://pytorch.org/docs/stable/generated/torch.optim.Optimizer.zero_grad.html"/></remarks>
    public void zero_grad(bool set_to_none)
    {
        for (var group = 0; group < UntypedGroups.Count; group++)
        {
            var parameters = UntypedGroups[group].Parameters;

            for (var i = 0; i < parameters.Count; i++)
            {
                if (set_to_none)
                {
                    TensorCalls.ClearGrad(parameters[i].Handle);
                }
                else
                {
                    using var gradient = parameters[i].grad;
                    _ = gradient?.zero_();
                }
            }
        }
    }

    /// <summary>Changes the parameters by their gradients.</summary>
    /// <param name="closure">Computes the loss anew and calls <c>backward()</c>; only LBFGS needs one.</param>
    /// <returns>What the closure returned; null without one.</returns>
    /// <remarks>Parameters without a gradient are left alone, state and count of steps included.</remarks>
    public override Tensor step(Func<Tensor>? closure = null)
    {
        Tensor? loss = null;

        if (closure is not null)
        {
            using (enable_grad())
            {
                loss = closure();
            }
        }

        var before = GradientMode.IsEnabled;
        GradientMode.IsEnabled = false;

        try
        {
            Update();
        }
        finally
        {
            GradientMode.IsEnabled = before;
        }

        return loss!;
    }

    /// <summary>The state of the optimizer in PyTorch's layout: what it keeps for each parameter, by the parameter's number, and the options of the groups.</summary>
    /// <returns>The state. Its tensors share memory with the optimizer, as in PyTorch; dispose it, or let a DisposeScope do it.</returns>
    /// <remarks><see href="https://pytorch.org/docs/stable/generated/torch.optim.Optimizer.state_dict.html"/></remarks>
    public abstract OptimizerStateDict state_dict();

    /// <summary>Takes over a state; it is copied.</summary>
    /// <param name="state">A state of an optimizer of the same kind over parameters of the same shapes.</param>
    /// <exception cref="ArgumentException">It is another optimizer's, or another network's; the message says what differs, and nothing was changed.</exception>
    /// <remarks><see href="https://pytorch.org/docs/stable/generated/torch.optim.Optimizer.load_state_dict.html"/></remarks>
    public abstract void load_state_dict(OptimizerStateDict state);

    /// <summary>Saves the state, to be loaded here or in Python.</summary>
    /// <param name="path">The file, as for <see cref="OptimizerStateDict.Save"/>: <c>.safetensors</c>, or <c>.pt</c> or <c>.pth</c> for
    /// <c>optimizer.load_state_dict(torch.load(path))</c>.</param>
    /// <exception cref="ArgumentException">The name has another ending.</exception>
    /// <exception cref="IOException">The file cannot be written; an older file of that name is left as it was.</exception>
    public void SaveState(string path)
    {
        using var state = state_dict();
        state.Save(path);
    }

    /// <summary>Goes on from a state that <see cref="SaveState"/> wrote, or <c>torch.save</c> in Python.</summary>
    /// <param name="path">The file.</param>
    /// <param name="root">Where in a checkpoint of PyTorch the state is, with dots between keys; null to take the file itself or a usual key such as
    /// <c>optimizer_state_dict</c>.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="OptimizerFileException">It is damaged, or holds weights or something else than an optimizer's state.</exception>
    /// <exception cref="ArgumentException">It is another optimizer's, or another network's; the message says what differs, and nothing was changed.</exception>
    public void LoadState(string path, string? root = null)
    {
        using var state = OptimizerStateDict.Load(path, root);
        load_state_dict(state);
    }

    /// <summary>One step, without gradients being recorded.</summary>
    private protected abstract void Update();
}
