using TorchSharp.Modules;

namespace DeepLearningCourse.Models;

/// <summary>Parameters that an optimizer trains with one learning rate.</summary>
public sealed class ParameterGroup
{
    internal ParameterGroup(string? pattern, IReadOnlyList<(string Name, Parameter Value)> entries, double lr)
    {
        Pattern = pattern;
        Names = [.. entries.Select(entry => entry.Name)];
        Parameters = [.. entries.Select(entry => entry.Value)];
        Lr = lr;
    }

    /// <summary>The pattern that chose them; null for the rest, which no pattern took.</summary>
    public string? Pattern { get; }

    /// <summary>Their names, in the network's order.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The parameters, in the same order.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>The learning rate.</summary>
    public double Lr { get; }
}
