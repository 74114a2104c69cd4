using static TorchSharp.torch;

namespace DeepLearningCourse.Models.Pickle;

/// <summary>The name of something of Python's that a pickle refers to. It is a name only, there is nothing to call behind it.</summary>
internal sealed record PickleGlobal(string Module, string Name)
{
    public override string ToString() => $"{Module}.{Name}";
}

/// <summary>A list or a set.</summary>
internal sealed class PickleList
{
    // A pickle makes an empty list with one byte: the room for items waits until there is one.
    private List<object?>? items;

    public IReadOnlyList<object?> Items => items ?? [];

    public void Add(object? item) => (items ??= []).Add(item);

    public void AddRange(IReadOnlyCollection<object?> more) => (items ??= []).AddRange(more);
}

/// <summary>A dict in the order of writing. Nothing is looked up while reading, so a hostile key is never hashed.</summary>
internal sealed class PickleDict
{
    private List<KeyValuePair<object, object?>>? entries;

    public IReadOnlyList<KeyValuePair<object, object?>> Entries => entries ?? [];

    public void Add(object? key, object? value) => (entries ??= []).Add(new(key ?? "None", value));

    /// <summary>The text of a key: what a path or a name in a file says for it. Null if it is neither text nor a number.</summary>
    public static string? TextOf(object key) => key switch
    {
        string text => text,
        long number => number.ToString(System.Globalization.CultureInfo.InvariantCulture),
        _ => null,
    };
}

/// <summary>Where the numbers of tensors are: a record of the archive.</summary>
internal sealed record StorageReference(string Key, ScalarType Dtype, long Count);

/// <summary>A tensor as the pickle describes it, over a storage.</summary>
internal sealed record TensorReference(StorageReference Storage, ScalarType Dtype, long Offset, long[] Shape, long[] Strides);
