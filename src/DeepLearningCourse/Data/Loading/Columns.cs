using System.Reflection;
using static TorchSharp.torch;

namespace DeepLearningCourse.Data.Loading;

/// <summary>Chooses, by the types alone, how samples are put together to a batch.</summary>
/// <remarks>
/// The rules of PyTorch's <see href="https://pytorch.org/docs/stable/data.html#torch.utils.data.default_collate">default_collate</see>,
/// with the batch's type saying what is wanted where there is a choice.
/// </remarks>
internal sealed class Columns(BatchMemory memory)
{
    private const BindingFlags Inside = BindingFlags.Instance | BindingFlags.NonPublic;

    /// <summary>How samples of one type become a batch of another.</summary>
    /// <exception cref="ArgumentException">They cannot; the message says at which place.</exception>
    public Column<TSample, TBatch> For<TSample, TBatch>(string place = "")
    {
        var (sample, batch) = (typeof(TSample), typeof(TBatch));
        var column = Stacked(sample, batch, place)
            ?? Padded(sample, batch, place)
            ?? Kept(sample, batch, place)
            ?? ByPosition(sample, batch, place)
            ?? ByKey(sample, batch, place)
            ?? (object?)ByMember<TSample, TBatch>(place);

        return (Column<TSample, TBatch>)(column ?? throw new ArgumentException(
            $"Samples of type {TypeText.Of(sample)}{place} cannot be put together to {TypeText.Of(batch)}. {Advice(sample)} " +
            "Name the batch's type accordingly in DataLoader<...>, or give the loader a collate function."));
    }

    private object? Stacked(Type sample, Type batch, string place)
    {
        if (batch != typeof(Tensor))
        {
            return null;
        }

        if (sample == typeof(Tensor))
        {
            return new TensorColumn(memory, place);
        }

        if (sample == typeof(int))
        {
            // Whole numbers are int64 in Python, and a loss takes class numbers as such.
            return new ConvertedColumn<int, long, Tensor>(static number => number, new NumberColumn<long>(memory, place));
        }

        if (ElementType.Of(sample) is not null)
        {
            return Make(typeof(NumberColumn<>), [sample], memory, place);
        }

        return sample.IsArray && ElementType.Of(sample.GetElementType()!) is not null ? Make(typeof(ArrayColumn<>), [sample], memory, place) : null;
    }

    private object? Padded(Type sample, Type batch, string place)
    {
        if (batch != typeof(PaddedSequences))
        {
            return null;
        }

        if (sample == typeof(Tensor))
        {
            return new PaddedColumn(memory, place);
        }

        return sample.IsSZArray && ElementType.Of(sample.GetElementType()!) is not null
            ? Make(typeof(PaddedArrayColumn<>), [sample.GetElementType()!], memory, place)
            : null;
    }

    private static object? Kept(Type sample, Type batch, string place) =>
        batch.IsAssignableFrom(sample.MakeArrayType()) && ItemOf(batch) == sample && !batch.IsAssignableFrom(sample)
            ? Converted(typeof(KeptColumn<>).MakeGenericType(sample), [place], sample, sample, sample.MakeArrayType(), batch)
            : null;

    private object? ByPosition(Type sample, Type batch, string place)
    {
        if (ItemOf(sample) is not { } item || ItemOf(batch) is not { } itemBatch || !batch.IsAssignableFrom(itemBatch.MakeArrayType()))
        {
            return null;
        }

        var columnAt = Call(nameof(ColumnAt), [item, itemBatch], place);
        return Converted(
            typeof(PositionColumn<,>).MakeGenericType(item, itemBatch), [columnAt, place], sample,
            typeof(IReadOnlyList<>).MakeGenericType(item), itemBatch.MakeArrayType(), batch);
    }

    private object? ByKey(Type sample, Type batch, string place)
    {
        if (EntryOf(sample) is not var (key, item) || EntryOf(batch) is not var (batchKey, itemBatch) || key != batchKey)
        {
            return null;
        }

        var made = typeof(Dictionary<,>).MakeGenericType(key, itemBatch);

        return batch.IsAssignableFrom(made)
            ? Converted(
                typeof(KeyColumn<,,>).MakeGenericType(key, item, itemBatch), [Call(nameof(ColumnOf), [key, item, itemBatch], place), place], sample,
                typeof(IReadOnlyDictionary<,>).MakeGenericType(key, item), made, batch)
            : null;
    }

