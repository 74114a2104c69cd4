using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace DeepLearningCourse.Training.Callbacks;

/// <summary>The tensors inside a batch of any type, each with a name: <c>features</c> and <c>target</c> of a pair, places in tuples and lists, keys, members.</summary>
internal static class BatchTensors
{
    private const int Deepest = 8;

    public static Dictionary<string, Tensor> Of(object? batch)
    {
        Dictionary<string, Tensor> found = [];

        if (batch is ITuple { Length: 2 } pair && pair[0] is Tensor features && pair[1] is Tensor target)
        {
            return new() { [nameof(features)] = features, [nameof(target)] = target };
        }

        Collect(batch, "", 0, found);
        return found;
    }

    private static void Collect(object? value, string name, int depth, Dictionary<string, Tensor> found)
    {
        if (value is Tensor tensor)
        {
            if (!tensor.IsInvalid)
            {
                _ = found.TryAdd(name.Length == 0 ? "batch" : name, tensor);
            }

            return;
        }

        if (value is null || depth == Deepest)
        {
            return;
        }

        foreach (var (part, inside) in Parts(value))
        {
            Collect(inside, name.Length == 0 ? part : $"{name}.{part}", depth + 1, found);
        }
    }

    private static IEnumerable<(string Name, object? Value)> Parts(object value) => value switch
    {
        string => [],
        ITuple tuple => Enumerable.Range(0, tuple.Length).Select(i => (Number(i), tuple[i])),
        IDictionary dictionary => dictionary.Keys.Cast<object>().Select(key => (Convert.ToString(key, CultureInfo.InvariantCulture)!, dictionary[key])),
        IList list => list.Cast<object?>().Select((item, i) => (Number(i), item)),
        _ when IsForeign(value.GetType()) => [],
        _ => Fields(value.GetType()).Select(field => (MemberOf(field), field.GetValue(value))),
    };

    private static string Number(int place) => place.ToString(CultureInfo.InvariantCulture);

    // The insides of other libraries are their own business.
    private static bool IsForeign(Type type) => type.IsPrimitive || type.IsEnum
        || type.Namespace is { } name && (name == "System" || name.StartsWith("System.", StringComparison.Ordinal) || name.StartsWith("TorchSharp", StringComparison.Ordinal));

    private static IEnumerable<FieldInfo> Fields(Type? type)
    {
        for (; type is not null && type != typeof(object); type = type.BaseType)
        {
            foreach (var field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                yield return field;
            }
        }
    }

    /// <summary>The name of a field, or of the property that it is behind: <c>&lt;Text&gt;k__BackingField</c>.</summary>
    private static string MemberOf(FieldInfo field) => field.Name.StartsWith('<') ? field.Name[1..field.Name.IndexOf('>', StringComparison.Ordinal)] : field.Name;
}
