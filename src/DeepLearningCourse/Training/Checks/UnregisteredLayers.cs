using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using DeepLearningCourse.Models;
using static TorchSharp.torch;

namespace DeepLearningCourse.Training.Checks;

/// <summary>Finds layers and parameters in fields, lists, objects and lambdas of a network that its registry does not know.</summary>
/// <remarks>A <see cref="MyNeuralNetwork"/> refuses most of them by itself; TorchSharp's own <c>Module</c> lets them pass.</remarks>
internal sealed class UnregisteredLayers
{
    private const int Deepest = 4;
    private const int MostElements = 1000;

    private readonly HashSet<nint> known;
    private readonly HashSet<object> seen = new(ReferenceEqualityComparer.Instance);
    private readonly List<UnregisteredTensor> found = [];

    private UnregisteredLayers(HashSet<nint> known) => this.known = known;

    /// <summary>What wants a gradient inside a network and is not known.</summary>
    public static IReadOnlyList<UnregisteredTensor> In(nn.Module network, HashSet<nint> known)
    {
        var search = new UnregisteredLayers(known);
        var modules = network.modules().Prepend(network).ToList();
        search.seen.UnionWith(modules);
        modules.ForEach(module => search.Fields(module, module.GetType().Name, 0));
        return search.found;
    }

    /// <summary>How to register.</summary>
    public static string Advice(nn.Module network) => IsOurs(network.GetType())
        ? "Declare each layer as a field or property of the network, or keep them in a List, an array or a Dictionary of it."
        : "Derive the network from MyNeuralNetwork, or call RegisterComponents() at the end of its constructor and keep lists of layers in a ModuleList.";

    private static bool IsOurs(Type? type)
    {
        while (type is not null && type.Assembly != typeof(MyNeuralNetwork).Assembly)
        {
            type = type.BaseType;
        }

        return type is not null;
    }

    private void Fields(object owner, string place, int depth)
    {
        for (var type = owner.GetType(); IsUserType(type); type = type.BaseType!)
        {
            foreach (var field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                if (!field.FieldType.IsPrimitive && field.GetValue(owner) is { } value)
                {
                    Visit(value, $"{place}.{MemberName(field.Name)}", depth + 1);
                }
            }
        }
    }

    private void Visit(object value, string place, int depth)
    {
        if (depth > Deepest || value is string or Type || value.GetType().IsPrimitive || !seen.Add(value))
        {
            return;
        }

        switch (value)
        {
            case nn.Module module:
                Parameters(module, place);
                break;
            case Tensor tensor:
                Add(tensor, place);
                break;
            case Delegate function:
                if (function.Target is { } target and not nn.Module)
                {
                    Fields(target, place, depth);
                }

                break;
            case ITuple tuple:
                Elements(Enumerable.Range(0, tuple.Length).Select(i => tuple[i]), place, depth);
                break;
            case IDictionary dictionary:
                Elements(dictionary.Values.Cast<object?>(), place, depth);
                break;
            // A lazy sequence makes new objects at every reading.
            case ICollection collection:
                Elements(collection.Cast<object?>(), place, depth);
                break;
            default:
                Fields(value, place, depth);
                break;
        }
    }

    private void Elements(IEnumerable<object?> elements, string place, int depth)
    {
        foreach (var (i, element) in elements.Take(MostElements).Index())
        {
            // An array of numbers holds nothing else.
            if (element is not null && element.GetType().IsPrimitive)
            {
                return;
            }

            if (element is not null)
            {
                Visit(element, $"{place}[{i}]", depth + 1);
            }
        }
    }

    private void Parameters(nn.Module module, string place)
    {
        // An optimizer, a teacher or a criterion may be kept here on purpose: what matters is what gets a gradient.
        foreach (var (name, parameter) in module.named_parameters())
        {
            Add(parameter, $"{place}.{name}");
        }
    }

    private void Add(Tensor tensor, string place)
    {
        if (!tensor.IsInvalid && tensor.requires_grad && tensor.is_leaf && known.Add(TensorIdentity.Of(tensor)))
        {
            found.Add(new UnregisteredTensor($"'{place}'", tensor));
        }
    }

    private static bool IsUserType(Type? type) =>
        type is { IsClass: true } && type.Namespace?.StartsWith("System", StringComparison.Ordinal) != true
        && type.Assembly != typeof(nn.Module).Assembly && type.Assembly != typeof(MyNeuralNetwork).Assembly;

    // The compiler's names of what holds a property, or what a lambda or a primary constructor captured.
    private static string MemberName(string field) => field.StartsWith('<') ? field[1..field.IndexOf('>', StringComparison.Ordinal)] : field;
}
