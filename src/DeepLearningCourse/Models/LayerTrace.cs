using System.Collections;
using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace DeepLearningCourse.Models;

/// <summary>Watches one forward pass: which layers were entered, with which shapes, and which was never left.</summary>
internal sealed class LayerTrace : IDisposable
{
    private readonly List<ModuleHooks> hooks = [];
    private readonly Stack<LayerStep> open = new();
    private readonly List<LayerStep> steps = [];
    private readonly Action<LayerStep>? left;
    private readonly Action<LayerStep>? entered;

    /// <summary>Watches all layers of a network, each once.</summary>
    /// <param name="network">The network.</param>
    /// <param name="left">Gets each step when its layer has been left.</param>
    /// <param name="entered">Gets each step when its layer is entered.</param>
    public LayerTrace(nn.Module network, Action<LayerStep>? left = null, Action<LayerStep>? entered = null)
    {
        this.left = left;
        this.entered = entered;

        try
        {
            foreach (var (path, module) in network.named_modules().DistinctBy(entry => entry.module, ReferenceEqualityComparer.Instance))
            {
                if (ModuleHooks.Add(module, inputs => Enter(path, module, inputs), Leave) is { } hook)
                {
                    hooks.Add(hook);
                }
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The layers entered so far, in order.</summary>
    public IReadOnlyList<LayerStep> Steps => steps;

    /// <summary>The innermost layer that was entered and not left.</summary>
    public LayerStep? Failed => open.TryPeek(out var step) ? step : null;

    /// <summary>The tensors in an input or output, in the order they stand there.</summary>
    public static IEnumerable<Tensor> TensorsIn(object? value) => value switch
    {
        Tensor tensor => [tensor],
        ITuple tuple => Enumerable.Range(0, tuple.Length).SelectMany(i => TensorsIn(tuple[i])),
        IDictionary dictionary => dictionary.Values.Cast<object?>().SelectMany(TensorsIn),
        IList list => list.Cast<object?>().SelectMany(TensorsIn),
        _ => [],
    };

    public void Dispose() => hooks.ForEach(hook => hook.Dispose());

    private void Enter(string path, nn.Module module, object?[] inputs)
    {
        var step = new LayerStep(path, module, [.. TensorsIn(inputs)], open.Count, open.TryPeek(out var parent) ? parent : null);
        steps.Add(step);
        open.Push(step);
        entered?.Invoke(step);
    }

    private void Leave(object? output)
    {
        var step = open.Pop();
        step.Finish(output, [.. TensorsIn(output)]);
        left?.Invoke(step);
    }
}
