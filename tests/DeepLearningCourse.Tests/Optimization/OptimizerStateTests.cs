using System.Text.Json;
using DeepLearningCourse.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Optimization;

/// <summary>State dicts after three steps against PyTorch's; the values come from Reference/make_optimizers.py.</summary>
public sealed class OptimizerStateTests : NetworkTest
{
    // What torch 1.13 computes with NAdam's momenta is not what later versions do.
    private static readonly string[] OnlyNames = ["NAdam/exp_avg", "NAdam/exp_avg_sq"];

    private static IEnumerable<string> Names => OptimizerRecords.StateNames;

    [Test]
    public void State_and_options_have_PyTorchs_names_order_shapes_and_values([ValueSource(nameof(Names))] string name)
    {
        var (kind, options, state, paramGroups) = OptimizerRecords.State(name);
        using var model = (Line)new Line().to(ScalarType.Float64);
        AnyOptimizer.GiveWeights(model);
        using var optimizer = AnyOptimizer.Make(kind, OptimizerGroups.Of(model.parameters(), Rate(kind, options, model)), options);
        AnyOptimizer.Train(model, optimizer, 3, batch: 100, features: 2);

        using var ours = optimizer.state_dict();

        Assert.Multiple(() =>
        {
            CheckState(kind, ours, state);
            CheckGroup(ours.ParamGroups.Single(), paramGroups[0]);
        });
    }

    private static void CheckState(string kind, OptimizerStateDict ours, JsonElement theirs)
    {
        foreach (var parameter in theirs.EnumerateObject())
        {
            var number = int.Parse(parameter.Name, System.Globalization.CultureInfo.InvariantCulture);

            // SGD without momentum keeps nothing; torch 1.13 keeps an entry that says so.
            var kept = parameter.Value.EnumerateObject().Where(entry => entry.Value.GetProperty("type").GetString() != "NoneType").ToList();
            var entries = ours.State.GetValueOrDefault(number) ?? new Dictionary<string, Tensor>();
            var names = kept.Select(entry => entry.Name);
            Assert.That(entries.Keys, kind == "LBFGS" ? Is.EquivalentTo(names) : Is.EqualTo(names));

            foreach (var entry in kept.Where(entry => entries.ContainsKey(entry.Name)))
            {
                CheckEntry($"{kind}/{entry.Name}", entries[entry.Name], entry.Value);
            }
        }
    }

    private static void CheckEntry(string name, Tensor ours, JsonElement theirs)
    {
        double[] values = [.. Values(theirs)];
        var numbers = ours.to(ScalarType.Float64).reshape(-1).data<double>().ToArray();

        // PyTorch's list of LBFGS has room for the whole history.
        Assert.That(values.Take(numbers.Length).Count(), Is.EqualTo(numbers.Length), name);

        if (theirs.GetProperty("type").GetString() == "tensor")
        {
            Assert.That(ours.shape, Is.EqualTo(theirs.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64())), name);
            Assert.That($"{ours.dtype}", Is.EqualTo(theirs.GetProperty("dtype").GetString()).IgnoreCase, name);
            Assert.That(values, Has.Length.EqualTo(numbers.Length), name);
        }

        if (!OnlyNames.Contains(name))
        {
            Assert.That(numbers, Is.EqualTo(values.Take(numbers.Length)).Within(name.StartsWith("LBFGS", StringComparison.Ordinal) ? 1e-3 : 1e-8).Percent, name);
        }
    }

    private static IEnumerable<double> Values(JsonElement value)
    {
        var values = value.GetProperty("values");
        return value.GetProperty("type").GetString() switch
        {
            "tensor" => values.EnumerateArray().Select(number => number.GetDouble()),
            "list" => values.EnumerateArray().SelectMany(Values),
            "NoneType" => [],
            _ => [values.GetDouble()],
        };
    }

    private static void CheckGroup(IReadOnlyDictionary<string, object?> ours, JsonElement theirs)
    {
        foreach (var (name, value) in theirs.EnumerateObject().Select(entry => (entry.Name, OptimizerRecords.Value(entry.Value))))
        {
            // How PyTorch runs it, not what it computes.
            if (name is "foreach" or "differentiable" or "capturable" or "fused")
            {
                continue;
            }

            Assert.That(ours, Contains.Key(name));

            if (value is List<double> { Count: 2 } pair && name != "params")
            {
                Assert.That(ours[name], Is.EqualTo((pair[0], pair[1])), name);
            }
            else
            {
                Assert.That(ours[name], Is.EqualTo(value), name);
            }
        }
    }

    private static double Rate(string kind, Dictionary<string, object?> options, Line model)
    {
        using var optimizer = AnyOptimizer.Default(kind, model.parameters());
        return options.TryGetValue("lr", out var lr) ? (double)lr! : optimizer.Groups[0].LearningRate;
    }
}
