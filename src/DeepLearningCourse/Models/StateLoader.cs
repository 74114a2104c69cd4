using System.Globalization;
using System.Text;
using DeepLearningCourse.Data;
using DeepLearningCourse.Models.Formats;
using DeepLearningCourse.Models.Printing;
using static TorchSharp.torch;

namespace DeepLearningCourse.Models;

/// <summary>Copies weights into a network: checks all of them first, then copies all or none.</summary>
internal static class StateLoader
{
    public static (IList<string> Missing, IList<string> Unexpected) Load(
        nn.Module network, Dictionary<string, Tensor> source, bool strict, IList<string> skip)
    {
        ArgumentNullException.ThrowIfNull(source);
        using var weights = new TensorSource(source, new Dictionary<string, string>(), owned: false);
        return Load(network, weights, strict, skip, null);
    }

    /// <summary>Checks that weights fit a network, key by key, and copies nothing.</summary>
    /// <exception cref="WeightsMismatchException">They do not.</exception>
    public static void Require(nn.Module network, Dictionary<string, Tensor> source)
    {
        using var weights = new TensorSource(source, new Dictionary<string, string>(), owned: false);
        _ = Shared(network, network.state_dict(), weights, Same(weights), strict: true, []);
    }

    public static (IList<string> Missing, IList<string> Unexpected) Load(
        nn.Module network, WeightSource source, bool strict, IList<string> skip, KeyMap? keys)
    {
        var target = network.state_dict();
        var names = (keys ?? []).Apply(source.Entries.Keys);
        var (missing, unexpected, shared) = Shared(network, target, source, names, strict, skip);

        using (no_grad())
        {
            // All lazy layers before the first copy: a layer draws its bias when its weight gets a size.
            foreach (var key in shared)
            {
                (target[key] as LazyParameter)?.TakeShape(source.Entries[names[key]].Shape);
            }

            foreach (var key in shared)
            {
                source.CopyTo(names[key], target[key]);
            }
        }

        return (missing, unexpected);
    }

    private static Dictionary<string, string> Same(WeightSource source) => source.Entries.Keys.ToDictionary(key => key);

    private static (List<string> Missing, List<string> Unexpected, List<string> Shared) Shared(
        nn.Module network, Dictionary<string, Tensor> target, WeightSource source, Dictionary<string, string> names, bool strict, IList<string> skip)
    {
        var missing = target.Keys.Where(key => !names.ContainsKey(key)).Except(skip).ToList();
        var unexpected = names.Keys.Where(key => !target.ContainsKey(key)).Except(skip).ToList();
        var shared = target.Keys.Where(names.ContainsKey).Except(skip).ToList();
        var misshapen = shared.Where(key => !LazyParameter.Fits(target[key], source.Entries[names[key]].Shape)).ToList();

        return misshapen.Count > 0 || (strict && (missing.Count > 0 || unexpected.Count > 0))
            ? throw Mismatch(network, target, source, names, strict ? missing : [], strict ? unexpected : [], misshapen)
            : (missing, unexpected, shared);
    }

    private static WeightsMismatchException Mismatch(
        nn.Module network, Dictionary<string, Tensor> target, WeightSource source, Dictionary<string, string> names,
        List<string> missing, List<string> unexpected, List<string> misshapen)
    {
        string Came(string key) => Shapes.Text([.. source.Entries[names[key]].Shape]);
        var origin = source.Metadata.TryGetValue(WeightFile.NetworkKey, out var saved) && saved != LayerText.ClassName(network) ? $" (of {saved})" : "";
        var text = new StringBuilder($"The weights{origin} do not fit {network.GetType().Name}; nothing was loaded.");
        foreach (var key in missing)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n  missing: {key} {Shapes.Text(target[key])}");
        }

        foreach (var key in unexpected)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n  unexpected: {key} {Came(key)}");
        }

        foreach (var key in misshapen)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n  wrong shape: {key} is {Came(key)} in the weights and {Shapes.Text(target[key])} in the network");
        }

        text.Append("\nUse the network that the weights were saved from");
        text.Append(misshapen.Count == 0 ? ", or pass strict: false to load only the keys that fit." : ".");
        return new WeightsMismatchException(text.ToString(), missing, unexpected, misshapen);
    }
}
