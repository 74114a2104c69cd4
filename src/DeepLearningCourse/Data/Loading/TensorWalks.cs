using System.Reflection;
using static TorchSharp.torch;

namespace DeepLearningCourse.Data.Loading;

/// <summary>Makes the walks for a type: by its declared form, once.</summary>
internal static class TensorWalks
{
    /// <summary>The walk, or null if there can be no tensor inside.</summary>
    public static TensorWalk<T>? For<T>() => (TensorWalk<T>?)Make(typeof(T), []);

    private static Delegate? Make(Type type, HashSet<Type> within)
    {
        if (type == typeof(Tensor))
        {
            return (TensorWalk<Tensor>)((ref Tensor tensor, Func<Tensor, Tensor> replacement) => tensor = tensor is null ? null! : replacement(tensor));
        }

        if (type.IsPrimitive || type.IsEnum || type.IsPointer || type.IsByRefLike || type == typeof(string) || type == typeof(object) || !within.Add(type))
        {
            return null;
        }

        var walk = OfPair(type, within) ?? OfCollection(type, within) ?? OfFields(type, within);
        within.Remove(type);
        return walk;
    }

    /// <summary>Most batches are pairs: without reflection, which would put each into a box.</summary>
    private static Delegate? OfPair(Type type, HashSet<Type> within)
    {
        if (!type.IsGenericType || type.GetGenericTypeDefinition() != typeof(ValueTuple<,>))
        {
            return null;
        }

        var items = type.GetGenericArguments();
        var (first, second) = (Make(items[0], within), Make(items[1], within));
        return first is null && second is null
            ? null
            : (Delegate)typeof(TensorWalks).GetMethod(nameof(Pair), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(items).Invoke(null, [first, second])!;
    }

    private static TensorWalk<(T1, T2)> Pair<T1, T2>(TensorWalk<T1>? first, TensorWalk<T2>? second) => (ref (T1, T2) pair, Func<Tensor, Tensor> replacement) =>
    {
        first?.Invoke(ref pair.Item1, replacement);
        second?.Invoke(ref pair.Item2, replacement);
    };

    private static Delegate? OfCollection(Type type, HashSet<Type> within)
    {
        var (method, item, arguments) = Interfaces(type).Select(i => i.IsGenericType ? i.GetGenericTypeDefinition() : i) switch
        {
            _ when type.IsSZArray => (nameof(Array), type.GetElementType(), new[] { type.GetElementType()! }),
            var all when all.Contains(typeof(IReadOnlyDictionary<,>)) => (nameof(Dictionary), Arguments(type, typeof(IReadOnlyDictionary<,>))[1], [type, .. Arguments(type, typeof(IReadOnlyDictionary<,>))]),
            var all when all.Contains(typeof(IReadOnlyList<>)) => (nameof(List), Arguments(type, typeof(IReadOnlyList<>))[0], [type, Arguments(type, typeof(IReadOnlyList<>))[0]]),
            _ => (null, null, null!),
        };
        var inner = item is null ? null : Make(item, within);

        return inner is null
            ? null
            : (Delegate)typeof(TensorWalks).GetMethod(method!, BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(arguments).Invoke(null, [inner])!;
    }

    private static Delegate? OfFields(Type type, HashSet<Type> within)
    {
        // The insides of other libraries are their own business.
        if (type.IsInterface || (type.Namespace is { } name && !IsTuple(type) && (name == "System" || name.StartsWith("System.", StringComparison.Ordinal)
            || name == "TorchSharp" || name.StartsWith("TorchSharp.", StringComparison.Ordinal))))
        {
            return null;
        }

        var fields = Lineage(type)
            .SelectMany(t => t.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Select(field => (Field: field, Walk: Make(field.FieldType, within)))
            .Where(pair => pair.Walk is not null)
            .Select(pair => FieldWalk(pair.Field, pair.Walk!))
            .ToArray();

        return fields.Length == 0
            ? null
            : (Delegate)typeof(TensorWalks).GetMethod(nameof(Fields), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(type).Invoke(null, [fields])!;
    }

    private static Action<object, Func<Tensor, Tensor>> FieldWalk(FieldInfo field, Delegate walk) =>
        (Action<object, Func<Tensor, Tensor>>)typeof(TensorWalks).GetMethod(nameof(Field), BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(field.FieldType).Invoke(null, [field, walk])!;

    private static Action<object, Func<Tensor, Tensor>> Field<TField>(FieldInfo field, TensorWalk<TField> walk) => (owner, replacement) =>
    {
        var value = (TField)field.GetValue(owner)!;
        walk(ref value, replacement);
        field.SetValue(owner, value);
    };

    private static TensorWalk<T> Fields<T>(Action<object, Func<Tensor, Tensor>>[] fields) => (ref T value, Func<Tensor, Tensor> replacement) =>
    {
        if (value is null)
        {
            return;
        }

        // A struct is boxed here, and its fields are set in the box.
        object owner = value;

        foreach (var field in fields)
        {
            field(owner, replacement);
        }

        value = (T)owner;
    };

    private static TensorWalk<TItem[]> Array<TItem>(TensorWalk<TItem> walk) => (ref TItem[] items, Func<Tensor, Tensor> replacement) =>
    {
        for (var i = 0; i < (items?.Length ?? 0); i++)
        {
            walk(ref items![i], replacement);
        }
    };

    private static TensorWalk<TList> List<TList, TItem>(TensorWalk<TItem> walk)
        where TList : IReadOnlyList<TItem> => (ref TList items, Func<Tensor, Tensor> replacement) =>
    {
        for (var i = 0; i < (items?.Count ?? 0); i++)
        {
            var item = items![i];
            walk(ref item, replacement);

            // An array says of itself, as a list, that it is read-only.
            if (items is TItem[] array)
            {
                array[i] = item;
            }
            else if (items is IList<TItem> { IsReadOnly: false } list)
            {
                list[i] = item;
            }
        }
    };

    private static TensorWalk<TDictionary> Dictionary<TDictionary, TKey, TItem>(TensorWalk<TItem> walk)
        where TDictionary : IReadOnlyDictionary<TKey, TItem> => (ref TDictionary items, Func<Tensor, Tensor> replacement) =>
    {
        foreach (var key in items is null ? [] : items.Keys.ToArray())
        {
            var item = items![key];
            walk(ref item, replacement);

            if (items is IDictionary<TKey, TItem> { IsReadOnly: false } writable)
            {
                writable[key] = item;
            }
        }
    };

    private static Type[] Interfaces(Type type) => type.IsInterface ? [type, .. type.GetInterfaces()] : type.GetInterfaces();

    private static Type[] Arguments(Type type, Type definition) =>
        Interfaces(type).First(i => i.IsGenericType && i.GetGenericTypeDefinition() == definition).GetGenericArguments();

    private static IEnumerable<Type> Lineage(Type? type)
    {
        for (; type is not null && type != typeof(object) && type != typeof(ValueType); type = type.BaseType)
        {
            yield return type;
        }
    }

    private static bool IsTuple(Type type) => typeof(System.Runtime.CompilerServices.ITuple).IsAssignableFrom(type);
}
