using System.Collections;
using System.Collections.Concurrent;
using System.Globalization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Models;

/// <summary>
/// A list, array or dictionary of layers as a module, so that <c>List&lt;Linear&gt; hidden</c> gives the parameters
/// <c>hidden.0.weight</c>, as PyTorch's <c>nn.ModuleList</c> and <c>nn.ModuleDict</c> do.
/// </summary>
/// <remarks>The collection is read at each use: what is added later belongs to the network from then on.</remarks>
internal sealed class LayerCollection(object source)
    : nn.Module(source is IDictionary ? "ModuleDict" : "ModuleList")
{
    // Threads may list it at once.
    private readonly ConcurrentDictionary<string, (object Source, LayerCollection Wrapper)> nested = new();
    private readonly ConcurrentDictionary<Parameter, bool> detached = new(ReferenceEqualityComparer.Instance);

    /// <summary>Whether an object is a collection that holds, or is declared to hold, layers or parameters.</summary>
    public static bool Accepts(object value) =>
        value is IDictionary or IList
        && (IsDeclaredFor(value.GetType()) || (IsOpen(value.GetType()) && Elements(value).Any(e => IsPart(e.Value))));

    public override IEnumerable<(string name, nn.Module module)> named_children()
    {
        foreach (var (name, value) in Elements(source))
        {
            if (value is nn.Module module)
            {
                yield return (name, module);
            }
            else if (value is not null && Accepts(value))
            {
                yield return (name, Nested(name, value));
            }
        }
    }

    public override IEnumerable<(string name, nn.Module module)> named_modules()
    {
        var children = named_children().ToList();
        return children.Concat(children.SelectMany(child =>
            child.module.named_modules().Select(inner => ($"{child.name}.{inner.name}", inner.module))));
    }

    public override IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true)
    {
        var own = Elements(source).Where(e => e.Value is Parameter).Select(e => (e.Name, Detached((Parameter)e.Value!)));
        return recurse
            ? own.Concat(named_children().SelectMany(child => child.module.named_parameters()
                .Select(inner => ($"{child.name}.{inner.name}", inner.parameter))))
                .DistinctBy(entry => entry.Item2.Handle)
            : own;
    }

    public override IEnumerable<(string name, Tensor buffer)> named_buffers(
        bool recurse = true, bool include_nonpersistent = true) =>
        recurse
            ? named_children().SelectMany(child => child.module.named_buffers(true, include_nonpersistent)
                .Select(inner => ($"{child.name}.{inner.name}", inner.buffer)))
            : [];

    public override Dictionary<string, Tensor> state_dict(
        Dictionary<string, Tensor>? destination = null, string? prefix = null)
    {
        destination ??= [];
        var start = string.IsNullOrEmpty(prefix) ? "" : prefix + ".";
        foreach (var (name, parameter) in named_parameters(recurse: false))
        {
            destination.TryAdd(start + name, parameter);
        }

        foreach (var (name, module) in named_children())
        {
            module.state_dict(destination, start + name);
        }

        return destination;
    }

    public override nn.Module apply(Action<nn.Module> fn)
    {
        foreach (var (_, module) in named_children())
        {
            module.apply(fn);
        }

        fn(this);
        return this;
    }

    protected override void _toEpilog(ScalarType? dtype, Device? device, bool non_blocking)
    {
        NetworkConversion.Convert(this, [], dtype, device, non_blocking);
    }

    private static bool IsPart(object? value) =>
        value is nn.Module or Parameter || (value is not null && Accepts(value));

    private static bool IsDeclaredFor(Type type) =>
        ElementTypes(type).Any(e => typeof(nn.Module).IsAssignableFrom(e) || typeof(Parameter).IsAssignableFrom(e));

    // Only collections of objects or of collections are worth reading through: never a million numbers.
    private static bool IsOpen(Type type) =>
        ElementTypes(type).Any(e => e == typeof(object) || e.IsInterface || typeof(ICollection).IsAssignableFrom(e));

    private static IEnumerable<Type> ElementTypes(Type type) =>
        type.GetInterfaces()
            .Where(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IEnumerable<>))
            .Select(i => i.GetGenericArguments()[0])
            .Select(e => e.IsGenericType && e.GetGenericTypeDefinition() == typeof(KeyValuePair<,>)
                ? e.GetGenericArguments()[1] : e);

    private static IEnumerable<(string Name, object? Value)> Elements(object collection)
    {
        if (collection is IDictionary dictionary)
        {
            foreach (DictionaryEntry entry in dictionary)
            {
                yield return (Convert.ToString(entry.Key, CultureInfo.InvariantCulture)!, entry.Value);
            }
        }
        else
        {
            var index = 0;
            foreach (var value in (IList)collection)
            {
                yield return ((index++).ToString(CultureInfo.InvariantCulture), value);
            }
        }
    }

    private LayerCollection Nested(string name, object value) => nested.AddOrUpdate(
        name, _ => (value, new LayerCollection(value)), (_, known) => ReferenceEquals(known.Source, value) ? known : (value, new LayerCollection(value))).Wrapper;

    private Parameter Detached(Parameter parameter)
    {
        if (detached.TryAdd(parameter, true))
        {
            parameter.DetachFromDisposeScope();
        }

        return parameter;
    }
}
