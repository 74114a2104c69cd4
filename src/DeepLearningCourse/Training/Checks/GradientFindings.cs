using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Training.Checks;

/// <summary>Gradients that are not finite, or zero for a whole layer.</summary>
/// <remarks>
/// Zero is often right: a bias before a normalization, the rows of an embedding that the batch does not use, and everything before a layer that starts with
/// weights of zero. So a layer is named only if all of its parameters have zero gradients, embeddings are passed over, and nothing is said if some weight that
/// is zero itself gets a gradient: what comes before it gets its gradients from the second step on.
/// </remarks>
internal static class GradientFindings
{
    public static void Find(
        nn.Module model, IReadOnlyList<(string name, Parameter parameter)> trainable, IReadOnlyList<string> deadLayers, bool gradientsAreScaled, FindingList findings)
    {
        // They are of no loss, or of a wrong one.
        if (findings.FirstError is not null)
        {
            return;
        }

        var gradients = trainable.Select(entry => (entry.name, entry.parameter, Largest: Largest(entry.parameter))).Where(entry => entry.Largest is not null).ToList();
        var broken = gradients.Where(entry => !double.IsFinite(entry.Largest!.Value)).Select(entry => entry.name).ToList();

        if (broken.Count > 0)
        {
            if (!gradientsAreScaled)
            {
                findings.Error($"the gradients are not finite, while the loss is: {FindingList.Names(broken)} got NaN or infinity, "
                    + "which sqrt, log, a norm or a division give back at 0. Keep their input away from 0, for instance with + 1e-8.");
            }

            return;
        }

        var embeddings = model.named_modules().Where(entry => entry.module is Embedding or EmbeddingBag).Select(entry => entry.name).ToHashSet();
        var layers = gradients.GroupBy(entry => LayerOf(entry.name)).Where(layer => !embeddings.Contains(layer.Key)).ToList();
        var silent = layers.Where(layer => layer.All(entry => entry.Largest == 0)).Select(layer => layer.Key.Length > 0 ? layer.Key : layer.First().name).ToList();

        if (silent.Count == 0)
        {
            return;
        }

        if (silent.Count == layers.Count)
        {
            findings.Warn("the gradients of all layers are 0, so nothing would be learned from this batch: the loss is 0 already, it is saturated, "
                + $"or a function without a slope, such as round, sign or ge, is in the way.{Dead(deadLayers)}");
        }
        else if (!gradients.Exists(entry => entry.Largest > 0 && !entry.name.Contains("bias", StringComparison.Ordinal) && IsZero(entry.parameter)))
        {
            findings.Warn($"all gradients of {FindingList.Names(silent)} are 0, so they learn nothing from this batch.{Dead(deadLayers)}");
        }
    }

    /// <summary>The largest absolute value; null where there is no gradient to look at.</summary>
    private static double? Largest(Parameter parameter)
    {
        using var scope = NewDisposeScope();
        return parameter.grad is { is_sparse: false } gradient && gradient.numel() > 0 ? gradient.abs().max().to(ScalarType.Float64).item<double>() : null;
    }

    private static bool IsZero(Parameter parameter)
    {
        using var scope = NewDisposeScope();
        return parameter.numel() > 0 && parameter.count_nonzero().item<long>() == 0;
    }

    private static string LayerOf(string parameter) => parameter.LastIndexOf('.') is var dot and >= 0 ? parameter[..dot] : "";

    private static string Dead(IReadOnlyList<string> layers) => layers.Count == 0
        ? ""
        : $" {string.Join(", ", layers.Distinct())} gives only zeros for the whole batch, and lets no gradient through. Scale the features, use a smaller initialization, "
        + "or LeakyReLU in its place.";
}
