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
    private readonly Dictionary<Tensor, LayerStep> empty = new(ReferenceEqualityComparer.Instance);
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

    /// <summary>The layer that gave the empty tensor which a layer got; null if it got none, or one that was disposed.</summary>
    public LayerStep? GiverOfEmpty(LayerStep step) => step.Empty is { } tensor ? empty.GetValueOrDefault(tensor) : null;

    /// <summary>The last layer that gave an empty tensor in the place of one, as an attention without <c>need_weights</c> does; null if none did.</summary>
    public LayerStep? GaveEmpty => empty.Values.LastOrDefault();

    /// <summary>The tensors in an input or output, in the order they stand there; without the empty ones, which TorchSharp has for null.</summary>
    public static IEnumerable<Tensor> TensorsIn(object? value) => AllIn(value).Where(tensor => !tensor.IsInvalid);

    private static IEnumerable<Tensor> AllIn(object? value) => value switch
    {
        Tensor tensor => [tensor],
        ITuple tuple => Enumerable.Range(0, tuple.Length).SelectMany(i => AllIn(tuple[i])),
        IDictionary dictionary => dictionary.Values.Cast<object?>().SelectMany(AllIn),
        IList list => list.Cast<object?>().SelectMany(AllIn),
        _ => [],
    };

    public void Dispose() => hooks.ForEach(hook => hook.Dispose());

    private void Enter(string path, nn.Module module, object?[] inputs)
    {
        var step = new LayerStep(path, module, [.. TensorsIn(inputs)], open.Count, open.TryPeek(out var parent) ? parent : null)
        {
            Empty = AllIn(inputs).FirstOrDefault(tensor => tensor.IsInvalid),
        };
        steps.Add(step);
        open.Push(step);
        entered?.Invoke(step);
    }

    private void Leave(object? output)
    {
        var step = open.Pop();
        step.Finish(output, [.. TensorsIn(output)]);

        foreach (var tensor in AllIn(output).Where(tensor => tensor.IsInvalid))
        {
            empty[tensor] = step;
        }

        left?.Invoke(step);
    }
}
