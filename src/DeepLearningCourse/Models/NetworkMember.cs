using System.Collections.Concurrent;
using System.Reflection;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace DeepLearningCourse.Models;

/// <summary>A field of a network's class, under the name the student wrote: <c>w1</c>, also for properties and
/// primary constructor parameters.</summary>
internal sealed record NetworkMember(string Name, FieldInfo Field)
{
    private const BindingFlags DeclaredFields =
        BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly ConcurrentDictionary<Type, NetworkMember[]> Known = new();

    /// <summary>The members of a class in the order in which they are declared, those of its base classes first.</summary>
    public static IReadOnlyList<NetworkMember> Of(Type type) => Known.GetOrAdd(type, Read);

    private static NetworkMember[] Read(Type type)
    {
        Stack<Type> classes = new();
        for (var current = type; IsUserClass(current); current = current.BaseType!)
        {
            classes.Push(current);
        }

        return [.. classes
            .SelectMany(declaring => declaring.GetFields(DeclaredFields))
            .Where(field => !field.FieldType.IsPrimitive && !typeof(Delegate).IsAssignableFrom(field.FieldType))
            .Select(field => new NetworkMember(MemberName(field), field))];
    }

    private static bool IsUserClass(Type? type) =>
        type is not null && type != typeof(object)
        && type.Assembly != typeof(nn.Module).Assembly && !IsLibraryBase(type);

    private static bool IsLibraryBase(Type type) =>
        type == typeof(MyNeuralNetwork)
        || (type.IsGenericType && type.Assembly == typeof(MyNeuralNetwork).Assembly
            && type.Name.StartsWith(nameof(MyNeuralNetwork), StringComparison.Ordinal));

    /// <summary>The compiler calls the fields behind <c>w1 { get; }</c> and a captured parameter <c>w1</c>
    /// <c>&lt;w1&gt;k__BackingField</c> and <c>&lt;w1&gt;P</c>.</summary>
    private static string MemberName(FieldInfo field)
    {
        if (field.GetCustomAttribute<ComponentNameAttribute>() is { Name: { } given })
        {
            return given;
        }

        var end = field.Name.IndexOf('>', StringComparison.Ordinal);
        return field.Name.StartsWith('<') && end > 1 ? field.Name[1..end] : field.Name;
    }
}
