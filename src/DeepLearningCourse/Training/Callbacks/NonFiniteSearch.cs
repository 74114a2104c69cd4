using System.Globalization;
using DeepLearningCourse.Models;
using DeepLearningCourse.Models.Printing;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Training.Callbacks;

/// <summary>Looks for the first place where numbers are NaN or infinite.</summary>
internal static class NonFiniteSearch
{
    /// <summary>The parameters that are not finite; null if all are.</summary>
    public static NonFinite? InWeights(nn.Module model)
    {
        var spoiled = Spoiled(model, parameter => parameter);
        return spoiled.Count == 0 ? null : new NonFinite(spoiled[0].Name, Text(
            $"{Named("Parameter", spoiled)}: an earlier step made {(spoiled.Count == 1 ? "it" : "them")} so, or the initial values are. Use a smaller learning rate, or clip the gradients (TrainerOptions.ClipNorm)."));
    }

    /// <summary>The gradients that are not finite; null if all are.</summary>
    /// <remarks>Backward goes from the last layer to the first: what is wrong lies after the last of them.</remarks>
    public static NonFinite? InGradients(nn.Module model)
    {
        var spoiled = Spoiled(model, parameter => parameter.grad);
        spoiled.Reverse();
        return spoiled.Count == 0 ? null : new NonFinite(spoiled[0].Name, Text(
            $"the loss is finite, and gradients are not. {Named("The gradient of parameter", spoiled)}. Look at what follows it in forward and in the loss: the root of 0, a logarithm or a division near 0 have such gradients. The weights are those before the step."));
    }

    /// <summary>The first layer that gives numbers that are not finite.</summary>
    /// <param name="model">The network.</param>
    /// <param name="forward">Computes the loss again.</param>
    public static NonFinite InForward(nn.Module model, Func<StepOutput> forward)
    {
        using var scope = NewDisposeScope();
        LayerStep? before = null;
        NonFinite? found = null;
        Dictionary<LayerStep, (bool Finite, double Largest)> came = [];
        using LayerTrace trace = new(model, left: Leave, entered: step => came[step] = Measure(step.InputTensors));

        try
        {
            var output = forward();
            return found ?? AfterLayers(output, before);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return found ?? new NonFinite(null, $"Computed once more it failed: {exception.Message}");
        }

        void Leave(LayerStep step)
        {
            if (found is null && Count(step.OutputTensors) is (> 0, _) and var (bad, all))
            {
                found = At(step, before, came[step], bad, all);
            }

            before = step;
        }
    }

    private static NonFinite At(LayerStep step, LayerStep? before, (bool Finite, double Largest) came, long bad, long all)
    {
        var after = before is null ? "the data, or an operation of forward before it, made them so" : $"an operation of forward after layer '{before.Path}' made them so";

        return !came.Finite
            ? new NonFinite(step.Path, $"Layer '{step.Path}' ({LayerText.Of(step.Layer)}) is the first that gets numbers that are not finite: {after}.")
            : new NonFinite(step.Path, Text(
                $"Layer '{step.Path}' ({LayerText.Of(step.Layer)}) is the first that gives numbers that are not finite, {bad} of {all}, from finite ones of up to {came.Largest:G3}."));
    }

    private static NonFinite AfterLayers(StepOutput output, LayerStep? last)
    {
        var after = last is null ? "forward" : $"forward after layer '{last.Path}'";
        var loss = Count([output.Loss]);

        if (output.Predictions is { } predictions && Count([predictions]) is (> 0, _) and var (bad, all))
        {
            return new NonFinite(null, Text($"All layers give finite numbers: an operation of {after} makes {bad} of {all} predictions NaN or infinite."));
        }

        return loss.Bad == 0
            ? new NonFinite(null, "Computed once more the loss is finite: chance has a part in it, as with Dropout.")
            : new NonFinite(null, output.Predictions is null
                ? $"All layers give finite numbers: an operation of {after}, or the loss function, does not."
                : Text($"All layers give finite numbers, and so are the predictions, up to {Measure([output.Predictions]).Largest:G3}: the loss function makes NaN or infinity of them."));
    }

    private static List<(string Name, long Bad, long All)> Spoiled(nn.Module model, Func<Parameter, Tensor?> what)
    {
        using var scope = NewDisposeScope();
        return
        [
            .. NetworkParameters.Once(NetworkParameters.AllNames(model))
                .Select(entry => (entry.Name, Values: what(entry.Value)))
                .Where(entry => entry.Values is not null)
                .Select(entry => (entry.Name, Counts: Count([entry.Values!])))
                .Where(entry => entry.Counts.Bad > 0)
                .Select(entry => (entry.Name, entry.Counts.Bad, entry.Counts.All)),
        ];
    }

    private static string Named(string what, List<(string Name, long Bad, long All)> spoiled)
    {
        var (name, bad, all) = spoiled[0];
        var others = spoiled.Count == 1 ? "" : $" (and so of {NameList.Of(spoiled.Skip(1).Select(entry => entry.Name))})";
        return Text($"{what} '{name}' is NaN or infinite in {bad} of {all} numbers{others}");
    }

    /// <summary>How many numbers are NaN or infinite, of how many.</summary>
    private static (long Bad, long All) Count(IReadOnlyList<Tensor> tensors)
    {
        using var withoutGradients = no_grad();
        var (bad, all) = (0L, 0L);

        foreach (var tensor in tensors.Where(IsMeasurable))
        {
            using var scope = NewDisposeScope();
            var dense = tensor.is_sparse ? tensor.to_dense() : tensor;
            bad += dense.isfinite().logical_not().sum().item<long>();
            all += dense.numel();
        }

        return (bad, all);
    }

    /// <summary>Whether numbers are finite, and the largest absolute value of those that are.</summary>
    private static (bool Finite, double Largest) Measure(IReadOnlyList<Tensor> tensors)
    {
        using var withoutGradients = no_grad();
        var (finite, largest) = (true, 0.0);

        foreach (var tensor in tensors.Where(tensor => IsMeasurable(tensor) && tensor.numel() > 0))
        {
            using var scope = NewDisposeScope();
            var most = tensor.detach().abs().max().to(ScalarType.Float32).ToDouble();
            finite &= Count([tensor]).Bad == 0;
            largest = Math.Max(largest, most);
        }

        return (finite, largest);
    }

    private static bool IsMeasurable(Tensor tensor) => !tensor.IsInvalid && (tensor.is_floating_point() || tensor.is_complex());

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