    private MemberColumn<TSample, TBatch>? ByMember<TSample, TBatch>(string place)
    {
        if (MemberAccess.Of(typeof(TSample)) is not { } members || MemberAccess.Parameters(typeof(TBatch)) is not { } parameters)
        {
            return null;
        }

        var chosen = new (string? Name, MemberInfo Member, Type Type)[parameters.Length];
        var byName = members.All(m => m.Name is not null) && parameters.All(p => p.Name is not null);

        for (var i = 0; i < parameters.Length; i++)
        {
            var found = byName
                ? Array.FindIndex(members, m => string.Equals(m.Name, parameters[i].Name, StringComparison.OrdinalIgnoreCase))
                : members.Length == parameters.Length ? i : -1;

            if (found < 0)
            {
                return null;
            }

            chosen[i] = members[found];
        }

        var columns = chosen.Select((m, i) => (Member<TSample>)Call(
            nameof(MemberOf), [typeof(TSample), m.Type, parameters[i].Type], m.Member, $"{(place.Length == 0 ? " at " : place + ".")}{m.Member.Name}"));

        return new MemberColumn<TSample, TBatch>([.. columns], MemberAccess.Maker<TBatch>(), place);
    }

    private Func<int, Column<TItem, TBatch>> ColumnAt<TItem, TBatch>(string place)
    {
        _ = For<TItem, TBatch>(place + "[0]"); // now rather than in a worker, if it cannot be
        return i => For<TItem, TBatch>($"{(place.Length == 0 ? " at " : place)}[{i}]");
    }

    private Func<TKey, Column<TItem, TBatch>> ColumnOf<TKey, TItem, TBatch>(string place)
    {
        _ = For<TItem, TBatch>(place);
        return key => For<TItem, TBatch>($"{(place.Length == 0 ? " at " : place)}['{key}']");
    }

    private Member<TSample> MemberOf<TSample, TItem, TBatch>(MemberInfo member, string place) =>
        new Member<TSample, TItem, TBatch>(MemberAccess.Getter<TSample, TItem>(member), For<TItem, TBatch>(place));

    private object Call(string method, Type[] types, params object[] arguments)
    {
        try
        {
            return typeof(Columns).GetMethod(method, Inside)!.MakeGenericMethod(types).Invoke(this, arguments)!;
        }
        catch (TargetInvocationException exception) when (exception.InnerException is ArgumentException inner)
        {
            throw new ArgumentException(inner.Message, inner);
        }
    }

    private static object Make(Type definition, Type[] types, params object[] arguments) =>
        Activator.CreateInstance(definition.MakeGenericType(types), arguments)!;

    /// <summary>The column, seen from the types that the samples and the batch are declared with.</summary>
    private static object Converted(Type column, object[] arguments, Type sample, Type seen, Type made, Type batch)
    {
        var inner = Activator.CreateInstance(column, arguments)!;
        return sample == seen && made == batch
            ? inner
            : Activator.CreateInstance(typeof(WidenedColumn<,,,>).MakeGenericType(sample, seen, made, batch), inner)!;
    }

    /// <summary>What an array or a list holds; null if it is neither.</summary>
    private static Type? ItemOf(Type type) => Argument(type, typeof(IReadOnlyList<>))?[0];

    private static (Type Key, Type Item)? EntryOf(Type type) =>
        Argument(type, typeof(IReadOnlyDictionary<,>)) is { } arguments ? (arguments[0], arguments[1]) : null;

    private static Type[]? Argument(Type type, Type definition) =>
        (type.IsInterface ? [type, .. type.GetInterfaces()] : type.GetInterfaces())
            .FirstOrDefault(i => i.IsGenericType && i.GetGenericTypeDefinition() == definition)?.GetGenericArguments();

    private static string Advice(Type sample) =>
        sample == typeof(Tensor) || ElementType.Of(sample) is not null || (sample.IsArray && ElementType.Of(sample.GetElementType()!) is not null)
            ? "They are stacked to a Tensor."
            : $"Tensors, numbers and arrays of numbers are stacked to a Tensor, tuples and records member by member, and anything else is kept in an array, {TypeText.Of(sample)}[].";
}
