using System.Runtime.CompilerServices;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace DeepLearningCourse.Models;

/// <summary>All tensors of a network: parameters, buffers, and the buffers that are not saved, which TorchSharp's listings leave out.</summary>
internal static class AllTensors
{
    /// <summary>The tensors as they are now, each name once. Those that were disposed are left out.</summary>
    public static Dictionary<string, Tensor> Of(nn.Module model)
    {
        Dictionary<string, Tensor> all = [];

        foreach (var (name, parameter) in model.named_parameters())
        {
            Add(name, parameter);
        }

        foreach (var (name, buffer) in model.named_buffers(recurse: true, include_nonpersistent: true))
        {
            Add(name, buffer);
        }

        foreach (var (name, module) in model.named_modules().Append((name: "", module: model)))
        {
            foreach (var (buffer, (value, _)) in Registered(module))
            {
                Add(name.Length == 0 ? buffer : $"{name}.{buffer}", value);
            }
        }

        return all;

        void Add(string name, Tensor value)
        {
            if (!value.IsInvalid)
            {
                _ = all.TryAdd(name, value);
            }
        }
    }

    /// <summary>The buffers of a network and its layers.</summary>
    public static IEnumerable<Tensor> Buffers(nn.Module model) =>
        model.modules().Prepend(model).SelectMany(module => (IEnumerable<(string Name, (Tensor Value, bool) Entry)>)Registered(module))
            .Select(buffer => buffer.Entry.Value).Distinct<Tensor>(ReferenceEqualityComparer.Instance);

    /// <summary>Writes a copy back into its tensor, if it holds anything else: a write counts as a change, after which autograd refuses a backward pass that is still to come.</summary>
    public static void PutBack(Tensor value, Tensor copy)
    {
        using var differs = value.ne(copy);
        using var any = differs.any();

        if (any.item<bool>())
        {
            _ = value.copy_(copy);
        }
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_internal_buffers")]
    private static extern ref OrderedDict<string, (Tensor, bool)> Registered(nn.Module module);
}
