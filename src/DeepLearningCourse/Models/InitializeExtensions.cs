using DeepLearningCourse.Data;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Models;

/// <summary>Drawing a network's first values anew.</summary>
public static class InitializeExtensions
{
    /// <summary>Sets the weights of all layers: the parameters whose names end in <c>.weight</c>.</summary>
    /// <param name="model">The network.</param>
    /// <param name="initializer">How values are drawn.</param>
    /// <returns>The names of the parameters that were set, in the network's order; one that layers share once.</returns>
    /// <exception cref="ArgumentException">There are none, or the initializer does not fit a shape; no parameter was touched.</exception>
    /// <exception cref="InvalidOperationException">A lazy layer has no size yet.</exception>
    public static IReadOnlyList<string> Initialize(this nn.Module model, Initializer initializer) => model.Initialize(initializer, "*.weight");

    /// <summary>Sets the parameters whose names match, in place: optimizers that hold them go on with them.</summary>
    /// <param name="model">The network.</param>
    /// <param name="initializer">How values are drawn.</param>
    /// <param name="pattern">Names, with <c>*</c> for anything: <c>w*.weight</c>, <c>encoder.*</c>.</param>
    /// <returns>The names of the parameters that were set, in the network's order; one that layers share once.</returns>
    /// <exception cref="ArgumentException">The pattern matches nothing, or the initializer does not fit a shape; no parameter was touched.</exception>
    /// <exception cref="InvalidOperationException">A lazy layer has no size yet.</exception>
    /// <remarks>A frozen parameter is set too, and stays frozen.</remarks>
    public static IReadOnlyList<string> Initialize(this nn.Module model, Initializer initializer, string pattern)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(initializer);
        return Apply([.. NetworkParameters.Choose(model, pattern).Select(entry => (entry.Name, entry.Value, initializer))]);
    }

    /// <summary>Sets the weights of all layers of a type, anywhere in the network, and leaves their biases.</summary>
    /// <typeparam name="TLayer">The type of layer, for instance <see cref="Linear"/>.</typeparam>
    /// <param name="model">The network.</param>
    /// <param name="weight">How weights are drawn.</param>
    /// <returns>The names of the parameters that were set.</returns>
    /// <exception cref="ArgumentException">There is no such layer, none has weights, or the initializer does not fit a shape; no parameter was touched.</exception>
    /// <exception cref="InvalidOperationException">A lazy layer has no size yet.</exception>
    public static IReadOnlyList<string> Initialize<TLayer>(this nn.Module model, Initializer weight)
        where TLayer : nn.Module => Apply(OfLayers<TLayer>(model, weight, null));

    /// <summary>Sets the weights and biases of all layers of a type, anywhere in the network.</summary>
    /// <typeparam name="TLayer">The type of layer, for instance <see cref="Linear"/>. Its own parameters are set; those of layers inside it are not.</typeparam>
    /// <param name="model">The network.</param>
    /// <param name="weight">How weights are drawn: parameters with <c>weight</c> in their name, as <c>weight_ih_l0</c> of an LSTM.</param>
    /// <param name="bias">How biases are drawn: parameters with <c>bias</c> in their name.</param>
    /// <returns>The names of the parameters that were set.</returns>
    /// <exception cref="ArgumentException">There is no such layer, none has weights or biases, or an initializer does not fit a shape; no parameter was touched.</exception>
    /// <exception cref="InvalidOperationException">A lazy layer has no size yet.</exception>
    public static IReadOnlyList<string> Initialize<TLayer>(this nn.Module model, Initializer weight, Initializer bias)
        where TLayer : nn.Module
    {
        ArgumentNullException.ThrowIfNull(bias);
        return Apply(OfLayers<TLayer>(model, weight, bias));
    }

    private static List<(string, Parameter, Initializer)> OfLayers<TLayer>(nn.Module model, Initializer weight, Initializer? bias)
        where TLayer : nn.Module
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(weight);
        var layers = model.named_modules().Prepend(("", model)).DistinctBy(entry => entry.Item2, ReferenceEqualityComparer.Instance).ToList();
        var own = layers.Where(entry => entry.Item2 is TLayer).SelectMany(entry => entry.Item2.named_parameters(recurse: false)
            .Select(parameter => (Name: entry.Item1.Length == 0 ? parameter.name : $"{entry.Item1}.{parameter.name}", Value: parameter.parameter)));
        var chosen = NetworkParameters.Once(own)
            .Select(entry => (entry.Name, entry.Value, Initializer: IsNamed(entry.Name, "bias") ? bias : IsNamed(entry.Name, "weight") ? weight : null))
            .Where(entry => entry.Initializer is not null)
            .Select(entry => (entry.Name, entry.Value, entry.Initializer!))
            .ToList();

        return chosen.Count > 0 ? chosen : throw new ArgumentException(
            layers.Any(entry => entry.Item2 is TLayer)
                ? $"The {typeof(TLayer).Name} layers of {model.GetType().Name} have no weights of their own. Choose a layer that has, or parameters by a pattern of their names."
                : $"{model.GetType().Name} has no layer of type {typeof(TLayer).Name}. It has {string.Join(", ", layers.Skip(1).Select(entry => entry.Item2.GetType().Name).Distinct())}.",
            nameof(model));
    }

    private static bool IsNamed(string name, string part) =>
        name[(name.LastIndexOf('.') + 1)..].Contains(part, StringComparison.Ordinal);

    private static string[] Apply(IReadOnlyList<(string Name, Parameter Value, Initializer Initializer)> chosen)
    {
        LazyParameter.RefuseWaiting(chosen.Select(entry => (entry.Name, (Tensor)entry.Value)));

        // All are looked at before the first is set: a refusal leaves the network as it was.
        foreach (var (name, parameter, initializer) in chosen)
        {
            if (initializer.Objection(parameter) is { } objection)
            {
                throw new ArgumentException(
                    $"{initializer.Name} {objection}, and '{name}' has shape {Shapes.Text(parameter)}. Choose a pattern that leaves it out, a type of layer "
                    + "(model.Initialize<Linear>(...)), or for such a parameter Zeros, Ones, Constant, Uniform or Normal. No parameter was changed.",
                    nameof(chosen));
            }
        }

        foreach (var (_, parameter, initializer) in chosen)
        {
            initializer.Apply(parameter);
        }

        return [.. chosen.Select(entry => entry.Name)];
    }
}
