using DeepLearningCourse.Models;
using DeepLearningCourse.Optimization.Averaging;
using static TorchSharp.torch;

namespace DeepLearningCourse.Training.Callbacks;

/// <summary>Copies of tensors by name, brought up to date in place, until they are to be forgotten.</summary>
internal sealed class KeptWeights
{
    private Dictionary<string, Tensor> kept = [];

    public bool IsEmpty => kept.Count == 0;

    /// <summary>The copies; they stay this object's.</summary>
    public IReadOnlyDictionary<string, Tensor> Tensors => kept;

    /// <summary>Copies tensors in the place of those that were kept.</summary>
    public void Keep(IReadOnlyDictionary<string, Tensor> tensors)
    {
        using var withoutGradients = no_grad();

        if (!HasRoomFor(tensors))
        {
            Forget();
            Clone(tensors);
        }
        else
        {
            TensorLists.Copy([.. kept.Values], [.. kept.Keys.Select(name => tensors[name])]);
        }
    }

    /// <summary>Copies what was kept into a network, on its device.</summary>
    /// <exception cref="WeightsMismatchException">The network has changed meanwhile; nothing was copied.</exception>
    public void GiveTo(nn.Module model) => StateLoader.Load(model, new Dictionary<string, Tensor>(kept), strict: true, []);

    /// <summary>Copies what was kept into tensors of the same names and shapes.</summary>
    public void GiveTo(IReadOnlyDictionary<string, Tensor> tensors)
    {
        if (HasRoomFor(tensors))
        {
            using var withoutGradients = no_grad();
            TensorLists.Copy([.. kept.Keys.Select(name => tensors[name])], [.. kept.Values]);
        }
    }

    /// <summary>Frees the copies.</summary>
    public void Forget()
    {
        foreach (var tensor in kept.Values)
        {
            tensor.Dispose();
        }

        kept = [];
    }

    private bool HasRoomFor(IReadOnlyDictionary<string, Tensor> tensors) =>
        kept.Count == tensors.Count
        && kept.All(entry => tensors.TryGetValue(entry.Key, out var tensor) && !tensor.IsInvalid && entry.Value.shape.AsSpan().SequenceEqual(tensor.shape));

    private void Clone(IReadOnlyDictionary<string, Tensor> tensors)
    {
        // A weight that layers share is kept once.
        Dictionary<nint, Tensor> clones = [];

        try
        {
            foreach (var (name, tensor) in tensors)
            {
                var identity = TensorIdentity.Of(tensor);

                if (!clones.TryGetValue(identity, out var clone))
                {
                    clones.Add(identity, clone = tensor.clone().DetachFromDisposeScope());
                }

                kept.Add(name, clone);
            }
        }
        catch
        {
            Forget();
            throw;
        }
    }
}
