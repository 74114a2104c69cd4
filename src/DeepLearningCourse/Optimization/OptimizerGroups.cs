using DeepLearningCourse.Data;
using DeepLearningCourse.Models;
using TorchSharp.Modules;

namespace DeepLearningCourse.Optimization;

/// <summary>What an optimizer is made from.</summary>
internal static class OptimizerGroups
{
    /// <summary>One group of parameters, named by their numbers.</summary>
    public static IReadOnlyList<ParameterGroup> Of(IEnumerable<Parameter> parameters, double lr)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        OptionChecks.NotNegative(lr);
        List<Parameter> all = [.. parameters];
        return all.Count > 0 ? [new ParameterGroup(null, [.. all.Select((value, i) => ($"{i}", value))], lr)] : throw Empty();
    }

    /// <summary>The groups, if there are any, each parameter is in one of them once, and all are of a type that can be trained.</summary>
    public static IReadOnlyList<ParameterGroup> Checked(IEnumerable<ParameterGroup> groups)
    {
        ArgumentNullException.ThrowIfNull(groups);
        List<ParameterGroup> all = [.. groups];
        Dictionary<nint, string> seen = [];

        foreach (var (parameter, name) in all.SelectMany(group => group.Parameters.Zip(group.Names)))
        {
            if (!parameter.is_floating_point())
            {
                throw new ArgumentException(
                    $"Parameter '{name}' {Shapes.Text(parameter)} is {parameter.dtype}; an optimizer trains real floating-point numbers.", nameof(groups));
            }

            if (!seen.TryAdd(TensorIdentity.Of(parameter), name))
            {
                throw new ArgumentException($"Parameter '{name}' {Shapes.Text(parameter)} is given twice; give each parameter once.", nameof(groups));
            }
        }

        return seen.Count > 0 ? all : throw Empty();
    }

    private static ArgumentException Empty() =>
        new("There are no parameters to train. Does the network have layers, as members of its class?");
}
