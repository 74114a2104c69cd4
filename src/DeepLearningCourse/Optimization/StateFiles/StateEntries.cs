using DeepLearningCourse.Models.Pickle;
using static TorchSharp.torch;

namespace DeepLearningCourse.Optimization.StateFiles;

/// <summary>The <c>state</c> of a pickle: what it keeps for each parameter, before and after the tensors are read.</summary>
/// <remarks>
/// What PyTorch keeps as a number becomes a tensor without dimensions, and a list of equal tensors, as LBFGS has them, one tensor with a row for
/// each. None, and lists with None in them, stand for nothing yet.
/// </remarks>
internal sealed class StateEntries
{
    private const string Step = "step";

    private readonly Dictionary<string, TensorReference> references = [];
    private readonly Dictionary<int, Dictionary<string, Func<Dictionary<string, Tensor>, Tensor>>> makers = [];

    // A hostile file has one entry of many tensors for many parameters.
    private readonly HashSet<object> seen = new(ReferenceEqualityComparer.Instance);

    /// <exception cref="PickleException">It is no state of an optimizer.</exception>
    public StateEntries(PickleDict state, StateGroups groups)
    {
        foreach (var (key, value) in state.Entries)
        {
            if (key is not long number || value is not PickleDict entry)
            {
                throw new PickleException($"its state has '{PickleRefusals.Short(key)}', which is not the number of a parameter with a dict of what is kept for it.");
            }

            var place = groups.NumberOf(number);

            if (!makers.TryAdd(place, []))
            {
                throw new PickleException($"it has two states of the parameter {number}.");
            }

            AddEntry(place, entry);
        }
    }

    /// <summary>The tensors to read.</summary>
    public Dictionary<string, TensorReference> References => references;

    /// <summary>The state, out of the tensors that were read; it is moved out of the current DisposeScope.</summary>
    public Dictionary<int, IReadOnlyDictionary<string, Tensor>> Make(Dictionary<string, Tensor> tensors)
    {
        Dictionary<int, IReadOnlyDictionary<string, Tensor>> state = [];

        foreach (var (number, entry) in makers)
        {
            state.Add(number, entry.ToDictionary(maker => maker.Key, maker => maker.Value(tensors)));
        }

        foreach (var tensor in state.Values.SelectMany(entry => entry.Values))
        {
            _ = tensor.MoveToOuterDisposeScope();
        }

        return state;
    }

    private void AddEntry(int number, PickleDict entry)
    {
        if (!seen.Add(entry))
        {
            throw new PickleException($"it has the state of parameter {number} for another one too. It is damaged.");
        }

        foreach (var (key, value) in entry.Entries)
        {
            var name = StateGroups.NameOf(key);
            var path = $"state.{number}.{name}";

            switch (value)
            {
                case null:
                    break;
                case TensorReference tensor:
                    Refer(path, tensor);
                    makers[number][name] = tensors => tensors[path];
                    break;
                case long count:
                    makers[number][name] = _ => name == Step ? tensor((float)count) : tensor(count);
                    break;
                case double amount:
                    makers[number][name] = _ => name == Step ? tensor((float)amount) : tensor(amount);
                    break;
                case PickleList list when seen.Add(list):
                    AddList(number, name, path, list);
                    break;
                default:
                    throw new PickleException($"its '{PickleRefusals.Short(path)}' is neither a tensor, a number, None, nor a list of tensors.");
            }
        }
    }

    private void AddList(int number, string name, string path, PickleList list)
    {
        var tensors = list.Items.OfType<TensorReference>().ToList();

        if (tensors.Count + list.Items.Count(item => item is null) < list.Items.Count || tensors.Any(tensor => !AreAlike(tensor, tensors[0])))
        {
            throw new PickleException($"its '{PickleRefusals.Short(path)}' is a list of something else than tensors of one shape.");
        }

        if (tensors.Count == 0 || tensors.Count < list.Items.Count)
        {
            return;
        }

        var paths = tensors.Select((tensor, i) => Refer($"{path}.{i}", tensor)).ToArray();
        makers[number][name] = read => stack(paths.Select(row => read[row]));
    }

    private string Refer(string path, TensorReference tensor) => references.TryAdd(path, tensor)
        ? path
        : throw new PickleException($"its '{PickleRefusals.Short(path)}' is there twice.");

    private static bool AreAlike(TensorReference one, TensorReference other) => one.Dtype == other.Dtype && one.Shape.AsSpan().SequenceEqual(other.Shape);
}
