using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace DeepLearningCourse.Models;

/// <summary>
/// Keeps a network's TorchSharp registry equal to its C# members, so that declaring a layer is registering it.
/// </summary>
/// <remarks>
/// TorchSharp scans the fields once, inside a call that the constructor must make at its end. Reading the members
/// again at each use costs a few field reads and follows layers that are replaced or added later, as Python does.
/// </remarks>
internal sealed class MemberRegistry(
    nn.Module network,
    OrderedDict<string, nn.Module> modules,
    OrderedDict<string, Parameter> parameters,
    OrderedDict<string, (Tensor, bool)> buffers)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, (object Source, LayerCollection Wrapper)> collections = [];
    private readonly HashSet<string> registeredHere = [];
    private readonly IReadOnlyList<NetworkMember> members = NetworkMember.Of(network.GetType());
    private volatile SeenLayers? seen;
    private bool closed;

    /// <summary>The network's own buffers, each once, those that are not saved included.</summary>
    public IReadOnlyList<Tensor> OwnBuffers =>
        [.. ((IEnumerable<(string, (Tensor Buffer, bool) Entry)>)buffers).Select(b => b.Entry.Buffer).Distinct<Tensor>(ReferenceEqualityComparer.Instance)];

    /// <summary>Adds the network's own parameters and saved buffers under each of their names: TorchSharp gives a shared one
    /// only its first, and PyTorch all.</summary>
    public void AddOwnState(Dictionary<string, Tensor> destination, string? prefix)
    {
        var start = string.IsNullOrEmpty(prefix) ? "" : prefix + ".";
        foreach (var (name, parameter) in (IEnumerable<(string, Parameter)>)parameters)
        {
            destination.TryAdd(start + name, parameter);
        }

        foreach (var (name, (buffer, persistent)) in (IEnumerable<(string, (Tensor, bool))>)buffers)
        {
            if (persistent)
            {
                destination.TryAdd(start + name, buffer);
            }
        }
    }

    /// <summary>Reads the network's members and brings the registry up to date.</summary>
    public void Synchronize()
    {
        lock (gate)
        {
            if (closed)
            {
                return;
            }

            var values = new object?[members.Count];
            var found = ReadMembers(values, HiddenLayers.Refuse);
            foreach (var (name, value) in found)
            {
                if (value is nn.Module layer)
                {
                    AssignedShapes.Refuse(name, layer);
                }
            }

            if (!IsUpToDate(found))
            {
                Register(found);
            }

            if (seen is null || !HasSameLayers(seen))
            {
                seen = new SeenLayers(values, modules.Count);
            }
        }
    }

    /// <summary>What the members held when they were last brought up to date; another object as soon as they held other layers.</summary>
    public object? Seen => seen;

    /// <summary>Whether the members hold the layers and collections of then: a look without a lock.</summary>
    /// <param name="then">What <see cref="Seen"/> was.</param>
    public bool HasSameLayers(object? then)
    {
        if (then is not SeenLayers before || before != seen || before.Modules != modules.Count)
        {
            return false;
        }

        for (var i = 0; i < members.Count; i++)
        {
            var value = members[i].Field.GetValue(network);

            if (!ReferenceEquals(value, before.Values[i]) && (MayHoldLayers(value) || MayHoldLayers(before.Values[i])))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Reads the members for the last time, for the network to dispose what they hold. Never throws: a network
    /// that was refused must still be disposable.</summary>
    public void Close()
    {
        lock (gate)
        {
            if (!closed)
            {
                Register(ReadMembers(new object?[members.Count], (_, _, _) => { }));
                closed = true;
            }
        }
    }

    private List<(string Name, object Value)> ReadMembers(object?[] values, Action<nn.Module, string, object> refuseHidden)
    {
        List<(string, object)> found = [];
        for (var i = 0; i < values.Length; i++)
        {
            var member = members[i];
            var value = values[i] = member.Field.GetValue(network);
            switch (value)
            {
                case null:
                    break;
                case nn.Module or Parameter:
                    found.Add((member.Name, value));
                    break;
                case Tensor:
                    // A tensor that forward may overwrite is state of the moment, not a part of the network.
                    if (member.Field.IsInitOnly)
                    {
                        found.Add((member.Name, value));
                    }

                    break;
                default:
                    if (WrapperOf(member.Name, value, refuseHidden) is { } wrapper)
                    {
                        found.Add((member.Name, wrapper));
                    }

                    break;
            }
        }

        return found;
    }

    private LayerCollection? WrapperOf(string name, object value, Action<nn.Module, string, object> refuseHidden)
    {
        if (collections.TryGetValue(name, out var known) && ReferenceEquals(known.Source, value))
        {
            return known.Wrapper;
        }

        if (LayerCollection.Accepts(value))
        {
            var wrapper = new LayerCollection(value);
            collections[name] = (value, wrapper);
            return wrapper;
        }

        refuseHidden(network, name, value);
        return null;
    }

    private bool IsUpToDate(List<(string Name, object Value)> found)
    {
        var known = 0;
        foreach (var (name, value) in found)
        {
            if (!ReferenceEquals(Registered(name), value))
            {
                return false;
            }

            known += registeredHere.Contains(name) ? 1 : 0;
        }

        return known == registeredHere.Count;
    }

    // A struct is another object at each look.
    private static bool MayHoldLayers(object? value) =>
        value is not (null or Tensor or string or ValueType) || value is System.Collections.IList or System.Collections.IDictionary;

    private object? Registered(string name) =>
        modules.TryGetValue(name, out var module) ? module
        : parameters.TryGetValue(name, out var parameter) ? parameter
        : buffers.TryGetValue(name, out var buffer) ? buffer.Item1
        : null;

    private void Register(List<(string Name, object Value)> found)
    {
        foreach (var name in registeredHere)
        {
            Forget(name);
        }

        registeredHere.Clear();
        foreach (var (name, value) in found)
        {
            // What the network registered itself under this name (register_module in a constructor) stays.
            if (ReferenceEquals(Registered(name), value))
            {
                continue;
            }

            Forget(name);
            RegisterOne(name, value);
            registeredHere.Add(name);
        }
    }

    private void RegisterOne(string name, object value)
    {
        switch (value)
        {
            case nn.Module module:
                network.register_module(name, module);
                break;
            case Parameter parameter:
                parameter.DetachFromDisposeScope();
                network.register_parameter(name, parameter);
                break;
            case Tensor buffer:
                buffer.DetachFromDisposeScope();
                network.register_buffer(name, buffer);
                break;
        }
    }

    private void Forget(string name)
    {
        RemoveFrom(modules, name);
        RemoveFrom(parameters, name);
        RemoveFrom(buffers, name);
    }

    // TorchSharp's Remove throws for a key it does not hold.
    private static void RemoveFrom<T>(OrderedDict<string, T> entries, string name)
    {
        if (entries.TryGetValue(name, out _))
        {
            entries.Remove(name);
        }
    }

    /// <summary>The values of the members, and how many modules were registered with them.</summary>
    private sealed class SeenLayers(object?[] values, int modules)
    {
        public object?[] Values => values;

        public int Modules => modules;
    }
}
