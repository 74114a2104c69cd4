using DeepLearningCourse.Data;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Training;

/// <summary>Refuses a training batch of which a BatchNorm gets a single value per channel, before it takes note of it.</summary>
/// <remarks>One value has no variance. PyTorch refuses it; TorchSharp 0.107 writes NaN into the running statistics while the loss stays finite, so that
/// the network is lost without a word.</remarks>
internal sealed class SingleSampleGuard : IDisposable
{
    private readonly List<Action> removals = [];

    /// <summary>Watches a network's layers until it is disposed.</summary>
    /// <param name="model">The network.</param>
    /// <param name="here">Where the loop is.</param>
    public SingleSampleGuard(nn.Module model, Func<Place> here)
    {
        foreach (var (name, module) in model.named_modules().Prepend(("", model)))
        {
            if (module is BatchNorm layer)
            {
                var hook = layer.register_forward_pre_hook((_, input) => Accept(layer, name, input, here));
                removals.Add(hook.remove);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => removals.ForEach(remove => remove());

    private static Tensor Accept(BatchNorm layer, string name, Tensor input, Func<Place> here) =>
        layer.training && input.Dimensions >= 2 && input.numel() == input.size(1)
            ? throw here().Error(
                $"the batch is of one sample, and {(name.Length == 0 ? "the network" : $"layer '{name}'")} ({layer.GetName()}) gets one value per channel of it, {Shapes.Text(input)}: a single value has no variance to "
                + "normalize by. Make the DataLoader with dropLast: true, or with a batchSize that does not leave one sample over.")
            : input;
}
