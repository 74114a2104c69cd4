using System.Globalization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Models;

/// <summary>Several learning rates for one network.</summary>
/// <example>
/// <code>
/// // The pretrained encoder moves a hundredth as fast as the rest.
/// var groups = model.ParameterGroups(1e-3, ("encoder.*", 1e-5));
/// using var optimizer = optim.AdamW(groups.For&lt;AdamW.ParamGroup&gt;(), weight_decay: 0.01);
/// </code>
/// </example>
public static class ParameterGroupExtensions
{
    /// <summary>Sorts a network's parameters into groups by their names. The first pattern that matches takes a parameter, so each is in one group.</summary>
    /// <param name="model">The network.</param>
    /// <param name="lr">The learning rate of what no pattern takes: the last group, which is left out if it is empty.</param>
    /// <param name="lrByPattern">Names, with <c>*</c> for anything, and the learning rate of each.</param>
    /// <returns>The groups in the order of the patterns. Frozen parameters are in them: an optimizer leaves them alone until they are unfrozen.</returns>
    /// <exception cref="ArgumentException">A pattern matches nothing, or patterns before it took all that it matches.</exception>
    /// <exception cref="InvalidOperationException">A lazy layer has no size yet.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A learning rate is negative or no finite number.</exception>
    public static IReadOnlyList<ParameterGroup> ParameterGroups(this nn.Module model, double lr, params (string Pattern, double Lr)[] lrByPattern)
    {
        ArgumentNullException.ThrowIfNull(lrByPattern);
        var all = NetworkParameters.AllNames(model);
        LazyParameter.RefuseWaiting(all.Select(entry => (entry.Name, (Tensor)entry.Value)));
        List<ParameterGroup> groups = [];
        HashSet<nint> taken = [];
        Require(lr, "lr");

        foreach (var (pattern, patternLr) in lrByPattern)
        {
            Require(patternLr, $"the learning rate of '{pattern}'");
            var matching = NetworkParameters.Once(NamePattern.Choose(all, pattern, model.GetType().Name));
            var free = matching.Where(entry => taken.Add(TensorIdentity.Of(entry.Value))).ToList();
            groups.Add(free.Count > 0 ? new ParameterGroup(pattern, free, patternLr) : throw new ArgumentException(
                $"'{pattern}' takes no parameter: patterns before it took {string.Join(", ", matching.Select(entry => entry.Name))}. "
                + "Put the narrower pattern first, or leave one out.", nameof(lrByPattern)));
        }

        var rest = NetworkParameters.Once(all).Where(entry => taken.Add(TensorIdentity.Of(entry.Value))).ToList();

        if (rest.Count > 0)
        {
            groups.Add(new ParameterGroup(null, rest, lr));
        }

        return groups;
    }

    /// <summary>The groups as an optimizer of TorchSharp's takes them. What is not the learning rate comes from the arguments of the optimizer.</summary>
    /// <typeparam name="TGroup">The optimizer's group, for instance <see cref="AdamW.ParamGroup"/> for <c>optim.AdamW</c> and <see cref="SGD.ParamGroup"/> for
    /// <c>optim.SGD</c>.</typeparam>
    /// <param name="groups">The groups of <see cref="ParameterGroups"/>.</param>
    /// <returns>New groups, in the same order. Their <c>Options</c> can be set further, for instance <c>result[0].Options.weight_decay = 0</c>.</returns>
    /// <exception cref="ArgumentException">The type is no optimizer's own group.</exception>
    /// <remarks><see href="https://pytorch.org/docs/stable/optim.html#per-parameter-options"/></remarks>
    public static IReadOnlyList<TGroup> For<TGroup>(this IEnumerable<ParameterGroup> groups)
        where TGroup : ParamGroup, new()
    {
        ArgumentNullException.ThrowIfNull(groups);
        var options = OptionsOf(typeof(TGroup));
        return [.. groups.Select(group =>
        {
            // Options that are not set take the optimizer's own arguments when it gets the group.
            var set = (OptimizerOptions)Activator.CreateInstance(options)!;
            set.LearningRate = group.Lr;
            return new TGroup { Parameters = group.Parameters, Options = set };
        })];
    }

    private static Type OptionsOf(Type group) =>
        group.BaseType is { IsGenericType: true } typed && typed.GetGenericTypeDefinition() == typeof(ParamGroup<>)
            ? typed.GetGenericArguments()[0]
            : throw new ArgumentException($"{group.Name} is no optimizer's own group. Use that of the optimizer, for instance groups.For<SGD.ParamGroup>() for optim.SGD.");

    private static void Require(double lr, string what)
    {
        if (!double.IsFinite(lr) || lr < 0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(lr), lr, string.Create(CultureInfo.InvariantCulture, $"A learning rate is a finite number from 0 on, and {what} is {lr}."));
        }
    }
}
