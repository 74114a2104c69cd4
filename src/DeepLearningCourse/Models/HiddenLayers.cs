using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Models;

/// <summary>Finds layers kept where no registry can see them, which would silently never be trained.</summary>
internal static class HiddenLayers
{
    /// <summary>Throws if a member that is no layer and no list of layers holds layers inside.</summary>
    /// <exception cref="InvalidOperationException">The value holds layers that cannot be registered.</exception>
    public static void Refuse(nn.Module network, string name, object value)
    {
        if (!Hides(value))
        {
            return;
        }

        throw new InvalidOperationException(
            $"{network.GetType().Name}.{name} (a {PlainName(value.GetType())}) holds layers that cannot be registered, so they "
            + "would never be trained or saved. Declare each layer as a field or property of the network, keep them "
            + "in a List, an array or a Dictionary, or make the class that holds them a MyNeuralNetwork.");
    }

    private static bool Hides(object value) => value switch
    {
        string or Tensor or Delegate => false,
        ITuple tuple => Enumerable.Range(0, tuple.Length).Any(i => tuple[i] is nn.Module or Parameter),
        // A lazy sequence makes new layers at every reading.
        IEnumerable => ElementTypes(value.GetType()).Any(IsPart),
        _ => IsUserType(value.GetType()) && Fields(value.GetType()).Any(f => IsPart(f.FieldType)
            && f.GetValue(value) is not null),
    };

    private static bool IsPart(Type type) =>
        typeof(nn.Module).IsAssignableFrom(type) || typeof(Parameter).IsAssignableFrom(type);

    private static bool IsUserType(Type type) =>
        type.IsClass && type.Namespace?.StartsWith("System", StringComparison.Ordinal) != true
        && type.Assembly != typeof(nn.Module).Assembly && type.Assembly != typeof(HiddenLayers).Assembly;

    private static FieldInfo[] Fields(Type type) =>
        type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic);

    private static IEnumerable<Type> ElementTypes(Type type) =>
        type.GetInterfaces()
            .Where(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IEnumerable<>))
            .Select(i => i.GetGenericArguments()[0]);

    private static string PlainName(Type type) =>
        type.IsGenericType ? type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)] : type.Name;
}
