using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Models;

/// <summary>A network's parameters under all of their names, to be chosen by a pattern.</summary>
internal static class NetworkParameters
{
    /// <summary>Every name with its parameter; a parameter that two layers share stands under both names.</summary>
    /// <remarks><c>named_parameters</c> gives a shared one its first name only, so a pattern for the second would find nothing.</remarks>
    public static List<(string Name, Parameter Value)> AllNames(nn.Module model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return [.. model.state_dict().Where(entry => entry.Value is Parameter).Select(entry => (entry.Key, (Parameter)entry.Value))];
    }

    /// <summary>Each parameter once, under its first name.</summary>
    public static List<(string Name, Parameter Value)> Once(IEnumerable<(string Name, Parameter Value)> entries) =>
        [.. entries.DistinctBy(entry => TensorIdentity.Of(entry.Value))];

    /// <summary>The parameters that a pattern chooses, each once.</summary>
    /// <exception cref="ArgumentException">The pattern matches none.</exception>
    public static List<(string Name, Parameter Value)> Choose(nn.Module model, string pattern) =>
        Once(NamePattern.Choose(AllNames(model), pattern, model?.GetType().Name ?? ""));
}
