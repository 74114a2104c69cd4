namespace DeepLearningCourse.Models.Pickle;

/// <summary>Finds the state dict in what a pickle holds: the whole of it, or one entry of a checkpoint.</summary>
/// <remarks>
/// A dict is a state dict if its values are tensors. Entries that are None, numbers, text or bytes, such as an empty <c>_extra_state</c>,
/// are passed over; an entry of any other kind makes it a checkpoint, that is searched for a state dict.
/// </remarks>
internal sealed class StateDict
{
    private const int MaxDepth = 3;
    private const int MaxVisits = 10_000;
    private const int MaxListed = 20;

    private static readonly string[] UsualKeys = ["state_dict", "model_state_dict", "model", "module", "net", "network"];

    // Each container is looked through once, however often the pickle refers to it.
    private readonly Dictionary<object, string?> problems = new(ReferenceEqualityComparer.Instance);

    private StateDict()
    {
    }

    /// <summary>The tensors by name.</summary>
    /// <param name="whole">What the pickle holds.</param>
    /// <param name="root">Where the state dict is in it, with dots between keys; null to look for it.</param>
    /// <exception cref="PickleException">It is not there, or not the only one.</exception>
    public static Dictionary<string, TensorReference> Find(object? whole, string? root) => new StateDict().In(whole, root);

    private Dictionary<string, TensorReference> In(object? whole, string? root)
    {
        var found = string.IsNullOrEmpty(root) ? whole : Follow(whole, root);
        var problem = Problem(found);

        if (problem is null)
        {
            return Tensors(found!);
        }

        if (!string.IsNullOrEmpty(root))
        {
            throw new PickleException($"its entry '{root}' is not a state dict: {problem}.{Choices(whole)}");
        }

        return Usual(whole) is { } usual ? Tensors(usual) : throw new PickleException($"it is not a state dict: {problem}.{Choices(whole)}");
    }

    /// <summary>The one entry that checkpoints have their state dict under.</summary>
    private object? Usual(object? whole)
    {
        var usual = Entries(whole).Where(entry => UsualKeys.Contains(entry.Key) && Problem(entry.Value) is null).Take(2).ToList();
        return usual.Count == 1 ? usual[0].Value : null;
    }

    private string Choices(object? whole)
    {
        var visits = MaxVisits;
        var choices = Search(whole, "", MaxDepth).TakeWhile(_ => visits-- > 0).OfType<string>().Take(MaxListed).ToList();
        return choices.Count == 0
            ? " Save the state dict alone: torch.save(model.state_dict(), path)."
            : $" State dicts are in {string.Join(", ", choices.Select(choice => $"'{PickleRefusals.Short(choice)}'"))}: give the name of one as root.";
    }

    /// <summary>The paths of state dicts; null for each other value that was looked at, so that the search can be given up.</summary>
    private IEnumerable<string?> Search(object? value, string path, int depth)
    {
        foreach (var (key, inner) in Entries(value))
        {
            if (inner is not PickleDict dict)
            {
                yield return null;
            }
            else if (dict.Entries.Count > 0 && Problem(dict) is null)
            {
                yield return path + key;
            }
            else
            {
                yield return null;

                foreach (var below in depth > 1 ? Search(dict, $"{path}{key}.", depth - 1) : [])
                {
                    yield return below;
                }
            }
        }
    }

    /// <summary>The value that dotted keys and the numbers of list items lead to.</summary>
    /// <exception cref="PickleException">There is none.</exception>
    public static object? Follow(object? value, string path)
    {
        for (var rest = path; rest.Length > 0;)
        {
            // A key may have dots itself: the longest that fits is meant.
            var step = Entries(value).Where(entry => rest == entry.Key || rest.StartsWith(entry.Key + ".", StringComparison.Ordinal))
                .OrderByDescending(entry => entry.Key.Length).Select(entry => ((string Key, object? Value)?)entry).FirstOrDefault();

            if (step is null)
            {
                var keys = Entries(value).Take(MaxListed).Select(entry => $"'{PickleRefusals.Short(entry.Key)}'").ToList();
                throw new PickleException($"it has no entry '{path}'" + (rest == path ? "" : $", for there is no '{rest}'")
                    + (keys.Count == 0 ? "." : $". There are {string.Join(", ", keys)}."));
            }

            value = step.Value.Value;
            rest = rest.Length == step.Value.Key.Length ? "" : rest[(step.Value.Key.Length + 1)..];
        }

        return value;
    }

    /// <summary>Why a value is not a state dict; null if it is one.</summary>
    private string? Problem(object? value)
    {
        if (value is TensorReference)
        {
            return null;
        }

        if (value is not (PickleDict or PickleList or object?[]))
        {
            return $"it is {KindOf(value)}";
        }

        if (!problems.TryGetValue(value, out var problem))
        {
            problems.Add(value, problem = ProblemInside(value));
        }

        return problem;
    }

    private static string? ProblemInside(object value)
    {
        if (value is PickleDict dict && dict.Entries.Any(entry => entry.Value is TensorReference && PickleDict.TextOf(entry.Key) is null))
        {
            return "a tensor in it has a name that is neither text nor a number";
        }

        var count = 0;
        var tensors = 0;

        foreach (var (key, inner) in Entries(value))
        {
            count++;

            if (inner is TensorReference)
            {
                tensors++;
            }
            else if (!IsPlain(inner))
            {
                return $"'{PickleRefusals.Short(key)}' is {KindOf(inner)}";
            }
        }

        // The state dict of a network without parameters is empty.
        return tensors > 0 || (count == 0 && value is PickleDict) ? null : "there is no tensor in it";
    }

    private static Dictionary<string, TensorReference> Tensors(object value)
    {
        if (value is TensorReference single)
        {
            return new Dictionary<string, TensorReference> { [""] = single };
        }

        Dictionary<string, TensorReference> tensors = [];

        foreach (var (key, inner) in Entries(value))
        {
            if (inner is TensorReference tensor && !tensors.TryAdd(key, tensor))
            {
                throw new PickleException($"'{PickleRefusals.Short(key)}' is there twice.");
            }
        }

        return tensors;
    }

    /// <summary>What is in a dict, a list or a tuple, by what a path says for it; nothing for other values.</summary>
    public static IEnumerable<(string Key, object? Value)> Entries(object? value) => value switch
    {
        PickleDict dict => dict.Entries.Select(entry => (PickleDict.TextOf(entry.Key) ?? "another key", entry.Value)),
        PickleList list => Numbered(list.Items),
        object?[] tuple => Numbered(tuple),
        _ => [],
    };

    private static IEnumerable<(string Key, object? Value)> Numbered(IEnumerable<object?> items) =>
        items.Select((item, i) => (PickleDict.TextOf((long)i)!, item));

    private static bool IsPlain(object? value) => value is null or bool or long or double or string or byte[] or System.Numerics.BigInteger;

    private static string KindOf(object? value) => value switch
    {
        null => "None",
        PickleDict => "a dict",
        PickleList => "a list",
        object?[] => "a tuple",
        StorageReference => "a storage, not a tensor",
        PickleGlobal global => $"'{PickleRefusals.Short(global)}'",
        TensorReference => "a tensor",
        _ => "a plain value",
    };
}
