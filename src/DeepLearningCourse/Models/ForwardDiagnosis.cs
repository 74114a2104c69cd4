using DeepLearningCourse.Data;
using DeepLearningCourse.Models.Printing;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Models;

/// <summary>Turns an error of libtorch's inside <c>forward</c> into a sentence, by running the pass once more under watch.</summary>
internal static class ForwardDiagnosis
{
    public static ForwardException Explain(nn.Module network, Action again, object?[] inputs, Exception cause)
    {
        if (DisposedParts.Before(network, inputs, cause) is { } before)
        {
            return new ForwardException(before, null, cause);
        }

        if (OtherDevice(network, inputs) is { } device)
        {
            return new ForwardException(device, null, cause);
        }

        // The second run must not touch running statistics or draw random numbers, nor another thread's training.
        using var look = NetworkLook.TryBegin(network);

        if (look is null)
        {
            return new ForwardException(UnseenSentence(network, inputs, cause), null, cause);
        }

        using var trace = new LayerTrace(network);

        using (no_grad())
        using (NewDisposeScope())
        {
            try
            {
                again();
            }
            catch (Exception repeated) when (repeated is not OutOfMemoryException)
            {
                // Expected: what matters is how far the trace came.
            }
        }

        if (DisposedParts.Inside(network, trace, cause) is { } inside)
        {
            return new ForwardException(inside, trace.Failed?.Path, cause);
        }

        var input = InputText(inputs);
        return trace.Failed is { } failed
            ? new ForwardException(LayerSentence(network, trace, failed, input, cause), failed.Path, cause)
            : new ForwardException(BetweenSentence(network, trace, input, cause), null, cause);
    }

    private static string InputText(object?[] inputs) => string.Join(", ", inputs.OfType<Tensor>().Select(t => Shapes.Text(t)));

    private static string UnseenSentence(nn.Module network, object?[] inputs, Exception cause) =>
        $"forward of {network.GetType().Name} failed with input {InputText(inputs)}: {NativeErrorText.FirstLine(cause)}. "
        + "Which layer it was cannot be looked for, as another thread trains the network.";

    private static string LayerSentence(
        nn.Module network, LayerTrace trace, LayerStep failed, string input, Exception cause)
    {
        var layer = $"Layer '{failed.Path}' ({LayerText.Of(failed.Layer)})";
        var got = failed.Input is null ? "got no tensor" : $"got {Shapes.Text(failed.Input)}";

        if (WrongNumbers(failed) is { } numbers)
        {
            return $"{layer} {got} {numbers} The shapes so far: {Path(trace, input)}.";
        }

        var (needs, fits) = LayerNeeds.Of(failed);
        if (needs is null || fits)
        {
            return $"{layer} {got}{Types(failed)} and failed: {NativeErrorText.FirstLine(cause)}. The shapes so far: {Path(trace, input)}.";
        }

        return $"{layer} {got} and needs {needs}. The shapes so far: {Path(trace, input)}. {Advice(network, trace, failed)}";
    }

    private static string BetweenSentence(nn.Module network, LayerTrace trace, string input, Exception cause)
    {
        var where = trace.Steps.Count == 0 ? "before its first layer" : $"after layer '{trace.Steps[^1].Path}'";
        return $"forward of {network.GetType().Name} failed {where}: {NativeErrorText.FirstLine(cause)}. The shapes so far: {Path(trace, input)}.";
    }

    /// <summary>An input on another device than the network; null if there is none.</summary>
    private static string? OtherDevice(nn.Module network, object?[] inputs)
    {
        var weight = network.named_parameters().Select(entry => entry.parameter).FirstOrDefault(parameter => !parameter.IsInvalid);
        var other = inputs.OfType<Tensor>().FirstOrDefault(input => weight is not null && input.device_type != weight.device_type);
        return other is null
            ? null
            : $"{network.GetType().Name} got {Shapes.Text(other)} on {other.device}, while its weights are on {weight!.device}. "
            + $"Move both to one device: X.to(\"{weight.device}\") or model.to(\"{other.device}\").";
    }

    /// <summary>Names the device or the type where it is not the layer's own.</summary>
    private static string Types(LayerStep failed)
    {
        var weight = failed.Layer.named_parameters().FirstOrDefault().parameter;
        // An embedding takes whole numbers whatever its weights are.
        if (weight is null || failed.Dtype is null || failed.Device is null || failed.Layer is Embedding)
        {
            return "";
        }

        if (weight.dtype != failed.Dtype)
        {
            var other = failed.Dtype is ScalarType.Float64 or ScalarType.Float16 or ScalarType.BFloat16 ? $" or the network with .to({Name(failed.Dtype.Value)})" : "";
            return $" of type {failed.Dtype}, while its weights are {weight.dtype} (convert the data with .to({Name(weight.dtype)}){other})";
        }

        return weight.device_type != failed.Device.type
            ? $" on {failed.Device}, while its weights are on {weight.device} (move both to one device)"
            : "";
    }

    /// <summary>What an embedding got in place of row numbers that it has; null if that is not it.</summary>
    private static string? WrongNumbers(LayerStep failed)
    {
        if (failed.Layer is not (Embedding or EmbeddingBag) || failed.Dtype is null || failed.InputTensors is not [{ IsInvalid: false } indices, ..])
        {
            return null;
        }

        var rows = failed.Layer.parameters().First().shape[0];
        var needed = $"and needs whole numbers from 0 to {rows - 1} of type Int64";

        if (failed.Dtype is not (ScalarType.Int64 or ScalarType.Int32))
        {
            return $"of type {failed.Dtype} {needed}: convert them with .to(int64).";
        }

        using var scope = NewDisposeScope();
        return indices.numel() == 0 ? null : $"with numbers from {indices.min().to(int64).item<long>()} to {indices.max().to(int64).item<long>()} {needed}: it has {rows} rows.";
    }

    private static string Name(ScalarType type) => type == ScalarType.Byte ? "uint8" : type.ToString().ToLowerInvariant();

    private static string Path(LayerTrace trace, string input)
    {
        var done = trace.Steps
            .Where(step => step.Output is not null && !step.Layer.named_children().Any())
            .Select(step => $"{step.Path} {Shapes.Text(step.Output!)}");
        return string.Join(" → ", done.Prepend($"input {input}"));
    }

    private static string Advice(nn.Module network, LayerTrace trace, LayerStep failed)
    {
        var called = trace.Steps.Select(step => step.Layer).ToHashSet(ReferenceEqualityComparer.Instance);
        var skipped = network.named_modules()
            .TakeWhile(entry => entry.name != failed.Path)
            .Where(entry => entry.module is Linear or Convolution or Embedding && !called.Contains(entry.module))
            .Select(entry => entry.name)
            .LastOrDefault();
        if (skipped is not null)
        {
            return $"Is '{skipped}' missing from forward?";
        }

        var isFirst = trace.Steps.All(step => ReferenceEquals(step, failed) || step.Layer.named_children().Any());
        return isFirst
            ? "Give it data of that shape, or build the layer for the data you have."
            : "Make the layer before it give that shape, or build this layer for the shape it gets.";
    }
}
