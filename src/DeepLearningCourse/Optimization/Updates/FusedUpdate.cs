using System.Collections.Concurrent;
using TorchSharp;
using static TorchSharp.torch;

namespace DeepLearningCourse.Optimization.Updates;

/// <summary>An operator of libtorch that does a whole step for a list of parameters.</summary>
/// <typeparam name="TOptions">The optimizer's options.</typeparam>
internal abstract class FusedUpdate<TOptions>
    where TOptions : UpdateOptions
{
    private readonly ConcurrentDictionary<(ScalarType, DeviceType), bool> works = new();

    /// <summary>Whether the steps from 0 to 2 go to the operator apart from later ones.</summary>
    public virtual bool FirstStepApart => false;

    /// <summary>Whether this libtorch has the operator for such tensors. It is tried once, on small ones.</summary>
    public bool Works(ScalarType dtype, Device device) => works.GetOrAdd((dtype, device.type), _ => Try(dtype, device));

    /// <summary>Does one step.</summary>
    public abstract void Update(FusedLists lists, TOptions options, double learningRate);

    /// <summary>Whether the operator runs on one list of tensors.</summary>
    protected abstract bool Try(FusedLists lists);

    private bool Try(ScalarType dtype, Device device)
    {
        using var scope = NewDisposeScope();
        using var withoutGradients = no_grad();
        var tensors = Enumerable.Range(0, 5).Select(_ => zeros(1, dtype, device)).ToArray();
        using var step = ones([], ScalarType.Float32, device);
        var lists = new FusedLists(1);
        lists.Add(tensors[0].Handle, tensors[1].Handle, step.Handle, [tensors[2].Handle, tensors[3].Handle, tensors[4].Handle]);
        return Try(lists);
    }
}
